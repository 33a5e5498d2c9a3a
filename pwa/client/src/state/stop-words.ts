/** Stops, lines and scans in words and tones. */
import type { StopCode, StopTask, VanStop } from "../api/driver";
import { formatTime } from "../i18n";
import { d } from "../i18n/driver";
import type { DoorOutcome, LoadOutcome } from "../scan/stop-scan";
import type { ToneName } from "../ui/tones";

/** A code that this version does not know is better told as it is than not at all. */
export const codeWord = (code: StopCode | string | null): string => (code === null ? "" : d.maybe(`code.${code}`) || code.replaceAll("_", " "));

/** "10:15–11:00", "efter 10:15", or "" when the stop has no window. */
export function windowWords(stop: Pick<VanStop, "window_from" | "window_to">): string {
  const { window_from: from, window_to: to } = stop;
  if (from && to) return d("stop.window", { from: formatTime(from), to: formatTime(to) });
  if (from) return d("stop.after", { from: formatTime(from) });
  return to ? d("stop.before", { to: formatTime(to) }) : "";
}

/** Whose stop it is: a protected person has no name here. */
export const nameOf = (stop: VanStop): string => (stop.protected ? d("stop.protected") : stop.name);

export const addressOf = (stop: VanStop): string => [stop.street, [stop.postcode, stop.town].filter(Boolean).join(" ")].filter(Boolean).join(", ");

/** What a line is called in a sentence: "104901" or "3 st Inkontinensskydd". */
export function lineName(task: StopTask): string {
  return task.device_number ?? `${d("line.quantity", { n: task.quantity })} ${task.article_name || task.article_number}`;
}

/** "Lämna 2 · Hämta 1" */
export function countsOf(stop: VanStop): string {
  const count = (kind: StopTask["kind"]): number => stop.tasks.filter((task) => task.kind === kind && task.state !== "cancelled").length;
  return [count("deliver") > 0 ? d("stop.deliver_n", { n: count("deliver") }) : "", count("collect") > 0 ? d("stop.collect_n", { n: count("collect") }) : ""].filter(Boolean).join(" · ");
}

/** The address goes to the phone's own map and to nobody else: geo: on Android, the Maps app's own scheme on an iPhone. */
export function mapLink(stop: VanStop): string {
  const address = encodeURIComponent(addressOf(stop));
  const at = stop.latitude !== null && stop.longitude !== null ? `${String(stop.latitude)},${String(stop.longitude)}` : "";
  if (/iPhone|iPad|iPod/.test(navigator.userAgent)) return `maps://?q=${address}${at ? `&sll=${at}` : ""}`;
  return `geo:${at || "0,0"}?q=${address}`;
}

export interface Said {
  readonly tone: ToneName;
  readonly text: string;
}

export function sayLoad(outcome: LoadOutcome): Said {
  switch (outcome.kind) {
    case "load":
      return { tone: "ok", text: d("scan.load", { number: outcome.number, n: outcome.stop.position }) };
    case "again":
      return { tone: "watch", text: d("scan.load_again", { number: outcome.number, n: outcome.stop.position }) };
    case "collect_later":
    case "called_off":
      return { tone: "stop", text: d(`scan.${outcome.kind}`, { number: outcome.number, n: outcome.stop.position }) };
    case "not_on_round":
      return { tone: "stop", text: d("scan.not_on_round", { number: outcome.number }) };
    default:
      return sayUnreadable(outcome.kind);
  }
}

export function sayDoor(outcome: DoorOutcome): Said {
  switch (outcome.kind) {
    case "tick":
      return { tone: "ok", text: d(outcome.task.kind === "deliver" ? "scan.deliver_here" : "scan.collect_here", { number: outcome.number }) };
    case "again":
      return { tone: "watch", text: d("scan.again", { number: outcome.number }) };
    case "other_stop":
      return { tone: "stop", text: outcome.wanted ? d("scan.other_stop", { n: outcome.stop.position, wanted: outcome.wanted }) : d("scan.other_stop_none", { n: outcome.stop.position }) };
    case "unlisted":
      return { tone: "watch", text: d("scan.unlisted", { number: outcome.number }) };
    default:
      return sayUnreadable(outcome.kind);
  }
}

function sayUnreadable(kind: "foreign" | "damaged" | "too_short" | "nothing" | "other_centre"): Said {
  return { tone: kind === "foreign" || kind === "other_centre" ? "stop" : "watch", text: d(`scan.${kind}`) };
}
