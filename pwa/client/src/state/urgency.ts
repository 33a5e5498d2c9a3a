/** What comes first: the order whose clock runs out first, weighed by what it is for. Pure. */
import type { OrderState, Priority, WorkOrder } from "../api/types";

export const terminal: ReadonlySet<OrderState> = new Set<OrderState>(["done", "closed", "cancelled"]);

export function isOpen(order: { readonly state: OrderState }): boolean {
  return !terminal.has(order.state);
}

/** The technician's own assessment when there is one, else the orderer's proposal. */
export function priorityOf(order: Pick<WorkOrder, "assessed" | "proposed">): Priority {
  return order.assessed?.priority ?? order.proposed.priority;
}

export type ClockName = "contact" | "start" | "done";

export interface RunningClock {
  readonly clock: ClockName;
  readonly at: string;
}

type Clocked = Pick<WorkOrder, "due" | "contacted_at" | "started_at" | "done_at" | "state">;

/** The clocks that still run, the nearest first. A clock stops when its event has happened. */
export function runningClocks(order: Clocked): readonly RunningClock[] {
  if (!isOpen(order)) return [];
  const clocks: RunningClock[] = [];
  if (order.due.contact && !order.contacted_at && !order.started_at) clocks.push({ clock: "contact", at: order.due.contact });
  if (order.due.start && !order.started_at) clocks.push({ clock: "start", at: order.due.start });
  if (order.due.done) clocks.push({ clock: "done", at: order.due.done });
  return clocks.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

export type ClockState = "late" | "soon" | "fine";

const SOON_MS = 24 * 3600 * 1000;

export function clockState(at: string, now: Date): ClockState {
  const left = Date.parse(at) - now.getTime();
  if (left < 0) return "late";
  return left <= SOON_MS ? "soon" : "fine";
}

/** Acute first, then urgent, normal, what can wait, maintenance, supplier. */
const weight: Readonly<Record<Priority, number>> = { 4: 0, 3: 1, 1: 2, 2: 3, 5: 4, 6: 5 };

interface Ranked {
  readonly order: WorkOrder;
  readonly rank: readonly [group: number, weight: number, clock: number, registered: number];
}

function ranked(order: WorkOrder, now: Date): Ranked {
  const next = runningClocks(order)[0];
  const at = next ? Date.parse(next.at) : Number.MAX_SAFE_INTEGER;
  const priority = priorityOf(order);
  const pressing = next !== undefined && clockState(next.at, now) !== "fine";
  const group = priority === 4 ? 0 : pressing ? 1 : 2;
  return { order, rank: [group, group === 2 ? weight[priority] : 0, at, Date.parse(order.registered_at)] };
}

function compare(a: Ranked, b: Ranked): number {
  for (let index = 0; index < a.rank.length; index += 1) {
    const difference = (a.rank[index] ?? 0) - (b.rank[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.order.number < b.order.number ? -1 : 1;
}

/**
 * Order of the day: acute before all, then what is late or runs out within a day by its clock, then by priority, then by
 * clock, then by registration. The number decides last, so that the list never shuffles.
 */
export function byUrgency(orders: readonly WorkOrder[], now: Date): WorkOrder[] {
  return orders
    .map((order) => ranked(order, now))
    .sort(compare)
    .map(({ order }) => order);
}
