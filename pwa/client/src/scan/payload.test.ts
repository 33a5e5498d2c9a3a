/** The phone and the server read labels alike: the vectors are the same file that tests/labels/test_payload.py runs. */
import { describe, expect, it } from "vitest";

import vectors from "../../../../tests/vectors/qr_payloads.json";
import { canonicalToken, LONGEST_SCAN, parseScan } from "./payload";

describe("parseScan", () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
    expect(parseScan(vector.text)).toEqual(vector.expected);
  });

  it("has the vectors it is meant to have", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(40);
  });

  it("counts code points, not UTF-16 units", () => {
    expect(parseScan("😀".repeat(LONGEST_SCAN)).kind).toBe("foreign_code");
    expect(parseScan("😀".repeat(LONGEST_SCAN + 1))).toEqual({
      kind: "unreadable",
      raw: "😀".repeat(LONGEST_SCAN),
      reason: "too_long",
      truncated: true,
    });
  });

  it("answers at once for text made to make a pattern backtrack", () => {
    const started = performance.now();
    for (const text of ["1" + " ".repeat(498) + "x", "HTTP://" + "a.".repeat(240) + "!", "\t".repeat(499) + "x"]) {
      for (let round = 0; round < 100; round += 1) parseScan(text);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("canonicalToken", () => {
  it("reads Crockford's aliases", () => {
    expect(canonicalToken("oOiIlL" + "abcdefghjkmnpqrstvwx")).toBe("001111ABCDEFGHJKMNPQRSTVWX");
  });

  it.each(["", "A".repeat(25), "A".repeat(27), "U" + "A".repeat(25), "ı" + "A".repeat(25), "ſ" + "A".repeat(25)])(
    "refuses %j",
    (token) => {
      expect(canonicalToken(token)).toBeNull();
    },
  );
});
