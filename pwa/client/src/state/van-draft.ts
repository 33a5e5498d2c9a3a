/** The van at the day's end: what should be in it, what the driver has said of it, and the command that becomes. Pure. */
import type { AccountCode, StopTask, VanStop } from "../api/driver";
import type { Scan } from "../scan/payload";
import type { NewCommand } from "./sync";

/** Goods that should be in the van; `left` is how many of them. */
export interface VanUnit {
  readonly stop: VanStop;
  readonly task: StopTask;
  readonly left: number;
}

export interface Account {
  readonly code: AccountCode;
  readonly note: string;
  readonly scan_raw: string | null;
  readonly quantity: number;
}

export interface VanDraft {
  round_id: string;
  /** By task id; more than one when a part is there and the rest is not. */
  said: Record<string, readonly Account[]>;
}

export function vanDraftKey(roundId: string): string {
  return `van:${roundId}`;
}

/**
 * What was loaded and is not delivered, and what was collected; of a quantity that was delivered in part, the rest.
 */
export function unitsInVan(stops: readonly VanStop[]): readonly VanUnit[] {
  return stops.flatMap((stop) =>
    stop.tasks.flatMap((task): VanUnit[] => {
      const left = leftOf(task);
      return left > 0 ? [{ stop, task, left }] : [];
    }),
  );
}

function leftOf(task: StopTask): number {
  if (task.kind === "collect") return task.state === "done" ? Math.max(1, task.done_quantity) : 0;
  if (!task.loaded) return 0;
  return task.state === "done" ? Math.max(0, task.quantity - task.done_quantity) : task.quantity;
}

/** How many of the unit somebody has spoken of. */
export function accounted(draft: VanDraft, unit: VanUnit): number {
  return (draft.said[unit.task.id] ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
}

export function remaining(draft: VanDraft, units: readonly VanUnit[]): readonly VanUnit[] {
  return units.filter((unit) => accounted(draft, unit) < unit.left);
}

/** Says of all that is left of a unit what became of it. */
export function account(draft: VanDraft, unit: VanUnit, code: AccountCode, note = "", scanRaw: string | null = null, quantity = unit.left - accounted(draft, unit)): void {
  if (quantity <= 0) return;
  draft.said = { ...draft.said, [unit.task.id]: [...(draft.said[unit.task.id] ?? []), { code, note, scan_raw: scanRaw, quantity }] };
}

export function takeBack(draft: VanDraft, unit: VanUnit): void {
  const { [unit.task.id]: _gone, ...said } = draft.said;
  draft.said = said;
}

export type VanScan = { readonly kind: "here"; readonly unit: VanUnit } | { readonly kind: "again" | "not_here"; readonly number: string } | { readonly kind: "unreadable" };

/** A device scanned in the van. */
export function resolveVan(scan: Scan, draft: VanDraft, units: readonly VanUnit[]): VanScan {
  if (!("number" in scan)) return { kind: "unreadable" };
  const own = units.filter(({ task }) => task.device_number === scan.number);
  const unit = own.find((one) => accounted(draft, one) < one.left);
  if (unit) return { kind: "here", unit };
  return { kind: own.length > 0 ? "again" : "not_here", number: scan.number };
}

export function reconcileCommand(round: { readonly id: string; readonly rv: number }, draft: VanDraft, units: readonly VanUnit[], now: Date): NewCommand {
  const items = units.flatMap(({ task }) => (draft.said[task.id] ?? []).map(({ code, note, scan_raw, quantity }) => ({ task_id: task.id, code, quantity, note, ...(scan_raw ? { scan_raw } : {}) })));
  return { type: "round.reconcile", v: 1, aggregate: round.id, base_rv: round.rv, args: { items, at: now.toISOString() }, blobs: [] };
}
