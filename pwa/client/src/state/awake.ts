/** The screen stays on while the driver reads an address or an entry code with both hands full. */

/** Call in `onMount`; the returned function lets the phone sleep again. Where there is no wake lock nothing happens. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  // The lock is gone whenever the page was hidden, so it is asked for again.
  const ask = (): void => {
    if (document.hidden || over) return;
    void navigator.wakeLock
      ?.request("screen")
      .then((taken) => {
        if (over) void taken.release();
        else lock = taken;
      })
      .catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
