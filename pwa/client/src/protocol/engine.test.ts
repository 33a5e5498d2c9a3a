/** The shared vectors: what phone and server must judge alike. tests/field/protocols/test_judgement.py runs the same files. */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { TemplateError, compileTemplate, judge, worse } from "./engine";
import type { Judgement, Template, Verdict } from "./types";
import { codePoints, numberFromInput, parseNumber } from "./values";

const ROOT = new URL("../../../../", import.meta.url);
const VECTORS = new URL("tests/vectors/protocols/", ROOT);

interface Case {
  readonly name: string;
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly answers_raw?: unknown;
  readonly expect: Judgement;
}

interface VectorFile {
  readonly template: Template | string;
  readonly base: Readonly<Record<string, unknown>>;
  readonly cases: readonly Case[];
}

interface Refused {
  readonly name: string;
  readonly template: Template;
  readonly code: string;
  readonly linkId: string;
}

function read<Content>(place: URL): Content {
  const content: Content = JSON.parse(readFileSync(fileURLToPath(place), "utf8"));
  return content;
}

function templateOf(file: VectorFile): Template {
  if (typeof file.template !== "string") return file.template;
  return read<Template>(new URL(`field/protocols/templates/${file.template}.json`, ROOT));
}

const files = readdirSync(fileURLToPath(VECTORS)).filter((name) => name.endsWith(".json") && name !== "refused.json");

describe.each(files)("%s", (name) => {
  const file = read<VectorFile>(new URL(name, VECTORS));
  const compiled = compileTemplate(templateOf(file));

  it.each(file.cases)("$name", (vector) => {
    const answers = "answers_raw" in vector ? vector.answers_raw : { ...file.base, ...vector.answers };
    const judgement = judge(compiled, answers);
    const chosen = Object.fromEntries(Object.keys(vector.expect.items).map((id) => [id, judgement.items[id]]));
    expect({ ...judgement, items: chosen }).toEqual(vector.expect);
  });
});

describe("templates that cannot be used", () => {
  const { refused } = read<{ refused: Refused[] }>(new URL("refused.json", VECTORS));

  it.each(refused)("$name", ({ template, code, linkId }) => {
    let caught: unknown = null;
    try {
      compileTemplate(template);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TemplateError);
    expect(caught).toMatchObject({ code, linkId });
  });
});

it("has enough vectors", () => {
  const count = files.map((name) => read<VectorFile>(new URL(name, VECTORS)).cases.length);
  expect(count.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThanOrEqual(40);
});

it("keeps the worse verdict, in whatever order", () => {
  const verdicts: Verdict[] = ["approved", "incomplete", "not_approved"];
  verdicts.forEach((a, i) => {
    verdicts.forEach((b, j) => expect(worse(a, b)).toBe(verdicts[Math.max(i, j)]));
  });
});

describe("numbers as people type them", () => {
  it.each([
    ["0,08", "0.08"],
    [" 5 ", "5"],
    ["007", "7"],
    ["1 000,5", "1000.5"],
    ["-3", "-3"],
    ["\u22123", "-3"],
    [",5", "0.5"],
    ["-,5", "-0.5"],
    ["5,", "5"],
    ["0", "0"],
    ["0,0", "0.0"],
    ["", null],
    [",", null],
    ["-", null],
    ["1,2,3", null],
    ["1e3", null],
    ["twelve", null],
    ["1234567890", null],
  ])("%j becomes %j", (typed, wire) => expect(numberFromInput(typed)).toBe(wire));

  it("holds the largest number exactly", () => {
    expect(parseNumber("999999999.999999")).toBe(999_999_999_999_999);
    expect(Object.is(parseNumber("-0"), 0)).toBe(true);
  });

  it("counts code points, not code units", () => expect(codePoints("a😀å")).toBe(3));
});
