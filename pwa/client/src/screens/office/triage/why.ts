/** Why a clock is red, in words. */
import type { ClockReason } from "../../../api/triage";
import { formatDateTime, formatDuration } from "../../../i18n";
import { tr } from "../../../i18n/triage";
import type { ToneName } from "../../../ui/tones";

/** "Påbörjas inom 3 arbetsdagar (senast tis 16:30): 2 tim arbetstid kvar" */
export function whyWords(reason: ClockReason, now: Date): string {
  const rule = reason.amount !== null && reason.unit ? ` ${tr.count(`why.rule.${reason.unit}`, reason.amount)}` : "";
  const goal = reason.kind === "goal" ? `, ${tr("why.goal")}` : "";
  const due = tr("why.due", { time: formatDateTime(reason.due, now) });
  const time = formatDuration(Math.abs(reason.working_minutes) * 60_000);
  const late = reason.state === "late";
  const none = reason.working_minutes === 0;
  const left = late ? (none ? tr("why.late_closed") : tr("why.late", { time })) : none ? tr("why.left_closed") : tr("why.left", { time });
  const booked = reason.booked_after ? `; ${tr("why.booked_after")}` : "";
  return `${tr(`why.${reason.clock}`)}${rule} (${due}${goal}): ${left}${booked}`;
}

export const whyTone = (reason: ClockReason): ToneName => (reason.state === "ok" && !reason.booked_after ? "neutral" : "watch");
