/** A draft on the phone: every change is written at once and read back after the page was killed. */
import { sync } from "./sync";

export class Autosaved<T extends object> {
  readonly value: T;
  private writing: Promise<void> = Promise.resolve();
  private again = false;
  private busy = false;
  private dropped = false;

  /**
   * @param worth true when dropping the draft would lose something; an empty one is not kept
   * @param empty the draft as it is before anything has been done
   */
  protected constructor(
    protected readonly key: string,
    value: T,
    private readonly worth: (value: T) => boolean,
    private readonly empty: () => T,
  ) {
    this.value = $state(value);
  }

  /** Call after each change. Writes never overtake each other; the last one wins. Await it before the camera opens. */
  save(): Promise<void> {
    if (this.dropped) return Promise.resolve();
    this.again = true;
    if (!this.busy) this.writing = this.write();
    return this.writing;
  }

  private async write(): Promise<void> {
    this.busy = true;
    try {
      while (this.again && !this.dropped) {
        this.again = false;
        const plain = this.plain();
        if (this.worth(plain)) await sync().saveDraft(this.key, plain);
        // Else a line that was removed would be back after the next start.
        else await sync().dropDraft(this.key);
      }
    } finally {
      this.busy = false;
    }
  }

  /** The draft without the proxies, for making a command of it. */
  plain(): T {
    return $state.snapshot(this.value) as T;
  }

  /** Takes over what another tab has saved, unless this tab has a change of its own on the way. */
  async reread(): Promise<void> {
    if (this.busy || this.dropped) return;
    const before = JSON.stringify(this.plain());
    const kept = await sync().draft<T>(this.key);
    if (this.busy || this.dropped || JSON.stringify(this.plain()) !== before) return;
    if (kept) {
      if (JSON.stringify(kept) !== before) Object.assign(this.value, kept);
    } else if (this.worth(this.plain())) Object.assign(this.value, this.empty());
  }

  async drop(): Promise<void> {
    this.dropped = true;
    await this.writing.catch(() => undefined);
    await sync().dropDraft(this.key);
  }
}
