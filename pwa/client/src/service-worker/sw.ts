/**
 * The service worker: the app opens from the phone, always, with or without network.
 *
 * It keeps the build's files and nothing else. It never takes over on its own: a new version waits until the user says so.
 */
import type { PageMessage, WorkerMessage } from "./messages";
import { ownPath, readPush } from "./notification";
import { activate, install, kept, type Precache } from "./precache";
import { answerFor } from "./routing";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: Precache;

/** Background Sync is not in TypeScript's library: Chromium only, and only a bonus here. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const precache = __PRECACHE__;
const files: ReadonlySet<string> = new Set([...precache.assets, ...precache.shell].map((file) => file.url));
const origin = self.location.origin;

/** A page's key over its reload, in memory only: the worker ends by itself when no page needs it. */
let held: { readonly userId: string; readonly raw: Uint8Array } | null = null;

function heldFor(userId: string): Uint8Array | null {
  return held?.userId === userId ? held.raw : null;
}

async function tellPages(message: WorkerMessage): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage(message);
}

async function openPage(url: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.focused) ?? pages.find((one) => one.visibilityState === "visible") ?? pages[0];
  if (!page) {
    await self.clients.openWindow(url);
    return;
  }
  // Focus may be refused by the browser; the page still learns where to go.
  await page.focus().catch(() => undefined);
  page.postMessage({ type: "open", url } satisfies WorkerMessage);
}

self.addEventListener("install", (event) => {
  event.waitUntil(install(precache, self.caches));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    activate(precache, self.caches, Date.now()).then((first) => (first ? self.clients.claim() : undefined)),
  );
});

self.addEventListener("message", (event) => {
  const message = event.data as PageMessage | null;
  if (message?.type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
  if (message?.type === "KEY") held = message.raw ? { userId: message.userId, raw: message.raw } : null;
  if (message?.type === "KEY_WANTED") event.ports[0]?.postMessage(heldFor(message.userId));
});

self.addEventListener("fetch", (event) => {
  const answer = answerFor(event.request, origin, files);
  if (answer === "network") return;
  const path = answer === "shell" ? "/index.html" : answer === "report" ? "/report.html" : new URL(event.request.url).pathname;
  event.respondWith(kept(precache, self.caches, path).then((response) => response ?? fetch(event.request)));
});

self.addEventListener("push", (event) => {
  const { title, body, tag, url } = readPush(event.data?.text() ?? null, origin);
  event.waitUntil(
    Promise.all([
      self.registration.showNotification(title, { body, tag, icon: "/icon-192.png", lang: "sv", data: { url } }),
      tellPages({ type: "push" }),
    ]),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = event.notification.data as { url?: unknown } | null;
  event.waitUntil(openPage(ownPath(data?.url, origin)));
});

self.addEventListener("sync", ((event: SyncEvent) => {
  event.waitUntil(tellPages({ type: "sync" }));
}) as EventListener);
