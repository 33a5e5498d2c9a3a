import { describe, expect, test } from "vitest";
import { changesNothing, gain, spent } from "./plan";

describe("a plan's progress", () => {
  test("the gain is told in whole percent, and only when there is one", () => {
    expect(gain({ best_cost: 800, present_cost: 1000 })).toBe(20);
    expect(gain({ best_cost: 999, present_cost: 1000 })).toBeNull();
    expect(gain({ best_cost: 1200, present_cost: 1000 })).toBeNull();
    expect(gain({ best_cost: null, present_cost: 1000 })).toBeNull();
    expect(gain({ best_cost: 0, present_cost: 0 })).toBeNull();
  });

  test("the time never runs past what was asked for", () => {
    const began = Date.parse("2026-11-25T12:00:00Z");
    const plan = { started_at: "2026-11-25T12:00:00Z", seconds: 10 };
    expect([spent(plan, began + 3400), spent(plan, began + 60_000), spent(plan, began - 5000)]).toEqual([3, 10, 0]);
    expect(spent({ ...plan, started_at: null }, began)).toBe(0);
  });
});

test("a plan that changes no list changes nothing", () => {
  const round = { round_id: "a", new: [], moved: [], removed: [] };
  const rounds = [round, round] as unknown as Parameters<typeof changesNothing>[0]["rounds"];
  expect(changesNothing({ rounds })).toBe(true);
  expect(changesNothing({ rounds: [...rounds, { ...rounds[0], moved: ["x"] }] as typeof rounds })).toBe(false);
});
