/** What the page and its service worker say to each other. */

/** From the worker to every open page. */
export type WorkerMessage =
  /** A push message arrived: read news now. */
  | { readonly type: "push" }
  /** The browser found a moment with network: send the outbox. */
  | { readonly type: "sync" }
  /** The user tapped a notification: go there, without losing what is being written. */
  | { readonly type: "open"; readonly url: string };

/** From a page to the worker. */
export type PageMessage =
  | { readonly type: "SKIP_WAITING" }
  /** The key of a user's store, to be held in memory over a reload; null: forget it. */
  | { readonly type: "KEY"; readonly userId: string; readonly raw: Uint8Array | null }
  /** A page that is loaded anew asks for it, with a port for the answer. */
  | { readonly type: "KEY_WANTED"; readonly userId: string };

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  if (value.type === "open") return "url" in value && typeof value.url === "string";
  return value.type === "push" || value.type === "sync";
}
