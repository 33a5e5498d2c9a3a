/** The domain's states in words and tones: one place, so that the same state looks the same everywhere. */
import type { BasicNeed, CancelReason, OrderOutcome, OrderState, OrderType, Place, Policy, Priority, WaitReason } from "../api/types";
import { isKey, t, tn, type Key } from "../i18n";
import type { ToneName } from "../ui/tones";

export const placeWord = (place: Place): string => t(`place.${place}`);
export const needWord = (need: BasicNeed): string => t(`need.${need}`);
export const outcomeWord = (outcome: OrderOutcome): string => t(`outcome.${outcome}`);
export const typeWord = (type: OrderType): string => t(`type.${type}`);
export const waitWord = (reason: WaitReason): string => t(`wait.${reason}`);
export const cancelWord = (reason: CancelReason): string => t(`cancel.${reason}`);
/** Whose name stands there; the server leaves it out for work of its own, such as maintenance that fell due. */
export const nameWord = (name: string | null): string => name ?? t("office.by_itself");
export const priorityWord = (priority: Priority): string => t(`priority.${priority}`);

/** What a priority promises in this region: its clocks where the policy tells them, else what it is for. */
export function priorityHint(priority: Priority, policy: Policy | undefined): string {
  const clocks = policy?.clocks?.[String(priority)] ?? [];
  const promise = clocks.map((clock) => t(`clock_rule.${clock.event}`, { time: tn(`clock_unit.${clock.unit}`, clock.amount) })).join(", ");
  return [promise, promise && priority !== 4 ? "" : t(`priority.${priority}.hint`)].filter(Boolean).join(". ");
}

export function stateWord(order: { readonly state: OrderState; readonly waiting_for: WaitReason | null }): string {
  return order.state === "waiting" && order.waiting_for ? t("state.waiting_for", { what: waitWord(order.waiting_for) }) : t(`state.${order.state}`);
}

const stateTones: Readonly<Record<OrderState, ToneName>> = {
  registered: "neutral",
  triaged: "neutral",
  booked: "info",
  started: "info",
  waiting: "watch",
  done: "ok",
  closed: "ok",
  cancelled: "neutral",
};

export const stateTone = (state: OrderState): ToneName => stateTones[state];

export function priorityTone(priority: Priority): ToneName {
  if (priority === 4 || priority === 3) return "watch";
  return priority === 5 ? "info" : "neutral";
}

/** A word that the server sent and this version may not know: its own name is better than nothing. */
export function knownWord(prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return isKey(key) ? (t as (key: Key) => string)(key) : value.replaceAll("_", " ");
}

export function deviceStatusTone(status: string): ToneName {
  if (status === "scrapped" || status === "quarantined") return "stop";
  if (status === "lost" || status === "in_repair") return "watch";
  return status === "with_holder" ? "ok" : "neutral";
}

/** How a next-maintenance date stands today. */
export function maintenanceTone(next: string | null, today: string): ToneName {
  if (!next) return "neutral";
  if (next < today) return "watch";
  return "ok";
}
