/** How far an occasion has come, in words and tone. */
import type { DueItem } from "../../../api/maintenance";
import { formatDate, localDate } from "../../../i18n";
import { mt } from "../../../i18n/maintenance";
import type { ToneName } from "../../../ui/tones";

export function stateWords(item: DueItem): string {
  if (item.state === "notified" && item.notified_on) return mt(item.agreed ? "was_agreed" : "was_notified", { date: formatDate(item.notified_on) });
  if (item.state === "booked") return mt("was_booked", { date: item.booked_on ? formatDate(item.booked_on) : "" });
  return mt.maybe(`was_${item.state}`);
}

export function stateTone(item: DueItem): ToneName {
  if (item.state === "not_approved") return "stop";
  if (item.state === "contact_failed" || item.state === "approved" || item.state === "in_progress") return "watch";
  if (item.state === "booked") return "ok";
  return item.state === "notified" || item.state === "prescriber_contacted" ? "info" : "neutral";
}

export function isOverdue(item: DueItem, today: string = localDate()): boolean {
  return item.due_on < today;
}

/** The holder has not been told and the last day for it has come. */
export function noticeIsLate(item: DueItem, today: string = localDate()): boolean {
  return item.held && item.notified_on === null && item.notice_by <= today;
}
