import { expect, it } from "vitest";
import type { Item } from "../protocol/types";
import { limitWords, plausibleWords, shownNumber, drift } from "./limits";

const text = { sv: "Motorström", en: "Motor current" };
const item = (changes: Partial<Item>): Item => ({ linkId: "a", type: "decimal", text, ...changes });

it("writes decimal commas in Swedish", () => {
  expect(shownNumber("0.08")).toBe("0,08");
});

it("shows every limit before it is broken", () => {
  const mm = { code: "mm", display: "mm" };
  expect(limitWords(item({ unit: mm, approval: [{ min: "3.5", max: "10" }] }), undefined, undefined)).toBe("Gräns: 3,5–10 mm");
  expect(limitWords(item({ unit: mm, approval: [{ below: "60" }, { above: "318" }] }), undefined, undefined)).toBe("Gräns: under 60 eller över 318 mm");
  expect(limitWords(item({ unit: mm, approval: [{ min: "6" }] }), undefined, undefined)).toBe("Gräns: minst 6 mm");
});

it("works a ratio out as soon as the other value is known", () => {
  const other = item({ linkId: "b", text: { sv: "Motorström vid leverans", en: "" } });
  const ratio = item({ unit: { code: "A", display: "A" }, ratio: { question: "b", max: "1.3" } });
  expect(limitWords(ratio, other, null)).toBe("Gräns: högst 1,3 × ”Motorström vid leverans”");
  expect(limitWords(ratio, other, "2.1")).toBe("Gräns: högst 2,73 A (1,3 × ”Motorström vid leverans”)");
});

it("says nothing where there is no limit", () => {
  expect(limitWords(item({}), undefined, undefined)).toBe("");
  expect(plausibleWords(item({ plausible: { min: "0", max: "12" }, unit: { code: "bar", display: "bar" } }))).toBe("0–12 bar");
});

it("tells of a value that has moved a quarter since the first protocol, and of none that cannot be compared", () => {
  expect(drift("2.0", "2.4")).toBeNull();
  expect(drift("2.0", "2.5")).toBe(25);
  expect(drift("2.0", "1.2")).toBe(-40);
  expect(drift(undefined, "2")).toBeNull();
  expect(drift("0", "2")).toBeNull();
  expect(drift("2", null)).toBeNull();
});
