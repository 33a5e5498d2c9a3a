/** Which line a device that stands at the centre belongs to. Pure. */
import type { Pickup, PickupLine } from "../../../api/logistics";

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
