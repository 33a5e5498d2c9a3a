/** What the day's map draws: lines, points and circles, before any map library. Pure. */
import type { DayMap, MapRound } from "../../../api/board";

export type Spot = readonly [latitude: number, longitude: number];

/** Colours come by number from the style sheet, and a number alone never tells rounds apart: each line is dashed its own way too. */
export const COLOURS = 6;
export const DASHES = ["", "8 6", "2 6", "12 4 2 4", "4 4", "14 6"] as const;

export function depotOf(round: MapRound): Spot | null {
  return round.depot_latitude === null || round.depot_longitude === null ? null : [round.depot_latitude, round.depot_longitude];
}

/** From the depot through the stops and home; without a depot from stop to stop. */
export function lineOf(round: MapRound): readonly Spot[] {
  const stops = round.stops.map((stop): Spot => [stop.latitude, stop.longitude]);
  const depot = depotOf(round);
  return depot && stops.length > 0 ? [depot, ...stops, depot] : stops;
}

/** Every spot that has to be in the picture. */
export function spotsOf(map: DayMap): readonly Spot[] {
  return [...map.rounds.flatMap((round) => [...lineOf(round)]), ...map.waiting.map((one): Spot => [one.latitude, one.longitude])];
}

export const depotsOf = (map: DayMap): readonly Spot[] => {
  const found = map.rounds.map(depotOf).filter((spot) => spot !== null);
  return found.filter((spot, index) => found.findIndex((other) => other[0] === spot[0] && other[1] === spot[1]) === index);
};

/** Kilometres of the circles around a depot on a map without pictures: the round numbers that are in reach of what is shown. */
export function circlesFor(farthestKm: number): readonly number[] {
  return [1, 2, 5, 10, 20, 50, 100].filter((km) => km <= Math.max(1, farthestKm * 1.3)).slice(-3);
}

const R_KM = 6371;

/** Kilometres as the crow flies. */
export function kilometres([south, west]: Spot, [north, east]: Spot): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = Math.sin(radians(north - south) / 2) ** 2 + Math.cos(radians(south)) * Math.cos(radians(north)) * Math.sin(radians(east - west) / 2) ** 2;
  return 2 * R_KM * Math.asin(Math.sqrt(Math.min(1, half)));
}
