/** The open order's draft: every change is written to the phone at once and read back after the page was killed. */
import type { WorkOrder } from "../api/types";
import { draftKey, emptyDraft, hasContent, type OrderDraft } from "./order-draft";
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
      }
    } finally {
      this.busy = false;
    }
  }

  /** The draft without the proxies, for making a command of it. */
  plain(): OrderDraft {
    return $state.snapshot(this.value) as OrderDraft;
  }

  async drop(): Promise<void> {
    this.dropped = true;
    await this.writing.catch(() => undefined);
    await sync().dropDraft(this.key);
  }
}
