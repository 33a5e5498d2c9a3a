import { describe, expect, it } from "vitest";
import type { RoundDetail, RoundHit } from "../../../api/rounds";
import { compared, happened, keptOrder, landing, movedBy, movedTo, sameOrder } from "./order";

const abcd = ["a", "b", "c", "d"];

describe("moving a stop", () => {
  it("goes up and down one place", () => {
    expect(movedBy(abcd, "c", -1)).toEqual(["a", "c", "b", "d"]);
    expect(movedBy(abcd, "c", 1)).toEqual(["a", "b", "d", "c"]);
  });

  it("stays at the ends and leaves the list itself alone", () => {
    expect(movedBy(abcd, "a", -1)).toBe(abcd);
    expect(movedBy(abcd, "d", 5)).toBe(abcd);
    expect(movedBy(abcd, "nobody", 1)).toBe(abcd);
  });

  it("lands where it is put, and nothing is lost or doubled", () => {
    for (const id of abcd) {
      for (let index = -1; index <= 5; index += 1) {
        const order = movedTo(abcd, id, index);
        expect(order.indexOf(id)).toBe(Math.max(0, Math.min(3, index)));
        expect([...order].sort()).toEqual(abcd);
      }
    }
  });
});

describe("an own order while the server's is read again", () => {
  it("is the server's when nothing was moved here", () => {
    expect(keptOrder(null, abcd)).toEqual(abcd);
  });

  it("keeps what was moved, adds what came last, drops what went", () => {
    expect(keptOrder(["d", "a", "b", "c"], ["a", "b", "x", "d"])).toEqual(["d", "a", "b", "x"]);
  });
});

describe("a proposal beside the present order", () => {
  it("says for each stop where it was and where it comes", () => {
    expect(compared(abcd, ["d", "a", "b", "c"])).toEqual([
      { id: "d", before: 4, after: 1, moved: true },
      { id: "a", before: 1, after: 2, moved: false },
      { id: "b", before: 2, after: 3, moved: false },
      { id: "c", before: 3, after: 4, moved: false },
    ]);
  });

  it("moves nothing when the order is the same", () => {
    expect(compared(abcd, abcd).some((line) => line.moved)).toBe(false);
    expect(sameOrder(abcd, [...abcd])).toBe(true);
    expect(sameOrder(abcd, ["a"])).toBe(false);
  });

  it("marks a stop that is not on the list now", () => {
    expect(compared(["a"], ["x", "a"])[0]).toEqual({ id: "x", before: 0, after: 1, moved: true });
  });

  it("copes with an empty round", () => {
    expect(compared([], [])).toEqual([]);
  });
});

describe("dropping a stop", () => {
  const boxes = abcd.map((id, index) => ({ id, top: index * 100, bottom: index * 100 + 100 }));

  it("counts the middles it has passed", () => {
    expect(landing(boxes, "a", 10)).toBe(0);
    expect(landing(boxes, "a", 160)).toBe(1);
    expect(landing(boxes, "d", 40)).toBe(0);
    expect(landing(boxes, "b", 900)).toBe(3);
    expect(landing(boxes, "c", -50)).toBe(0);
  });
});

describe("looking whether something has happened", () => {
  const shown: RoundDetail = { id: "r", name: "Boden", on_day: "2026-11-25", van: null, driver: null, state: "published", version: 1, accepted_version: 0, accepted_at: null, done: 1, failed: 0, rv: 7, depot: { id: "d", name: "Lager" }, reconciled: false, balance: { loaded: 0, delivered: 0, returned: 0, explained: 0, left: 0 }, stops: [] };
  const listed: RoundHit = { id: "r", name: "Boden", on_day: "2026-11-25", van: null, driver: null, state: "published", version: 1, accepted_version: 0, accepted_at: null, done: 1, failed: 0, rv: 7, stops: 0 };

  it("has not when the list says the same", () => {
    expect(happened(shown, listed)).toBe(false);
  });

  it("has when it says anything else, or nothing", () => {
    for (const other of [{ rv: 8 }, { done: 2 }, { failed: 1 }, { stops: 1 }, { state: "in_progress" as const }]) expect(happened(shown, { ...listed, ...other })).toBe(true);
    expect(happened(shown, undefined)).toBe(true);
  });
});
