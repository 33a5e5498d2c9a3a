/** Locks the app that has lain in the pocket for a while; never one that is being looked at. */
import { LOCK_AFTER_MS } from "./lock.svelte";

export function watchPocket(lock: () => Promise<void>): void {
  let hiddenAt: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      hiddenAt = Date.now();
      timer = setTimeout(() => void lock(), LOCK_AFTER_MS);
      return;
    }
    // A phone that slept has run no timer.
    if (hiddenAt !== null && Date.now() - hiddenAt >= LOCK_AFTER_MS) void lock();
    hiddenAt = null;
  });
}
