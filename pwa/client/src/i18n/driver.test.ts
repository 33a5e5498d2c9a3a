import { expect, it } from "vitest";
import { hygienes, proofMethods, stopCodes } from "../api/driver";
import { commandWord, stopWords } from "./commands";
import { d } from "./driver";
import { unsent } from "./unsent";

const names = (words: string): string => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(" ");

it.each([["driver", d], ["stops in the outbox", stopWords], ["unsent work", unsent]] as const)("has the same values to fill in, in both languages: %s", (_name, words) => {
  const sv: Readonly<Record<string, string>> = words.sv;
  const en: Readonly<Record<string, string>> = words.en;
  expect(Object.keys(sv).filter((key) => names(sv[key] ?? "") !== names(en[key] ?? ""))).toEqual([]);
  expect(Object.keys(sv).filter((key) => !sv[key]?.trim() || !en[key]?.trim())).toEqual([]);
  expect(Object.keys(sv).filter((key) => key.endsWith("_one") && !(key.replace(/_one$/, "_other") in sv))).toEqual([]);
});

it("has words for every code that a driver can choose", () => {
  const keys = [...stopCodes.map((code) => `code.${code}`), ...hygienes.map((value) => `hygiene.${value}`), ...proofMethods.map((method) => `proof.method.${method}`)];
  expect(keys.filter((key) => d.maybe(key) === "")).toEqual([]);
});

it("calls each of the driver's commands something, and an unknown one by its own name", () => {
  for (const type of ["stop.load", "stop.complete", "stop.fail", "stop.undo", "round.return"]) expect(commandWord(type)).not.toContain(type.split(".")[0]);
  expect(commandWord("new.kind_of")).toBe("new kind of");
});
