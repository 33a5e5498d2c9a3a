/** An advice in words. Loaded with the scanner. */
import { formatDate, formatMonth } from "../i18n";
import { verdictWords as words } from "../i18n/verdict";
import type { Advice } from "../index/advice";
import type { DeviceFacts } from "../index/format";
import type { Notice } from "../index/verdict";
import type { ScanSignal } from "../scan/resolve";
import type { Said } from "./stop-words";

export function noticeWords(notice: Notice, number: string, facts: DeviceFacts | null): string {
  const values = { number, date: facts?.scrappedOn ? formatDate(facts.scrappedOn) : "", month: facts?.nextPm ? formatMonth(facts.nextPm) : "" };
  switch (notice) {
    case "unknown":
      return words("unknown", values);
    case "scrapped":
      return words("scrapped", values);
    case "pm_overdue_now":
      return words("pm_overdue_now", values);
    case "pm_overdue_ask":
      return words("pm_overdue_ask", values);
    default:
      return words(notice);
  }
}

/** What a technician or the return desk is to do; "" where the outcome's own sentence says it. */
export function deedWords(advice: Advice, number: string, facts: DeviceFacts | null): string {
  switch (advice.deed) {
    case "open_order":
      return words("do.open_order", { number, order: advice.order ?? "" });
    case "stands_in_store":
      return words("do.stands_in_store", { number, status: words.maybe(`status.${facts?.status ?? ""}`).toLowerCase() });
    case "put_away":
      return facts?.location ? words("do.put_away_at", { number, place: facts.location }) : words("do.put_away", { number });
    case "nothing_to_do":
    case "do_not_deliver":
      return words(`do.${advice.deed}`, { number });
    case "other_device":
    case "load":
    case "leave":
    case "deliver":
    case "collect":
    case "other_stop":
    case "unlisted":
    case "no_pickup":
    case "again":
    case "arrive":
    case "none":
      return "";
    default:
      return noticeWords(advice.deed, number, facts);
  }
}

/** Beside the van and at the door: the outcome's own sentence, what forbids it, and the worst of what else is to be known. */
export function sayWithAdvice(said: Said, advice: Advice, number: string, facts: DeviceFacts | null): Said {
  if (advice.deed === "none") return said;
  const { because } = advice;
  if (because) return { tone: "stop", text: `${words(advice.deed === "do_not_deliver" ? "do.do_not_deliver" : "do.do_not_load", { number })} ${noticeWords(because, number, facts)}` };
  const more = advice.notices[0] ?? (advice.deed === "scrapped" || advice.deed === "quarantined" || advice.deed === "unknown" ? advice.deed : undefined);
  const tone = advice.tone === "stop" || said.tone === "stop" ? "stop" : advice.tone === "watch" ? "watch" : said.tone;
  return more ? { tone, text: `${said.text} ${noticeWords(more, number, facts)}` } : { ...said, tone };
}

export const signalOfAdvice = (advice: Advice): ScanSignal => (advice.tone === "watch" ? "again" : advice.tone);
