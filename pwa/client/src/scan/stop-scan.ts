/** What a scan means beside the van or at the door: which line it ticks, and if none, why not. Pure. */
import type { StopTask, VanStop } from "../api/driver";
import type { Scan } from "./payload";

/** A code that says nothing of a device of ours. */
export interface Unreadable {
  readonly kind: "foreign" | "damaged" | "too_short" | "nothing" | "other_centre";
}

export type LoadOutcome =
  | { readonly kind: "load"; readonly number: string; readonly stop: VanStop; readonly task: StopTask }
  /** In the van already, or delivered. */
  | { readonly kind: "again"; readonly number: string; readonly stop: VanStop }
  /** It is to be collected out there: it cannot be here. */
  | { readonly kind: "collect_later"; readonly number: string; readonly stop: VanStop }
  /** Its stop or its line has been called off. */
  | { readonly kind: "called_off"; readonly number: string; readonly stop: VanStop }
  | { readonly kind: "not_on_round"; readonly number: string }
  | Unreadable;

export type DoorOutcome =
  | { readonly kind: "tick"; readonly number: string; readonly task: StopTask }
  | { readonly kind: "again"; readonly number: string }
  /** `wanted` is the device to deliver here that has not been scanned yet. */
  | { readonly kind: "other_stop"; readonly number: string; readonly stop: VanStop; readonly wanted: string | null }
  /** On no list of the round: the driver decides whether to take it along (sync case 10). */
  | { readonly kind: "unlisted"; readonly number: string }
  | Unreadable;

interface Found {
  readonly stop: VanStop;
  readonly task: StopTask;
}

/** @param host host of this installation, lower case with the port if there is one */
function numberOf(scan: Scan, host: string, known: (number: string) => boolean): { readonly number: string } | Unreadable {
  if (scan.kind === "foreign_code") return { kind: "foreign" };
  if (scan.kind === "unreadable") {
    if (scan.reason === "damaged_label") return { kind: "damaged" };
    if (scan.reason === "number_too_short") return { kind: "too_short" };
    return { kind: scan.reason === "empty" ? "nothing" : "foreign" };
  }
  // Another centre's label on a device that is ours all the same still counts by its number.
  if (scan.kind === "own_label" && scan.host !== host && !known(scan.number)) return { kind: "other_centre" };
  return { number: scan.number };
}

function linesOf(stops: readonly VanStop[], number: string): readonly Found[] {
  return stops.flatMap((stop) => stop.tasks.filter((task) => task.device_number === number).map((task) => ({ stop, task })));
}

function isWaiting({ stop, task }: Found): boolean {
  return task.state === "planned" && stop.state === "planned";
}

/** A device scanned beside the van. `stops` are those of the round at hand. */
export function resolveLoad(scan: Scan, stops: readonly VanStop[], host: string): LoadOutcome {
  const read = numberOf(scan, host, (number) => linesOf(stops, number).length > 0);
  if ("kind" in read) return read;
  const { number } = read;
  const lines = linesOf(stops, number);
  const out = lines.filter(({ task }) => task.kind === "deliver");
  const waiting = out.find(isWaiting);
  if (waiting) return { kind: "load", number, ...waiting };
  const there = out.find(({ task }) => task.state === "loaded" || task.state === "done");
  if (there) return { kind: "again", number, stop: there.stop };
  const off = out[0];
  if (off) return { kind: "called_off", number, stop: off.stop };
  const inward = lines[0];
  return inward ? { kind: "collect_later", number, stop: inward.stop } : { kind: "not_on_round", number };
}

/** A line that nobody has said anything about yet. */
export function isOpenTask(task: StopTask): boolean {
  return task.state === "planned" || task.state === "loaded";
}

/** A line that can be ticked: also one that did not work before, for a door may open after all. */
export function canBeTicked(task: StopTask): boolean {
  return isOpenTask(task) || task.state === "failed";
}

/**
 * A device scanned at a stop.
 *
 * @param ticked ids of this stop's lines that are ticked already
 * @param taken numbers of unlisted devices that are taken along already
 */
export function resolveDoor(scan: Scan, here: VanStop, stops: readonly VanStop[], ticked: ReadonlySet<string>, taken: ReadonlySet<string>, host: string): DoorOutcome {
  const all = stops.some((stop) => stop.id === here.id) ? stops : [...stops, here];
  const read = numberOf(scan, host, (number) => linesOf(all, number).length > 0 || taken.has(number));
  if ("kind" in read) return read;
  const { number } = read;
  const mine = here.tasks.filter((task) => task.device_number === number);
  const open = mine.find((task) => canBeTicked(task) && !ticked.has(task.id));
  if (open) return { kind: "tick", number, task: open };
  if (mine.some((task) => task.state === "done" || ticked.has(task.id)) || taken.has(number)) return { kind: "again", number };
  // A device that was called off here, or is done with elsewhere, may be standing at this door all the same.
  const elsewhere = linesOf(all, number).find(({ stop, task }) => stop.id !== here.id && isOpenTask(task) && stop.state === "planned");
  if (!elsewhere) return { kind: "unlisted", number };
  return { kind: "other_stop", number, stop: elsewhere.stop, wanted: nextToDeliver(here, ticked)?.device_number ?? null };
}

/** The first device to deliver here that is neither ticked nor settled. */
export function nextToDeliver(stop: VanStop, settled: ReadonlySet<string>): StopTask | undefined {
  return stop.tasks.find((task) => task.kind === "deliver" && task.device_number !== null && isOpenTask(task) && !settled.has(task.id));
}
