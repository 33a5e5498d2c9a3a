/** The open order's draft. */
import type { WorkOrder } from "../api/types";
import { Autosaved } from "./autosaved.svelte";
import { draftKey, emptyDraft, hasContent, remainder, type OrderDraft } from "./order-draft";
import { sync } from "./sync";

export class DraftHandle extends Autosaved<OrderDraft> {
  static async open(order: WorkOrder): Promise<DraftHandle> {
    const empty = (): OrderDraft => emptyDraft(order, new Date());
    const kept = await sync().draft<OrderDraft>(draftKey(order.id));
    return new DraftHandle(draftKey(order.id), kept ?? empty(), (draft) => hasContent(draft) || draft.scan_raw !== null, empty);
  }

  /** A command has carried the draft: it goes, but for a protocol that could not go with it. */
  async sent(templateKnown: boolean): Promise<void> {
    const left = remainder(this.plain(), templateKnown);
    if (!left) return this.drop();
    Object.assign(this.value, left);
    await this.save();
  }
}
