import { describe, expect, it } from "vitest";
import type { Priority, WorkOrder } from "../api/types";
import { testOrder } from "./rows.fixture";
import { byUrgency, clockState, isOpen, priorityOf, runningClocks } from "./urgency";

const now = new Date("2026-11-25T09:00:00Z");
const none = { contact: null, start: null, done: null };

function order(number: string, priority: Priority, due: Partial<WorkOrder["due"]> = {}, rest: Partial<WorkOrder> = {}): WorkOrder {
  return testOrder({ id: number, number, proposed: { priority, place: "at_holder", basic_need: null, by_name: "" }, due: { ...none, ...due }, ...rest });
}

const sorted = (...orders: WorkOrder[]): string[] => byUrgency(orders, now).map((one) => one.number);

describe("the order of the day", () => {
  it("puts an acute order before one that is already late", () => {
    expect(sorted(order("late", 1, { done: "2026-11-24T09:00:00Z" }), order("acute", 4, { done: "2026-11-26T08:00:00Z" }))).toEqual(["acute", "late"]);
  });

  it("puts what runs out within a day before higher priorities that have time", () => {
    expect(sorted(order("urgent", 3, { done: "2026-11-28T09:00:00Z" }), order("soon", 2, { contact: "2026-11-25T15:00:00Z" }))).toEqual(["soon", "urgent"]);
  });

  it("goes by priority among those that have time: urgent, normal, can wait, maintenance, supplier", () => {
    const far = { done: "2026-12-10T09:00:00Z" };
    expect(sorted(order("6", 6, far), order("5", 5, far), order("2", 2, far), order("1", 1, far), order("3", 3, far))).toEqual(["3", "1", "2", "5", "6"]);
  });

  it("never shuffles equals: the number decides", () => {
    expect(sorted(order("b", 1), order("a", 1), order("c", 1))).toEqual(["a", "b", "c"]);
  });
});

describe("clocks", () => {
  const due = { contact: "2026-11-25T12:00:00Z", start: "2026-11-26T12:00:00Z", done: "2026-11-27T12:00:00Z" };

  it("run until their event has happened, the nearest first", () => {
    expect(runningClocks(testOrder({ due })).map((one) => one.clock)).toEqual(["contact", "start", "done"]);
    expect(runningClocks(testOrder({ due, contacted_at: "2026-11-25T08:00:00Z" })).map((one) => one.clock)).toEqual(["start", "done"]);
    expect(runningClocks(testOrder({ due, started_at: "2026-11-25T08:00:00Z", state: "started" })).map((one) => one.clock)).toEqual(["done"]);
  });

  it("stand still on a closed order", () => {
    expect(runningClocks(testOrder({ due, state: "closed" }))).toEqual([]);
    expect(isOpen({ state: "closed" })).toBe(false);
  });

  it("are late after the moment, soon within a day, else fine", () => {
    expect(clockState("2026-11-25T08:59:59Z", now)).toBe("late");
    expect(clockState("2026-11-26T09:00:00Z", now)).toBe("soon");
    expect(clockState("2026-11-26T09:00:01Z", now)).toBe("fine");
  });
});

it("goes by the technician's assessment, else by the proposal (R-197)", () => {
  expect(priorityOf(order("1", 4))).toBe(4);
  expect(priorityOf(order("1", 4, {}, { assessed: { priority: 2, place: "at_centre", basic_need: null, by_name: "", at: "", final: true } }))).toBe(2);
});
