/**
 * The page's side of the service worker: registers it, says when the app works offline and when a new version waits,
 * and changes version only when asked, with one reload and never two.
 */
import { isWorkerMessage, type PageMessage, type WorkerMessage } from "./messages";

type Unsubscribe = () => void;

/** Asking the server for a new version more often than this helps nobody; milliseconds. */
const CHECK_EVERY_MS = 60 * 60 * 1000;

/** Calls each listener once per event; a listener that comes late to something that has happened is called at once. */
class Happened {
  private readonly listeners = new Set<() => void>();
  private happened = false;

  tell(): void {
    if (this.happened) return;
    this.happened = true;
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void): Unsubscribe {
    if (this.happened) listener();
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const update = new Happened();
const offlineReady = new Happened();
const messageListeners = new Set<(message: WorkerMessage) => void>();

let waiting: ServiceWorker | null = null;
let asked = false;
let reloaded = false;

function reloadOnce(): void {
  if (reloaded) return;
  reloaded = true;
  window.location.reload();
}

/** Calls back when a new version is ready to be used, at once if it already is. The callback may offer a button, no more. */
export function onUpdate(callback: () => void): Unsubscribe {
  return update.listen(callback);
}

/** Calls back when everything needed without network lies on the phone. */
export function onOfflineReady(callback: () => void): Unsubscribe {
  return offlineReady.listen(callback);
}

/** Calls back with what the worker says: a push came, a moment to send came, a notification was tapped. */
export function onWorkerMessage(callback: (message: WorkerMessage) => void): Unsubscribe {
  messageListeners.add(callback);
  return () => messageListeners.delete(callback);
}

/** Changes to the waiting version and reloads once. Call it only when nothing unsaved is on the screen. */
export function applyUpdate(): void {
  asked = true;
  if (waiting?.state === "installed") waiting.postMessage({ type: "SKIP_WAITING" } satisfies PageMessage);
  // Another tab has changed version already: this page only has to load it.
  else reloadOnce();
}

function watch(worker: ServiceWorker | null, hadController: boolean): void {
  if (!worker) return;
  const look = (): void => {
    // "installed" with an older version in charge means that this one waits; without one it is the first install.
    if (worker.state === "installed" && hadController) {
      waiting = worker;
      update.tell();
    }
    if (worker.state === "activated") offlineReady.tell();
  };
  worker.addEventListener("statechange", look);
  look();
}

function checkNowAndThen(registration: ServiceWorkerRegistration): void {
  let checked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - checked < CHECK_EVERY_MS) return;
    checked = Date.now();
    // Offline is the normal case, not a fault: the next time will do.
    registration.update().catch(() => undefined);
  });
}

/** Registers /sw.js. Resolves with null where service workers are missing or refused: the app then works online only. */
export async function registerServiceWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  const container = navigator.serviceWorker;
  let controlled = container.controller !== null;

  container.addEventListener("controllerchange", () => {
    // The first worker claims the page that brought it: same version, nothing to reload.
    if (!controlled) controlled = true;
    else if (asked) reloadOnce();
    else update.tell();
  });
  container.addEventListener("message", (event) => {
    if (!isWorkerMessage(event.data)) return;
    for (const listener of messageListeners) listener(event.data);
  });

  try {
    const registration = await container.register("/sw.js", { scope: "/", updateViaCache: "none" });
    if (registration.active) offlineReady.tell();
    watch(registration.waiting, registration.active !== null);
    watch(registration.installing, registration.active !== null);
    registration.addEventListener("updatefound", () => {
      watch(registration.installing, registration.active !== null);
    });
    checkNowAndThen(registration);
    return registration;
  } catch (reason) {
    console.warn("Turbil kan inte sparas på telefonen:", reason);
    return null;
  }
}
