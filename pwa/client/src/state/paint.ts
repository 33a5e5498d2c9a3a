/** When the screen has been painted: work that nobody waits for comes after that. */

/** A hidden page paints nothing; then this many milliseconds stand for a frame. */
const FRAME_MS = 100;
/** The first picture is waited for this long, in milliseconds; a screen that never says it stands must not stop the sync. */
const LONGEST_WAIT_MS = 2_000;

/** Resolves after the next frame has been painted. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FRAME_MS);
    if (document.hidden) return;
    requestAnimationFrame(() => {
      clearTimeout(timer);
      // A task from a frame's callback runs after that frame's layout and paint.
      setTimeout(resolve);
    });
  });
}

let tell: () => void = () => undefined;

/** Resolves once the first screen with its content has been painted, or after two seconds. */
export const firstPicture = new Promise<void>((resolve) => {
  tell = resolve;
  setTimeout(resolve, LONGEST_WAIT_MS);
});

/** A screen says that its content is in place. */
export function pictureStands(): void {
  void painted().then(tell);
}

/** Resolves when the first picture stands and the phone has nothing better to do. */
export async function idle(): Promise<void> {
  await firstPicture;
  await new Promise<void>((resolve) => {
    // Safari has no idle callback.
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve, 500);
    else requestIdleCallback(() => resolve(), { timeout: 3_000 });
  });
}
