/** When what waits is to go out, in words. Pure. */
import type { WaitingDelivery } from "../../../api/rounds";
import { formatDayShort } from "../../../i18n";
import { st } from "../../../i18n/schedule";

/** It was to go before the day that is planned. */
export const isLate = (due: string | null, day: string): boolean => due !== null && due < day;

/** "Går ut ons 25 nov med Onsdagsturen", "Skulle ha gått ut tis 24 nov (kunden får leverans dagligen)". */
export function dueWord(due: string | null, round: string | null, day: string, reason: WaitingDelivery["due_reason"] = "round_list"): string {
  if (due === null) return st("no_day");
  const when = round ? st("due_round", { day: formatDayShort(due), round }) : formatDayShort(due);
  const said = st(isLate(due, day) ? "due_late" : "due", { day: when });
  return reason === "round_list" ? said : `${said} (${st(`reason.${reason}`)})`;
}

/** What else the planner should know of an order: lines that are not ready, and the work order of the same visit. */
export function deliveryNotes(order: Pick<WaitingDelivery, "lines_waiting" | "linked_order">): readonly string[] {
  return [order.lines_waiting > 0 ? st.count("waiting", order.lines_waiting) : "", order.linked_order ? st("visit", { number: order.linked_order }) : ""].filter(Boolean);
}
