/**
 * The service worker holds the store's key in its memory while a page is loaded anew. It ends by itself within a minute
 * without a page, and nothing of it is on the disk.
 */
import type { PageMessage } from "../service-worker/messages";

type Raw = Uint8Array<ArrayBuffer>;

const PATIENCE_MS = 400;

/** Null when there is no worker, it has ended meanwhile, or it holds another user's key. */
export function askWorker(userId: string): Promise<Raw | null> {
  const worker = globalThis.navigator?.serviceWorker?.controller;
  if (!worker) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => {
      resolve(null);
    }, PATIENCE_MS);
    port1.onmessage = (event: MessageEvent<unknown>) => {
      clearTimeout(timer);
      resolve(event.data instanceof Uint8Array ? (event.data as Raw) : null);
    };
    worker.postMessage({ type: "KEY_WANTED", userId } satisfies PageMessage, [port2]);
  });
}

/** Gives the key to the worker, or (null) takes it away. */
export async function tellWorker(userId: string, raw: Raw | null): Promise<void> {
  const container = globalThis.navigator?.serviceWorker;
  if (!container) return;
  const worker = container.controller ?? (await container.ready).active;
  worker?.postMessage({ type: "KEY", userId, raw } satisfies PageMessage);
}
