import { expect, it } from "vitest";
import { moved, stopsOf, toDay, without, type Door, type RunDay } from "./run";

const door = (key: string): Door => ({ key, street: key, postcode: "97212", town: "Luleå", arrive: "09:00", leave: "09:30", tasks: [{ kind: "maintenance", number: key, title: "Lyft", due_on: null, order_number: null }] });
const days: readonly RunDay[] = [
  { day: "2026-11-30", doors: [door("1"), door("2")] },
  { day: "2026-12-01", doors: [door("3")] },
];
const keys = (found: readonly RunDay[]) => found.map((one) => [one.day, ...one.doors.map((at) => at.key)].join(" "));

it("moves a visit within its day and never out of it", () => {
  expect(keys(moved(days, "2", -1))).toEqual(["2026-11-30 2 1", "2026-12-01 3"]);
  expect(keys(moved(days, "2", 1))).toEqual(keys(days));
  expect(keys(moved(days, "3", -1))).toEqual(keys(days));
});

it("moves a visit to another day, and a day that empties is gone", () => {
  expect(keys(toDay(days, "3", "2026-11-30"))).toEqual(["2026-11-30 1 2 3"]);
  expect(keys(toDay(days, "1", "2026-12-02"))).toEqual(["2026-11-30 2", "2026-12-01 3", "2026-12-02 1"]);
  expect(keys(without(days, "3"))).toEqual(["2026-11-30 1 2"]);
});

it("sends the stops day by day in the order of driving", () => {
  expect(stopsOf(days).map((stop) => `${stop.on} ${stop.tasks.map((task) => task.number).join()}`)).toEqual(["2026-11-30 1", "2026-11-30 2", "2026-12-01 3"]);
});
