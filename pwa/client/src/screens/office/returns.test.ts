import { expect, it } from "vitest";
import { returnWords } from "../../i18n/returns";
import { contaminations, dispositions, results } from "../../api/return-kinds";
import type { ReturnedDevice } from "../../api/returns";
import { choices, groupsOf, hoursLeft, stepOf, steps, waits } from "./returns";

const NOW = Date.parse("2026-11-24T12:00:00Z");

it("knows what the desk does next with a device", () => {
  const next = (status: string): string => stepOf({ status });
  expect(["with_holder", "lost", "arrived", "cleaning", "inspection", "quarantined", "in_stock", "scrapped"].map(next)).toEqual(["take_in", "take_in", "receive", "cleaned", "inspect", "inspect", "none", "none"]);
});

it("lets a contaminated device stand until its time has run out, to the minute", () => {
  const device = { status: "cleaning", quarantine_until: "2026-11-24T12:01:00Z" };
  expect(waits(device, NOW)).toBe(true);
  expect(waits(device, NOW + 60_000)).toBe(false);
  expect(waits({ ...device, status: "inspection" }, NOW)).toBe(false);
  expect(hoursLeft("2026-11-24T13:30:00Z", NOW)).toBe(2);
});

it("offers stock only for what is in order and not stopped, and quarantine alone for a deviation", () => {
  expect(choices(null, false)).toEqual([]);
  expect(choices("ok", false)).toEqual(dispositions);
  expect(choices("ok", true)).not.toContain("stock");
  expect(choices("faults", false)).not.toContain("stock");
  expect(choices("deviation", false)).toEqual(["quarantine"]);
});

it("groups what stands at the desk and leaves the rest out", () => {
  const device = (status: string): ReturnedDevice => ({ status }) as ReturnedDevice;
  expect(groupsOf([device("in_repair"), device("arrived"), device("in_stock"), device("arrived")]).map(({ key, devices }) => [key, devices.length])).toEqual([["arrived", 2], ["in_repair", 1]]);
});

it("has words for everything that can be chosen or said, in both languages", () => {
  const keys = [...contaminations.map((one) => `contamination.${one}`), ...results.map((one) => `result.${one}`), ...dispositions.map((one) => `disposition.${one}`), ...steps.filter((one) => one !== "none").map((one) => `step.${one}`), ...["rented", "consumable", "order_only", "delivery_unknown", "too_late", "used", "packaging"].map((one) => `reason.${one}`)];
  expect(keys.filter((key) => returnWords.maybe(key) === "")).toEqual([]);
});
