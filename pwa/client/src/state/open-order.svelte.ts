/** The code that was read travels with the order it opened, so that the office sees what was at hand. */
function carryScan(order: WorkOrder, draft: DraftHandle): void {
  const raw = order.device_number ? sessionStorage.getItem(`turbil.scan.${order.device_number}`) : null;
  if (!raw || draft.value.scan_raw) return;
  draft.value.scan_raw = raw;
  void draft.save();
}

/** The order a screen is about, with its device, its draft and the template its protocol follows. */
import type { Device, WorkOrder } from "../api/types";
import { DraftHandle } from "./draft.svelte";
import { live } from "./live.svelte";
import { temporaryNumber } from "../sync/new-rows";
import { sync } from "./sync";
import { knownTemplates, type KnownTemplate } from "./templates";

export class OpenOrder {
  draft: DraftHandle | null = $state.raw(null);
  templates: readonly KnownTemplate[] = $state.raw([]);
  private readonly orders = live<WorkOrder>("work_order");
  private readonly kept = live<WorkOrder>("work_order_kept");
  private readonly devices = live<Device>("device");
  private readonly number: () => string;
  private opening = "";

  /** Call while a component is being set up. */
  constructor(number: () => string) {
    this.number = number;
    $effect(() => {
      const order = this.order;
      if (!order || this.opening === order.id) return;
      this.opening = order.id;
      void DraftHandle.open(order).then((draft) => {
        if (this.opening !== order.id) return;
        carryScan(order, draft);
        this.draft = draft;
      });
    });
    $effect(() =>
      sync().onChange((kinds) => {
        if (kinds.has("drafts")) void this.draft?.reread();
      }),
    );
    void knownTemplates().then((known) => {
      this.templates = known;
    });
  }

  get order(): WorkOrder | undefined {
    // An order that was registered here keeps its first name in the address when it gets its number.
    return this.orders.rows.find((row) => row.number === this.number() || temporaryNumber(row.id) === this.number()) ?? this.copy;
  }

  /** The order has left the user's view; it is here because the phone still has something on it. */
  get noLongerYours(): boolean {
    return this.order !== undefined && this.order === this.copy;
  }

  private get copy(): WorkOrder | undefined {
    return this.kept.rows.find((row) => row.number === this.number());
  }

  get ready(): boolean {
    return this.orders.ready && this.kept.ready;
  }

  get device(): Device | undefined {
    const { device_id: id, device_number: number } = this.order ?? {};
    return id ? this.devices.rows.find((row) => row.id === id) : number ? this.devices.rows.find((row) => row.number === number) : undefined;
  }

  /** The templates that apply to the device, else none. */
  get applicable(): readonly KnownTemplate[] {
    const ids = this.device?.template_ids ?? [];
    return this.templates.filter((known) => ids.includes(known.template.id));
  }

  /** The very template the draft was begun with; a newer version does not change a protocol under the technician. */
  get begun(): KnownTemplate | undefined {
    const sha256 = this.draft?.value.protocol?.template_sha256;
    return sha256 ? this.templates.find((known) => known.sha256 === sha256) : undefined;
  }
}
