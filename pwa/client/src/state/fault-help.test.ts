import { describe, expect, it } from "vitest";
import vectors from "../../../../tests/vectors/fault_gaps.json";
import { faultGaps } from "./fault-help";

describe("what a fault text leaves out, as the server says", () => {
  it.each(vectors.cases)("$text", ({ gaps, ...facts }) => {
    expect(faultGaps(facts)).toEqual(gaps);
  });
});
