import { describe, expect, it } from "vitest";
import type { DayMap, MapRound } from "../../../api/board";
import { circlesFor, depotsOf, kilometres, lineOf, spotsOf } from "./drawing";

const round = (changes: Partial<MapRound> = {}): MapRound => ({
  round_id: "r",
  name: "Norr",
  depot_latitude: 65.8,
  depot_longitude: 21.7,
  stops: [{ stop_id: "a", number: 1, state: "planned", latitude: 65.9, longitude: 21.8 }],
  ...changes,
});
const map = (rounds: MapRound[]): DayMap => ({ rounds, waiting: [{ number: "1", kind: "pickup", urgent: false, latitude: 65, longitude: 21 }], unplaced: 0, tiles: null, attribution: "" });

describe("what the day's map draws", () => {
  it("draws a round from its depot and home", () => {
    expect(lineOf(round())).toEqual([[65.8, 21.7], [65.9, 21.8], [65.8, 21.7]]);
    expect(lineOf(round({ depot_latitude: null, depot_longitude: null }))).toEqual([[65.9, 21.8]]);
    expect(lineOf(round({ stops: [] }))).toEqual([]);
  });

  it("has all that is shown in the picture, and each depot once", () => {
    expect(spotsOf(map([round()]))).toHaveLength(4);
    expect(depotsOf(map([round(), round({ round_id: "s" })]))).toEqual([[65.8, 21.7]]);
  });

  it("chooses circles in reach", () => {
    expect(circlesFor(18)).toEqual([5, 10, 20]);
    expect(circlesFor(0)).toEqual([1]);
    expect(kilometres([59, 18], [60, 18])).toBeCloseTo(111.2, 1);
  });
});
