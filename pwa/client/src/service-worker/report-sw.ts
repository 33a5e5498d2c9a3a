/**
 * The worker of one report's status page: it shows the notification that was asked for and opens the page. It keeps nothing
 * and answers no requests. Its scope is the page's own address, so a push need not carry the secret link.
 */
import { readPush } from "./notification";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("push", (event) => {
  const { title, body, tag } = readPush(event.data?.text() ?? null, self.location.origin);
  event.waitUntil(
    Promise.all([
      self.registration.showNotification(title, { body, tag, icon: "/icon-192.png", lang: "sv" }),
      self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
        for (const page of pages) if (page.url.startsWith(self.registration.scope)) page.postMessage({ type: "push" });
      }),
    ]),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async (): Promise<void> => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((one) => one.url.startsWith(self.registration.scope));
    await (page ? page.focus().catch(() => undefined) : self.clients.openWindow(self.registration.scope));
  };
  event.waitUntil(open());
});
