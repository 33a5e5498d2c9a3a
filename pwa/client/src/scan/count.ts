/** How what is found at a place differs from what should be there. Pure; the twin of app/stock/differences.py (shared vectors). */
import type { DeviceFacts, DeviceIndex, DeviceStatus } from "../index/format";

export type Finding = "expected" | "missing" | "unexpected" | "elsewhere" | "unknown";

/** A device in one of these stands on its home's shelf, or it is missing. */
export const onShelf: ReadonlySet<DeviceStatus> = new Set<DeviceStatus>(["in_stock", "reserved"]);
/** In these it may stand there, and is not missed when it stands in the washing room. */
const atPlace: ReadonlySet<DeviceStatus> = new Set<DeviceStatus>([...onShelf, "arrived", "cleaning", "inspection", "in_repair", "quarantined"]);

type Home = Pick<DeviceFacts, "status" | "location">;

/** @param place the name of the place that is counted, as the index calls it */
export function findingOf(facts: Home | null, place: string): Finding {
  if (facts === null) return "unknown";
  if (!atPlace.has(facts.status) || facts.location === null) return "unexpected";
  return facts.location === place ? "expected" : "elsewhere";
}

/** The device is missing unless it is scanned at the place. */
export const belongs = (facts: Home, place: string): boolean => facts.location === place && onShelf.has(facts.status);

/** What must stand at a place and has not been scanned. */
export function missingAt(index: Pick<DeviceIndex, "numbersAt">, place: string, counted: ReadonlySet<string>): readonly string[] {
  return index.numbersAt(place, onShelf).filter((number) => !counted.has(number));
}
