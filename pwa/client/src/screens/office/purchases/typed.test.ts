import { expect, it } from "vitest";
import { readOre, readSerials } from "./typed";

it("reads an amount as people write it", () => {
  expect(["1250", "1 250,50", "1250.5", "0"].map(readOre)).toEqual([125_000, 125_050, 125_050, 0]);
  expect(["", "  "].map(readOre)).toEqual([undefined, undefined]);
  expect(["1250 kr", "-1", "1,255", "1e3", "999999999"].map(readOre)).toEqual([null, null, null, null, null]);
});

it("reads serial numbers in their order, and keeps a gap as a gap", () => {
  expect(readSerials(" A1 \nA2\n\n\n")).toEqual(["A1", "A2"]);
  expect(readSerials("A1\n\nA3")).toEqual(["A1", "", "A3"]);
  expect(readSerials(" \n")).toEqual([]);
});
