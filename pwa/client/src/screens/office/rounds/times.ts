/** Window times between a form ("08:15") and the server (UTC), always in Swedish local time. Pure. */
import { localDate } from "../../../i18n/format";

const clockOf = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "08:15" of a moment in Swedish local time; "" for none. */
export const toClock = (moment: string | null): string => (moment ? clockOf.format(new Date(moment)) : "");

/** The UTC moment of a Swedish day and clock time; null for an empty time. Right on days when the clocks change. */
export function toMoment(day: string, clock: string): string | null {
  if (!/^\d{2}:\d{2}$/.test(clock)) return null;
  // Sweden is one or two hours ahead: of the two moments that could be meant, the one that reads as asked.
  for (const ahead of [2, 1]) {
    const moment = new Date(Date.parse(`${day}T${clock}:00Z`) - ahead * 3600_000);
    if (localDate(moment) === day && clockOf.format(moment) === clock) return moment.toISOString();
  }
  // The hour that is skipped in March does not exist: the hour after it.
  return new Date(Date.parse(`${day}T${clock}:00Z`) - 3600_000).toISOString();
}

/** The day `by` days later. */
export function nextDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + by * 24 * 3600_000).toISOString().slice(0, 10);
}

/** A day from the address bar, or `today` when it is none. */
export function readDay(word: string | null, today: string): string {
  return word && /^\d{4}-\d{2}-\d{2}$/.test(word) && !Number.isNaN(Date.parse(word)) ? word : today;
}
