/**
 * Hand scanners that type: characters faster than a person can, then Enter or Tab. Knows nothing of the page; the caller
 * feeds it keys. The longest pause is a setting because some scanners add a delay between characters.
 */
export class WedgeReader {
  private text = "";
  private last = 0;

  /** @param gap longest pause between two characters, milliseconds; read at every key, so that a changed setting holds at once */
  constructor(private readonly gap: () => number) {}

  /**
   * @param key KeyboardEvent.key
   * @param time milliseconds, KeyboardEvent.timeStamp
   * @returns the scanned text when this key ends one, else null
   */
  feed(key: string, time: number): string | null {
    const inTime = time - this.last <= this.gap();
    this.last = time;
    if (key === "Enter" || key === "Tab") {
      const scanned = inTime && this.text.length >= 4 ? this.text : null;
      this.text = "";
      return scanned;
    }
    // Shift and the like come between the characters of a scan and belong to none.
    if ([...key].length !== 1) {
      if (!["Shift", "CapsLock", "AltGraph", "Alt", "Control"].includes(key)) this.text = "";
      return null;
    }
    this.text = inTime ? this.text + key : key;
    return null;
  }
}

/** Keys typed into a field are the field's own. */
export function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type));
}
