import { describe, expect, it } from "vitest";
import { deliveryViews, listQuery, pickupViews, readListFilter, writeListFilter } from "./list-filter";

describe("the filter of deliveries and pick-up orders", () => {
  it("survives the address bar", () => {
    for (const view of deliveryViews) {
      for (const mine of [true, false]) {
        const written = writeListFilter({ view, mine }, "open");
        expect(readListFilter(written, deliveryViews, "open")).toEqual({ view, mine });
      }
    }
  });

  it("starts with what the role works with, and stays silent about it", () => {
    expect(readListFilter(new URLSearchParams(), deliveryViews, "assign").view).toBe("assign");
    expect(writeListFilter({ view: "assign", mine: false }, "assign").toString()).toBe("");
    expect(readListFilter(new URLSearchParams("view=assign"), pickupViews, "open").view).toBe("open");
    expect(readListFilter(new URLSearchParams("view=nonsense"), deliveryViews, "open").view).toBe("open");
  });

  it("asks the server for open orders that wait for a device", () => {
    expect(listQuery({ view: "assign", mine: false })).toEqual({ state: "open", to_assign: true });
    expect(listQuery({ view: "closed", mine: true })).toEqual({ state: "closed", mine: true });
  });
});
