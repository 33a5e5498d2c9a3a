/** A round's states in words and tones, and a stop in a few words. */
import type { RoundHit, RoundState, RoundStop, StopState, TaskState } from "../../../api/rounds";
import { formatTime } from "../../../i18n";
import { rt } from "../../../i18n/rounds";
import type { ToneName } from "../../../ui/tones";

const roundTones: Readonly<Record<RoundState, ToneName>> = { draft: "neutral", published: "info", in_progress: "info", returned: "ok" };
const stopTones: Readonly<Record<StopState, ToneName>> = { planned: "neutral", done: "ok", partial: "watch", failed: "watch", cancelled: "neutral" };
const taskTones: Readonly<Record<TaskState, ToneName>> = { planned: "neutral", loaded: "info", done: "ok", failed: "watch", cancelled: "neutral" };

export const roundTone = (state: RoundState): ToneName => roundTones[state];
export const stopTone = (state: StopState): ToneName => stopTones[state];
export const taskTone = (state: TaskState): ToneName => taskTones[state];

/** A code from the server in words; its own name where this version has no word for it. */
export const codeWord = (code: string): string => rt.maybe(`code.${code}`) || code.replaceAll("_", " ");
export const hygieneWord = (hygiene: string): string => rt.maybe(`hygiene.${hygiene}`) || hygiene.replaceAll("_", " ");
export const unservedWord = (reason: string): string => rt.maybe(`unserved.${reason}`) || reason.replaceAll("_", " ");

/** "3 av 6 klara, 1 misslyckat" */
export function progressWord(round: { readonly done: number; readonly failed: number }, stops: number): string {
  if (stops === 0) return rt("no_stops");
  const done = rt("progress", { done: round.done, all: stops });
  return round.failed > 0 ? `${done}, ${rt.count("progress_failed", round.failed)}` : done;
}

export function vanAndDriver(round: Pick<RoundHit, "van" | "driver">): string {
  return [round.van?.name ?? rt("no_van"), round.driver?.name ?? rt("no_driver")].join(" · ");
}

type Windowed = Pick<RoundStop, "window_from" | "window_to">;

/** "08:15–09:45", "tidigast 08:15", "senast 09:45" or "När som helst". */
export function windowWord({ window_from: from, window_to: to }: Windowed): string {
  if (from && to) return rt("window", { from: formatTime(from), to: formatTime(to) });
  if (from) return rt("window_from", { from: formatTime(from) });
  return to ? rt("window_to", { to: formatTime(to) }) : rt("open_window");
}

/** "Lämna 2 · Hämta 1" */
export function tasksWord(stop: Pick<RoundStop, "tasks">): string {
  const count = (kind: "deliver" | "collect"): number => stop.tasks.filter((task) => task.kind === kind && task.state !== "cancelled").reduce((sum, task) => sum + task.quantity, 0);
  const [deliver, collect] = [count("deliver"), count("collect")];
  return [deliver > 0 ? rt.count("deliver", deliver) : "", collect > 0 ? rt.count("collect", collect) : ""].filter(Boolean).join(" · ");
}

/** Who or where, as much as the reader may see. */
export const stopName = (stop: Pick<RoundStop, "name" | "street" | "town" | "position">): string => stop.name || stop.street || stop.town || rt("stop", { n: stop.position });

/** "Storgatan 4, Boden": without what is already the name. */
export function placeWord(stop: Pick<RoundStop, "name" | "street" | "town" | "position">): string {
  const name = stopName(stop);
  return [stop.street, stop.town].filter((part) => part && part !== name).join(", ");
}
