import { expect, it } from "vitest";
import { en } from "./en";
import { sv } from "./sv";

const names = (words: string): string => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(" ");
const keys = Object.keys(sv) as (keyof typeof sv)[];

it("has the same values to fill in, in both languages", () => {
  expect(keys.filter((key) => names(sv[key]) !== names(en[key]))).toEqual([]);
});

it("has no empty words and no plural with one form", () => {
  expect(keys.filter((key) => !sv[key].trim() || !en[key].trim())).toEqual([]);
  expect(keys.filter((key) => key.endsWith("_one") && !(key.replace(/_one$/, "_other") in sv))).toEqual([]);
});

it("never says that an error occurred", () => {
  expect(keys.filter((key) => /fel uppstod|error occurred/i.test(sv[key] + en[key]))).toEqual([]);
});
