import { describe, expect, it } from "vitest";
import { asTime, asTyped, readList, wrongPrefix } from "./typed";

describe("what somebody typed about a round of the list", () => {
  it("reads words between commas", () => expect(readList(" 961, 962 3;;\nBoden ")).toEqual(["961", "962 3", "Boden"]));

  it("names what is no beginning of a postcode", () => {
    expect(wrongPrefix(["9", "961", "961 3", "96132"])).toBe("");
    expect(wrongPrefix(["961", "96x"])).toBe("96x");
    expect(wrongPrefix(["9613245"])).toBe("9613245");
  });

  it("writes times as the server does, and back", () => {
    expect([asTime("08:00"), asTime("08:00:00"), asTime("")]).toEqual(["08:00:00", "08:00:00", null]);
    expect([asTyped("08:00:00"), asTyped(null)]).toEqual(["08:00", ""]);
  });
});
