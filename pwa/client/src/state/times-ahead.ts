/**
 * When the van comes to its next stops, told anew at each scan without a network and without a search: arithmetic along the
 * list from the last stop where something was done. Estimated like routing/travel/haversine.py; the same vectors. Pure.
 */
import type { VanStop } from "../api/driver";
import { isPlanned } from "./stop-lists";

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_RADIUS_M = 6_371_008.8;
const DETOUR = 1.3;
/** Metres of road up to here, and km/h on this part. */
const SPEEDS = [[2_000, 25], [10_000, 45], [50_000, 70], [Infinity, 85]] as const;
/** At a door whatever is done there, and for each piece (seconds). */
const AT_DOOR_S = 420;
const EACH_S = 120;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Whole seconds of driving between two places. */
export function drivingSeconds(from: Place, to: Place): number {
  const [south, north] = [radians(from.latitude), radians(to.latitude)];
  const half = Math.sin((north - south) / 2) ** 2 + Math.cos(south) * Math.cos(north) * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const metres = DETOUR * 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, half)));
  let seconds = 0;
  let begins = 0;
  for (const [ends, speed] of SPEEDS) {
    seconds += (Math.max(0, Math.min(metres, ends) - begins) * 3.6) / speed;
    begins = ends;
  }
  return Math.round(seconds);
}

const placeOf = (stop: VanStop): Place | null => (stop.latitude === null || stop.longitude === null ? null : { latitude: stop.latitude, longitude: stop.longitude });

const atDoor = (stop: VanStop): number => AT_DOOR_S + EACH_S * stop.tasks.filter((task) => task.state === "planned" || task.state === "loaded").reduce((sum, task) => sum + task.quantity, 0);

/**
 * Stop id -> when the van is there. Empty until something has been done: before that nobody knows when it leaves. A stop
 * without a position is passed over.
 */
export function timesAhead(stops: readonly VanStop[], now: Date): ReadonlyMap<string, Date> {
  const done = stops.filter((stop) => stop.done_at !== null && placeOf(stop) !== null).sort((one, other) => Date.parse(one.done_at ?? "") - Date.parse(other.done_at ?? ""));
  const last = done[done.length - 1];
  let here = last ? placeOf(last) : null;
  if (!last || !here) return new Map();
  let at = Date.parse(last.done_at ?? "");
  const times = new Map<string, Date>();
  for (const stop of stops.filter(isPlanned)) {
    const place = placeOf(stop);
    if (!place) continue;
    const arrive = Math.max(at + 1000 * drivingSeconds(here, place), times.size === 0 ? now.getTime() : 0);
    const begin = Math.max(arrive, stop.window_from ? Date.parse(stop.window_from) : 0);
    times.set(stop.id, new Date(begin));
    [here, at] = [place, begin + 1000 * atDoor(stop)];
  }
  return times;
}
