import { expect, it } from "vitest";
import { addToBatch, removeFromBatch, type BatchItem } from "./batch";

const scan = (...numbers: string[]): readonly BatchItem[] => numbers.reduce<readonly BatchItem[]>((items, number, n) => addToBatch(items, number, null, `2026-11-24T08:0${n}:00Z`).items, []);

it("puts the newest first and each once", () => {
  expect(scan("104901", "75082", "104901").map(({ number }) => number)).toEqual(["75082", "104901"]);
});

it("tells a repeat from a new one, and keeps the first time", () => {
  const before = scan("104901");
  const { items, repeat } = addToBatch(before, "104901", "raw", "2026-11-24T09:00:00Z");
  expect(repeat).toBe(true);
  expect(items).toEqual([{ ...before[0], repeats: 1 }]);
  expect(addToBatch(before, "75082", null, "2026-11-24T09:00:00Z").repeat).toBe(false);
});

it("takes one out again, which can then be scanned anew", () => {
  const left = removeFromBatch(scan("104901", "75082"), "104901");
  expect(left.map(({ number }) => number)).toEqual(["75082"]);
  expect(addToBatch(left, "104901", null, "2026-11-24T09:00:00Z").repeat).toBe(false);
});
