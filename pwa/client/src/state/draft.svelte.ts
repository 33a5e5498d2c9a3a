/** The open order's draft: every change is written to the phone at once and read back after the page was killed. */
import type { WorkOrder } from "../api/types";
import { draftKey, emptyDraft, hasContent, remainder, type OrderDraft } from "./order-draft";
import { sync } from "./sync";

export class DraftHandle {
  readonly value: OrderDraft;
  private readonly key: string;
  private writing: Promise<void> = Promise.resolve();
  private again = false;
  private busy = false;
  private dropped = false;

  private constructor(value: OrderDraft) {
    this.value = $state(value);
    this.key = draftKey(value.order_id);
  }

  static async open(order: WorkOrder): Promise<DraftHandle> {
    const kept = await sync().draft<OrderDraft>(draftKey(order.id));
    return new DraftHandle(kept ?? emptyDraft(order, new Date()));
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
        const plain = $state.snapshot(this.value) as OrderDraft;
        if (hasContent(plain) || plain.scan_raw) await sync().saveDraft(this.key, plain);
        // Else a line that was removed would be back after the next start.
        else await sync().dropDraft(this.key);
      }
    } finally {
      this.busy = false;
    }
  }

  /** The draft without the proxies, for making a command of it. */
  plain(): OrderDraft {
    return $state.snapshot(this.value) as OrderDraft;
  }

  /** Takes over what another tab has saved, unless this tab has a change of its own on the way. */
  async reread(): Promise<void> {
    if (this.busy || this.dropped) return;
    const before = JSON.stringify(this.plain());
    const kept = await sync().draft<OrderDraft>(this.key);
    if (this.busy || this.dropped || JSON.stringify(this.plain()) !== before) return;
    if (kept) {
      if (JSON.stringify(kept) !== before) Object.assign(this.value, kept);
    } else if (hasContent(this.plain())) {
      const { order_id, number, base_rv } = this.plain();
      Object.assign(this.value, emptyDraft({ id: order_id, number, rv: base_rv }, new Date()));
    }
  }

  /** A command has carried the draft: it goes, but for a protocol that could not go with it. */
  async sent(templateKnown: boolean): Promise<void> {
    const left = remainder(this.plain(), templateKnown);
    if (!left) return this.drop();
    Object.assign(this.value, left);
    await this.save();
  }

  async drop(): Promise<void> {
    this.dropped = true;
    await this.writing.catch(() => undefined);
    await sync().dropDraft(this.key);
  }
}
