/** Lists over the stops of a round: what to load, what is left in the van, what comes along. Pure. */
import type { StopTask, VanStop } from "../api/driver";

export interface Line {
  readonly stop: VanStop;
  readonly task: StopTask;
}

/** Something that a driver can still do at the stop. */
export function isPlanned(stop: VanStop): boolean {
  return stop.state === "planned";
}

/** The driver was there and it went well, wholly or in part. */
export function isDelivered(stop: VanStop): boolean {
  return stop.state === "done" || stop.state === "partial";
}

/** What is to go into the van for the stops that are still ahead. */
export function linesToLoad(stops: readonly VanStop[]): readonly Line[] {
  return stops.filter(isPlanned).flatMap((stop) => stop.tasks.filter((task) => task.kind === "deliver" && task.state !== "cancelled" && task.state !== "failed").map((task) => ({ stop, task })));
}

/** What was loaded and not delivered: it goes back to the depot. What could not be found is not in the van. */
export function leftInVan(stops: readonly VanStop[]): readonly Line[] {
  return stops.flatMap((stop) => stop.tasks.filter((task) => task.kind === "deliver" && (task.state === "loaded" || (task.state === "failed" && task.failed_code !== "not_found"))).map((task) => ({ stop, task })));
}

/** What has been collected on the way: it is in the van until its arrival is registered. */
export function takenAlong(stops: readonly VanStop[]): readonly Line[] {
  return stops.flatMap((stop) => stop.tasks.filter((task) => task.kind === "collect" && task.state === "done").map((task) => ({ stop, task })));
}
