import { expect, it } from "vitest";
import { readFilter, writeFilter } from "./office-filter";

it("reads and writes the same filter", () => {
  const query = writeFilter({ state: "all", team: "t1", q: "155" }, "number");
  expect(query.toString()).toBe("state=all&team=t1&q=155&sort=number");
  expect(readFilter(query)).toEqual({ state: "all", team: "t1", q: "155" });
});

it("keeps the address bar clean for the ordinary list", () => {
  expect(writeFilter({ state: "open" }, "urgency").toString()).toBe("");
});

it("lets no name into the address bar or the request: only digits are searched", () => {
  expect(readFilter(new URLSearchParams("q=Testa+Testsson"))).toEqual({ state: "open" });
  expect(readFilter(new URLSearchParams("q=19121212-1212"))).toEqual({ state: "open", q: "19121212" });
});

it("falls back to open orders for a state it does not know", () => {
  expect(readFilter(new URLSearchParams("state=drop")).state).toBe("open");
});
