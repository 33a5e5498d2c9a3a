/** Which line a device that stands at the centre belongs to. Pure. */
import type { Hygiene, Pickup, PickupLine } from "../../../api/logistics";

/** Can still arrive. What was said not to be found, or to be lost, may turn up. */
export const notBack = (line: PickupLine): boolean => line.state !== "arrived" && line.state !== "cancelled";

/** Fetched by a van and not registered at the centre. */
export const inVan = (line: PickupLine): boolean => line.state === "collected";

export function lineOf(order: Pickup, device: string): PickupLine | null {
  const lines = order.lines.filter((line) => line.device_number === device);
  return lines.find(notBack) ?? lines.find((line) => line.state === "arrived") ?? null;
}

/** At most so many at once: the server is not asked for a whole day's orders in one breath. */
export async function inTurns<T, R>(things: readonly T[], most: number, work: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < things.length; at += most) results.push(...(await Promise.all(things.slice(at, at + most).map(work))));
  return results;
}

/** A device or goods on the desk, not registered yet. */
export interface Arriving {
  readonly order: Pickup;
  readonly line: PickupLine;
  /** The label's own text when a code was read. */
  readonly scanRaw: string | null;
  readonly hygiene: Hygiene;
  /** What the region's index says of it, worst first. */
  readonly told: readonly string[];
}

/** One arrival registration for each pick-up order, in the order in which they were scanned. */
export function byOrder(arriving: readonly Arriving[]): readonly (readonly Arriving[])[] {
  const groups = new Map<string, Arriving[]>();
  for (const one of [...arriving].reverse()) groups.set(one.order.id, [...(groups.get(one.order.id) ?? []), one]);
  return [...groups.values()];
}
