/** Notifications on this phone: on, off, or why they cannot be on. */
import { api } from "../api/client";

export type PushState = "unknown" | "off" | "on" | "denied" | "unsupported";

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const base64 = key.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

class Push {
  state: PushState = $state("unknown");
  failed = $state(false);

  private async registration(): Promise<ServiceWorkerRegistration | null> {
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return null;
    return (await navigator.serviceWorker.getRegistration()) ?? null;
  }

  /** Reads how it stands, and tells the server again: browsers change addresses without saying so. */
  async read(): Promise<void> {
    const registration = await this.registration();
    if (!registration) {
      this.state = "unsupported";
      return;
    }
    if (Notification.permission === "denied") {
      this.state = "denied";
      return;
    }
    const subscription = await registration.pushManager.getSubscription();
    this.state = subscription ? "on" : "off";
    if (subscription) await api.subscribePush(subscription.toJSON()).catch(() => undefined);
  }

  /** Must be called in a tap: browsers ask only then. */
  async turnOn(): Promise<void> {
    this.failed = false;
    try {
      const registration = await this.registration();
      if (!registration) {
        this.state = "unsupported";
        return;
      }
      if ((await Notification.requestPermission()) !== "granted") {
        this.state = "denied";
        return;
      }
      const { public_key } = await api.pushKey();
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(public_key) });
      await api.subscribePush(subscription.toJSON());
      this.state = "on";
    } catch {
      this.failed = true;
    }
  }

  async turnOff(): Promise<void> {
    this.failed = false;
    const registration = await this.registration();
    const subscription = await registration?.pushManager.getSubscription();
    if (subscription) {
      await api.unsubscribePush(subscription.endpoint).catch(() => undefined);
      await subscription.unsubscribe();
    }
    this.state = "off";
  }
}

export const push = new Push();
