import { expect, it } from "vitest";
import { p } from "../../i18n/public";
import { s } from "../../i18n/public-status";
import { standing } from "./standing";

it.each([
  ["received", null, "received", false, "here before before before"],
  ["work_order_created", "registered", "work_order_created", false, "passed here before before"],
  ["work_order_created", "started", "work_order_created", false, "passed passed here before"],
  ["work_order_created", "closed", "done", true, "passed passed passed passed"],
  ["work_order_created", "cancelled", "cancelled", true, "passed passed"],
  ["duplicate", "started", "duplicate", false, "passed passed here before"],
  ["duplicate", null, "duplicate", true, "passed passed"],
  ["referred", null, "referred", true, "passed passed"],
  ["rejected", null, "rejected", true, "passed passed"],
] as const)("a report that is %s with work %s", (state, work, word, over, road) => {
  const now = standing({ state, work });
  expect([now.word, now.over, now.steps.map((step) => step.at).join(" ")]).toEqual([word, over, road]);
  expect(s.maybe(now.word) && s.maybe(`${now.word}_text`)).toBeTruthy();
});

it("has the same values to fill in, and no empty words, in both languages", () => {
  const names = (words: string): string => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(" ");
  for (const words of [p, s] as const) {
    const sv: Readonly<Record<string, string>> = words.sv;
    const en: Readonly<Record<string, string>> = words.en;
    expect(Object.keys(sv).filter((key) => !sv[key]?.trim() || !en[key]?.trim() || names(sv[key]) !== names(en[key]))).toEqual([]);
  }
});
