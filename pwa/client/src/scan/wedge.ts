/**
 * Hand scanners that type: characters faster than a person can, then Enter or Tab. Knows nothing of the page; the caller
 * feeds it keys. The longest pause is a setting because some scanners add a delay between characters.
 */
export class WedgeReader {
  private text = "";
  private last = 0;
  /** A pause has come in the middle: what follows is the tail of a code, which may be another device's number. */
  private broken = false;

  /** @param gap longest pause between two characters, milliseconds; read at every key, so that a changed setting holds at once */
  constructor(private readonly gap: () => number) {}

  /**
   * @param key KeyboardEvent.key
   * @param time milliseconds, KeyboardEvent.timeStamp
   * @returns the scanned text when this key ends one, "" when it ends one that broke off in the middle, else null
   */
  feed(key: string, time: number): string | null {
    const paused = time - this.last;
    const inTime = paused <= this.gap();
    this.last = time;
    if (key === "Enter" || key === "Tab") {
      const scanned = inTime && this.text.length >= SHORTEST ? (this.broken ? "" : this.text) : null;
      this.text = "";
      this.broken = false;
      return scanned;
    }
    // Shift and the like come between the characters of a scan and belong to none.
    if ([...key].length !== 1) {
      if (!["Shift", "CapsLock", "AltGraph", "Alt", "Control"].includes(key)) this.text = "";
      return null;
    }
    if (!inTime) this.broken = this.text !== "" && paused < Math.max(REST_MS, 2 * this.gap());
    this.text = inTime ? this.text + key : key;
    return null;
  }
}

/** Fewer characters than this are somebody's keys. */
const SHORTEST = 4;
/** After so long without a key a new scan begins; a shorter pause is a hiccup in the one that has begun. */
const REST_MS = 400;

/** Keys typed into a field are the field's own. */
export function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type));
}
