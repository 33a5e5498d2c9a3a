import { describe, expect, it } from "vitest";
import { deliveryNotes, dueWord, isLate } from "./due";

describe("when what waits is to go out", () => {
  it("says the day, the round and why", () => {
    expect(dueWord("2026-11-25", "Onsdagsturen", "2026-11-25")).toMatch(/^Går ut .*25.* med Onsdagsturen$/);
    expect(dueWord("2026-11-25", null, "2026-11-25", "daily")).toMatch(/\(kunden får leverans dagligen\)$/);
    expect(dueWord(null, null, "2026-11-25")).toBe("Ingen dag de närmaste veckorna");
  });

  it("says when the day has passed", () => {
    expect(dueWord("2026-11-24", null, "2026-11-25")).toMatch(/^Skulle ha gått ut/);
    expect([isLate("2026-11-24", "2026-11-25"), isLate("2026-11-25", "2026-11-25"), isLate(null, "2026-11-25")]).toEqual([true, false, false]);
  });

  it("tells what does not go along and which work order does", () => {
    expect(deliveryNotes({ lines_waiting: 2, linked_order: "26000001" })).toEqual(["2 rader väntar på hjälpmedel", "Görs ihop med arbetsorder 26000001"]);
    expect(deliveryNotes({ lines_waiting: 0, linked_order: null })).toEqual([]);
  });
});
