/**
 * A notification for this one report, only when asked for. The worker it needs is a few lines of its own, registered for
 * this page's address alone: it keeps no files and answers no requests.
 */
import type { PublicApi } from "../../api/public";

export type PushState = "unsupported" | "denied" | "off" | "on";

export const WORKER = "/report-sw.js";

const can = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function own(path: string): Promise<ServiceWorkerRegistration | null> {
  const found = await navigator.serviceWorker.getRegistration(path);
  return found && new URL(found.scope).pathname === path ? found : null;
}

/** How it stands; asks nobody anything. */
export async function readPush(path: string): Promise<PushState> {
  if (!can()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await (await own(path))?.pushManager.getSubscription().catch(() => null);
  return subscription ? "on" : "off";
}

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** A worker that is being installed cannot be subscribed with yet. */
function active(registration: ServiceWorkerRegistration): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = registration.installing ?? registration.waiting;
    if (registration.active || !worker) {
      resolve();
      return;
    }
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("the worker was not installed"));
    });
  });
}

/** Must be called in a tap: browsers ask only then. Throws when the browser or the server does not go along. */
export async function turnOn(api: Pick<PublicApi, "pushKey" | "subscribe">, tracking: string, path: string): Promise<PushState> {
  if (!can()) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const key = await api.pushKey();
  const registration = await navigator.serviceWorker.register(WORKER, { scope: path, updateViaCache: "none" });
  await active(registration);
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  await api.subscribe(tracking, subscription.toJSON());
  return "on";
}
