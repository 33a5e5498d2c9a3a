import { describe, expect, it } from "vitest";
import { isEmpty, readTaken, roundChange, writeTaken } from "./round-change";
import { testStop } from "./stops.fixture";

const stops = (...ids: string[]) => ids.map((id, index) => testStop({ id, position: index + 1 }));
const ids = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id);

describe("what the office has changed of a round", () => {
  it("counts two new, one moved, one removed", () => {
    const change = roundChange({ version: 1, stops: ["a", "b", "c", "d"] }, stops("b", "c", "x", "a", "y"));
    expect([ids(change.added), ids(change.moved), change.removed]).toEqual([["x", "y"], ["a"], ["d"]]);
  });

  it("counts nothing of what is done or tried, wherever it stands", () => {
    const [a, b, c] = stops("a", "b", "c");
    const now = [{ ...c!, state: "done" as const }, b!, { ...a!, state: "failed" as const }];
    expect(isEmpty(roundChange({ version: 1, stops: ["a", "b", "c"] }, now))).toBe(true);
  });

  it("keeps what it has taken, and reads the bare number of before", () => {
    expect(readTaken(writeTaken(4, stops("a", "b")))).toEqual({ version: 4, stops: ["a", "b"] });
    expect(readTaken("3")).toEqual({ version: 3, stops: null });
    expect(isEmpty(roundChange({ version: 3, stops: null }, stops("a")))).toBe(true);
    expect([readTaken(null), readTaken("{"), readTaken('{"version":1,"stops":[2]}'), readTaken('"x"')]).toEqual([null, null, null, null]);
  });
});
