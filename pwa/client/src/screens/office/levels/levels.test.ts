import { describe, expect, it } from "vitest";
import type { Kept } from "../../../api/levels";
import { byTeam, byWeek, cellsOf, EVERY_TEAM, goalOf, NO_TEAM, sum, teamsOf, weekNumber } from "./levels";

const cell = (week: string, team: string | null, event: Kept["event"], met: number, missed: number, running = 0): Kept => ({ week, team_id: team, team: team ? `Team ${team}` : "", event, met, missed, running });
const kept = [cell("2026-03-02", "b", "done", 8, 2), cell("2026-03-02", null, "done", 0, 1), cell("2026-03-09", "a", "done", 1, 0, 4), cell("2026-03-09", "a", "contact", 0, 5)];

describe("the board of promises", () => {
  it("counts a share of what is judged, and none of nothing", () => {
    expect(sum(cellsOf(kept, "done", EVERY_TEAM))).toEqual({ met: 9, missed: 3, running: 4, share: 75 });
    expect(sum([]).share).toBeNull();
  });

  it("has a level for each week, also an empty one, and for each team with those without one last", () => {
    const done = cellsOf(kept, "done", EVERY_TEAM);
    expect(byWeek(done, ["2026-02-23", "2026-03-02", "2026-03-09"]).map((level) => level.share && Math.round(level.share))).toEqual([null, 73, 100]);
    expect(byTeam(done).map(({ id, met, missed }) => [id, met, missed])).toEqual([["a", 1, 0], ["b", 8, 2], [NO_TEAM, 0, 1]]);
    expect(sum(cellsOf(kept, "done", NO_TEAM)).missed).toBe(1);
    expect(teamsOf([])).toEqual([]);
  });

  it("holds an event to the lowest share that is promised for it", () => {
    const promise = { event: "done", amount: 5, unit: "working_days", kind: "goal", share: 80, priorities: [1] } as const;
    expect(goalOf([promise, { ...promise, share: 100, priorities: [4] }], "done")).toBe(80);
    expect(goalOf([promise], "contact")).toBeNull();
  });

  it("numbers weeks as the calendar does", () => {
    expect(["2025-12-29", "2026-03-02", "2026-12-28", "2027-01-04"].map(weekNumber)).toEqual([1, 10, 53, 1]);
  });
});
