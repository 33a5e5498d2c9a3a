import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { testStop, testTask } from "./stops.fixture";
import { drivingSeconds, timesAhead } from "./times-ahead";

interface Vector {
  readonly from: [number, number];
  readonly to: [number, number];
  readonly seconds: number;
}

const { vectors } = JSON.parse(readFileSync(new URL("../../../../tests/vectors/travel_estimates.json", import.meta.url), "utf8")) as { vectors: readonly Vector[] };
const place = ([latitude, longitude]: [number, number]) => ({ latitude, longitude });

describe("times to the next stops", () => {
  it("estimates the way as the server does", () => {
    expect(vectors.length).toBeGreaterThan(5);
    for (const { from, to, seconds } of vectors) expect(drivingSeconds(place(from), place(to))).toBe(seconds);
  });

  const at = (time: string) => `2026-11-25T${time}:00Z`;
  const done = testStop({ id: "a", state: "done", done_at: at("08:00"), latitude: 65.82, longitude: 21.69 });
  const next = testStop({ id: "b", latitude: 65.83, longitude: 21.69, tasks: [testTask({ quantity: 2 })] });
  const later = testStop({ id: "c", latitude: 65.84, longitude: 21.69, window_from: at("10:00") });

  it("goes on from the last stop where something was done", () => {
    const times = timesAhead([done, next, testStop({ id: "nowhere" }), later], new Date(at("08:01")));
    const way = drivingSeconds({ latitude: 65.82, longitude: 21.69 }, { latitude: 65.83, longitude: 21.69 });
    expect([...times.keys()]).toEqual(["b", "c"]);
    expect(times.get("b")?.getTime()).toBe(Date.parse(at("08:00")) + 1000 * way);
    expect(times.get("c")?.toISOString()).toBe("2026-11-25T10:00:00.000Z");
  });

  it("is never in the past, and says nothing before anything is done", () => {
    expect(timesAhead([done, next], new Date(at("09:30"))).get("b")?.toISOString()).toBe("2026-11-25T09:30:00.000Z");
    expect(timesAhead([next, later], new Date(at("08:00"))).size).toBe(0);
  });
});
