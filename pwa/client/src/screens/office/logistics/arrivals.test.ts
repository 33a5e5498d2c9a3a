import { describe, expect, it } from "vitest";
import type { Pickup, PickupLine } from "../../../api/logistics";
import { byOrder, inTurns, lineOf, type Arriving } from "./arrivals";

const line = (id: string, state: PickupLine["state"], device: string | null = "104901"): PickupLine => ({ id, position: 1, device_number: device, article_number: "23993", article_name: "Telefontillkoppling", quantity: 1, owner: "", charging: "rent", hygiene: "unknown", state, unplanned: false, collected_at: null, arrived_at: null });
const order = (...lines: PickupLine[]): Pickup => ({ lines }) as unknown as Pickup;

describe("a device at the centre", () => {
  it("finds its line whether the van fetched it or somebody left it at the desk", () => {
    for (const state of ["requested", "planned", "collected"] as const) expect(lineOf(order(line("a", state)), "104901")?.id).toBe("a");
  });

  it("prefers the line that waits over one that is done, and tells what is back already", () => {
    expect(lineOf(order(line("a", "arrived"), line("b", "collected")), "104901")?.id).toBe("b");
    expect(lineOf(order(line("a", "arrived")), "104901")?.state).toBe("arrived");
    expect(lineOf(order(line("a", "cancelled"), line("b", "collected", "75082")), "104901")).toBeNull();
  });

  it("asks a few at a time and keeps the order", async () => {
    let running = 0;
    let most = 0;
    const doubled = await inTurns([1, 2, 3, 4, 5], 2, async (n) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return n * 2;
    });
    expect(doubled).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });
});

it("registers what was scanned once per pick-up order, in the order of the scans", () => {
  const scanned = (id: string, of: string): Arriving => ({ order: { ...order(), id: of } as Pickup, line: line(id, "collected", id), scanRaw: null, hygiene: "clean", told: [] });
  const newestFirst = [scanned("d", "two"), scanned("c", "one"), scanned("b", "two"), scanned("a", "one")];
  expect(byOrder(newestFirst).map((group) => group.map((one) => one.line.id))).toEqual([["a", "c"], ["b", "d"]]);
  expect(byOrder([])).toEqual([]);
});
