import { describe, expect, it } from "vitest";
import { nextDay, readDay, toClock, toMoment } from "./times";

describe("a window's times", () => {
  it("are Swedish local time, winter and summer", () => {
    expect(toMoment("2026-11-25", "08:15")).toBe("2026-11-25T07:15:00.000Z");
    expect(toMoment("2026-06-25", "08:15")).toBe("2026-06-25T06:15:00.000Z");
    expect(toClock("2026-11-25T07:15:00Z")).toBe("08:15");
    expect(toClock(null)).toBe("");
  });

  it("come back as they were typed, also just after midnight and on days when the clocks change", () => {
    for (const day of ["2026-11-25", "2026-03-29", "2026-10-25", "2026-12-31"]) {
      for (const clock of ["00:00", "00:30", "01:59", "03:00", "12:00", "23:59"]) {
        expect(toClock(toMoment(day, clock)), `${day} ${clock}`).toBe(clock);
      }
    }
  });

  it("takes the hour after one that does not exist", () => {
    expect(toClock(toMoment("2026-03-29", "02:30"))).toBe("03:30");
  });

  it("is nothing for an empty or half-typed time", () => {
    expect(toMoment("2026-11-25", "")).toBeNull();
    expect(toMoment("2026-11-25", "8:1")).toBeNull();
  });
});

describe("the day that is looked at", () => {
  it("goes over months and clock changes", () => {
    expect(nextDay("2026-03-28", 1)).toBe("2026-03-29");
    expect(nextDay("2026-03-29", 1)).toBe("2026-03-30");
    expect(nextDay("2026-12-31", 1)).toBe("2027-01-01");
    expect(nextDay("2026-03-01", -1)).toBe("2026-02-28");
  });

  it("is today when the address says nothing that is a day", () => {
    expect(readDay("2026-02-03", "2026-11-25")).toBe("2026-02-03");
    for (const word of [null, "", "today", "2026-13-45", "2026-1-1"]) expect(readDay(word, "2026-11-25")).toBe("2026-11-25");
  });
});
