/** Dates and numbers for people: Intl, always Swedish local time, whatever the phone is set to. */
import { currentLanguage, t, tn } from "./language.svelte";

const ZONE = "Europe/Stockholm";
const DAY_MS = 24 * 3600 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = currentLanguage() === "sv" ? "sv-SE" : "en-GB";
  const key = `${locale} ${name}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
    formats.set(key, found);
  }
  return found;
}

/** Sweden's own way is ISO 8601. Made once: a format costs more than a hundred dates. */
const isoDay = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** YYYY-MM-DD of a moment in Swedish local time. */
export function localDate(moment: Date | string = new Date()): string {
  return isoDay.format(new Date(moment));
}

/** A date without time ("2027-05-01") is read at noon, so that no zone moves it. */
function read(value: string): Date {
  return new Date(value.length === 10 ? `${value}T12:00:00Z` : value);
}

export function formatTime(value: string): string {
  return format("time", { hour: "2-digit", minute: "2-digit" }).format(read(value));
}

/** "24 nov.", with the year when it is another than now: "24 nov. 2027". */
export function formatDate(value: string, now: Date = new Date()): string {
  const sameYear = localDate(read(value)).slice(0, 4) === localDate(now).slice(0, 4);
  return format(sameYear ? "short" : "short-year", {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" as const }),
  }).format(read(value));
}

/** "tisdag 24 november" */
export function formatDay(value: string): string {
  return format("day", { weekday: "long", day: "numeric", month: "long" }).format(read(value));
}

/** "ons 25 nov." */
export function formatDayShort(value: string): string {
  return format("weekday", { weekday: "short", day: "numeric", month: "short" }).format(read(value));
}

/** "2027-05": as on the next-maintenance label. */
export function formatMonth(value: string): string {
  return value.slice(0, 7);
}

/** The time alone today, else with the day: "14:32", "24 nov. 14:32". */
export function formatDateTime(value: string, now: Date = new Date()): string {
  if (localDate(value) === localDate(now)) return formatTime(value);
  return `${formatDate(value, now)} ${formatTime(value)}`;
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(currentLanguage() === "sv" ? "sv-SE" : "en-GB").format(value);
}

/** Minutes under three hours ("2 tim 10 min"), then hours, from two days on days ("3 dagar"). Never negative. */
export function formatDuration(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  if (minutes < 60) return t("duration.minutes", { n: minutes });
  if (minutes < 48 * 60) {
    const rest = minutes % 60;
    const hours = Math.floor(minutes / 60);
    return rest === 0 || hours >= 3 ? t("duration.hours", { n: hours }) : t("duration.hours_minutes", { h: hours, m: rest });
  }
  return tn("duration.days", Math.floor(minutes / (24 * 60)));
}

/** How long something has waited: "25 min". */
export function formatAge(since: string, now: Date = new Date()): string {
  return formatDuration(now.getTime() - Date.parse(since));
}

/** Time left until a due moment: "9 tim 10 min kvar", "Försenad 2 dagar", or the day when it is more than two days away. */
export function formatUntil(due: string, now: Date = new Date()): string {
  const left = Date.parse(due) - now.getTime();
  if (left < 0) return t("due.late", { time: formatDuration(-left) });
  if (left > 2 * DAY_MS) return t("due.on", { day: formatDayShort(due) });
  return t("due.left", { time: formatDuration(left) });
}
