import { describe, expect, it } from "vitest";
import { formatAge, formatDate, formatDateTime, formatDay, formatDuration, formatUntil, localDate, t, tn } from ".";

const now = new Date("2026-11-25T09:00:00Z");
const minute = 60_000;

describe("times for people", () => {
  it("are Swedish local time, whatever the phone's zone", () => {
    expect(formatDateTime("2026-11-25T08:02:00Z", now)).toBe("09:02");
    expect(formatDateTime("2026-07-01T08:02:00Z", now)).toBe("1 juli 10:02");
    expect(localDate("2026-11-24T23:30:00Z")).toBe("2026-11-25");
    expect(formatDay("2026-11-24")).toBe("tisdag 24 november");
  });

  it("name the year only when it is another", () => {
    expect(formatDateTime("2025-01-02T12:00:00Z", now)).toBe("2 jan. 2025 13:00");
    expect(formatDate("2026-11-24", now)).toBe("24 nov.");
    expect(formatDate("2027-05-01", now)).toBe("1 maj 2027");
    expect(formatDate("2026-12-31T23:30:00Z", now)).toBe("1 jan. 2027");
  });
});

describe("durations", () => {
  it.each([
    [0, "0 min"],
    [59 * minute, "59 min"],
    [60 * minute, "1 tim"],
    [130 * minute, "2 tim 10 min"],
    [552 * minute, "9 tim"],
    [47 * 60 * minute, "47 tim"],
    [48 * 60 * minute, "2 dagar"],
    [-5, "0 min"],
  ])("%i ms is %s", (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });

  it("say left, late or the day", () => {
    expect(formatUntil("2026-11-25T10:30:00Z", now)).toBe("1 tim 30 min kvar");
    expect(formatUntil("2026-11-25T08:40:00Z", now)).toBe("Försenad 20 min");
    expect(formatUntil("2026-11-28T12:00:00Z", now)).toBe("Senast lör 28 nov.");
    expect(formatAge("2026-11-25T08:35:00Z", now)).toBe("25 min");
  });
});

it("fills names in and counts", () => {
  expect(t("order.title", { number: "15510441" })).toBe("Arbetsorder 15510441");
  expect([0, 1, 3].map((n) => tn("sync.unsent", n))).toEqual(["0 ej skickade", "1 ej skickad", "3 ej skickade"]);
});
