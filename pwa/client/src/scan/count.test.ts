import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import vectors from "../../../../tests/vectors/stock_findings.json";
import { DeviceIndex, statuses, type DeviceStatus } from "../index/format";
import { belongs, findingOf, missingAt, onShelf } from "./count";

const homes = { here: "Centrallagret", other: "Boden" } as const;
const homeOf = (home: string | null): string | null => (home === null ? null : homes[home as keyof typeof homes]);

it.each(vectors.map((vector) => [`${String(vector.status)} ${String(vector.home)}`, vector] as const))("%s", (_, vector) => {
  const facts = vector.status === null ? null : { status: vector.status as DeviceStatus, location: homeOf(vector.home) };
  expect(findingOf(facts, "Centrallagret")).toBe(vector.finding);
  expect(facts !== null && belongs(facts, "Centrallagret")).toBe(vector.belongs);
});

it("finds in the index what is at home in a place, and among those states only", () => {
  const vector = JSON.parse(readFileSync(new URL("../../../../tests/vectors/device_index.json", import.meta.url), "utf-8")) as { new: string; locations: string[]; facts: Record<string, [number, DeviceStatus, string | null, string | null, number | null]> };
  const index = DeviceIndex.read(Uint8Array.from(vector.new.match(/../g) ?? [], (pair) => parseInt(pair, 16)));
  const known = Object.entries(vector.facts);
  let met = 0;
  for (const [position, place] of vector.locations.entries()) {
    for (const status of statuses) {
      const numbers = known.filter(([, facts]) => facts[4] === position && facts[1] === status).map(([number]) => number);
      expect([...index.numbersAt(place, new Set([status]))].sort()).toEqual(numbers.sort());
      met += numbers.length;
    }
  }
  expect(met).toBeGreaterThan(1);
  expect(index.numbersAt("Ingenstans", new Set(statuses))).toEqual([]);
});

it("misses what must stand there and was not scanned", () => {
  const asked: string[] = [];
  const index = { numbersAt: (place: string, among: ReadonlySet<DeviceStatus>) => (asked.push(place, ...among), ["104901", "75082"]) };
  expect(missingAt(index, "Boden", new Set(["75082", "999999"]))).toEqual(["104901"]);
  expect(asked).toEqual(["Boden", ...onShelf]);
});
