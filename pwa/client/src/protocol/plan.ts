/**
 * Make a template ready for judging: checked, flattened, and in an order where every condition is known in time.
 * The twin of field/protocols/plan.py, with the same error codes in the same order.
 */

import type { EnableWhen, Item, ItemType, Operator, Range, Template } from "./types";
import { isBlank, isDate, parseNumber } from "./values";

export const LINK_ID = /^[a-z][a-z0-9_.-]{0,63}$/;
export const QUIET_TYPES: ReadonlySet<ItemType> = new Set<ItemType>(["group", "display"]);

const MAXIMUM_ITEMS = 500;
const NUMBERS: ReadonlySet<ItemType> = new Set<ItemType>(["decimal", "integer"]);
const CHOICES: ReadonlySet<ItemType> = new Set<ItemType>(["boolean", "choice"]);
const EQUAL_TYPES: ReadonlySet<ItemType> = new Set<ItemType>([
  "boolean",
  "choice",
  "decimal",
  "integer",
  "string",
  "date",
]);
const ORDER_TYPES: ReadonlySet<ItemType> = new Set<ItemType>(["decimal", "integer", "date"]);
const FAR = Number.MAX_SAFE_INTEGER;

/** A template cannot be used; `code` says why in one word. */
export class TemplateError extends Error {
  readonly code: string;
  readonly linkId: string;

  constructor(code: string, linkId: string, message: string) {
    super(`${linkId === "" ? "template" : linkId}: ${message} (${code})`);
    this.name = "TemplateError";
    this.code = code;
    this.linkId = linkId;
  }
}

/** What conditions compare: a boolean, a number in millionths, a date or a text. */
export type Usable = boolean | number | string;

/** A Range in millionths, inclusive on both sides. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** One enableWhen: `question` is the index of the asked item in judging order. */
export interface Condition {
  readonly question: number;
  readonly operator: Operator;
  readonly answer: Usable;
}

export interface Step {
  readonly linkId: string;
  readonly type: ItemType;
  /** Index of the group around it, -1 at the top. */
  readonly parent: number;
  readonly required: boolean;
  readonly conditions: readonly Condition[];
  readonly anyCondition: boolean;
  readonly options: ReadonlySet<string>;
  readonly plausible: Bounds | null;
  readonly approval: readonly Bounds[];
  readonly ratio: { readonly question: number; readonly max: number } | null;
  readonly failsWhen: readonly (boolean | string)[];
  readonly maxLength: number;
}

export interface CompiledTemplate {
  readonly template: Template;
  /** In judging order. */
  readonly steps: readonly Step[];
  /** Template order: for each place the index of its step. */
  readonly display: readonly number[];
  readonly linkIds: ReadonlySet<string>;
}

interface Entry {
  readonly item: Item;
  readonly parent: string | null;
}

/** Check a template and make its plan. Throws TemplateError for the first fault found. */
export function compileTemplate(template: Template): CompiledTemplate {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(template.id) || !(template.version >= 1)) {
    throw new TemplateError("bad_template", "", "the id is lower-case letters, digits and _, the version is 1 or more");
  }
  const entries = new Map<string, Entry>();
  collect(template.item, null, entries);
  if (entries.size === 0) throw new TemplateError("bad_template", "", "a template has at least one item");
  for (const { item } of entries.values()) check(item, entries);
  const order = judgingOrder(entries);
  const index = new Map(order.map((linkId, place) => [linkId, place]));
  return {
    template,
    steps: order.map((linkId) => step(known(entries, linkId), entries, index)),
    display: [...entries.keys()].map((linkId) => known(index, linkId)),
    linkIds: new Set(entries.keys()),
  };
}

function known<Value>(map: ReadonlyMap<string, Value>, linkId: string): Value {
  const value = map.get(linkId);
  if (value === undefined) throw new TemplateError("unknown_question", linkId, "no such item");
  return value;
}

function collect(branch: readonly Item[], parent: string | null, entries: Map<string, Entry>): void {
  for (const item of branch) {
    if (!LINK_ID.test(item.linkId)) {
      throw new TemplateError("bad_link_id", item.linkId, "a linkId is a-z, then a-z 0-9 _ . -, at most 64");
    }
    if (entries.has(item.linkId)) throw new TemplateError("duplicate_link_id", item.linkId, "the linkId is used twice");
    if (entries.size >= MAXIMUM_ITEMS) {
      throw new TemplateError("too_many_items", item.linkId, `a template has at most ${MAXIMUM_ITEMS} items`);
    }
    entries.set(item.linkId, { item, parent });
    const children = item.item ?? [];
    if (children.length > 0 && item.type !== "group") {
      throw new TemplateError("children", item.linkId, "only a group has items of its own");
    }
    collect(children, item.linkId, entries);
  }
}

function check(item: Item, entries: ReadonlyMap<string, Entry>): void {
  for (const [code, holds, message] of rules(item)) {
    if (!holds) throw new TemplateError(code, item.linkId, message);
  }
  for (const when of item.enableWhen ?? []) conditionAnswer(item, when, entries);
  if (item.plausible !== undefined) bounds(item, item.plausible);
  for (const limits of item.approval ?? []) bounds(item, limits);
  if (item.ratio === undefined) return;
  const other = entries.get(item.ratio.question)?.item;
  if (other === undefined || !NUMBERS.has(other.type)) {
    throw new TemplateError("unknown_question", item.linkId, "ratio names no number item");
  }
  if (number(item, item.ratio.max) <= 0) throw new TemplateError("limits", item.linkId, "ratio is above 0");
}

function rules(item: Item): [code: string, holds: boolean, message: string][] {
  const choice = item.type === "choice";
  const quiet = QUIET_TYPES.has(item.type);
  const values = (item.answerOption ?? []).map((option) => option.value);
  const failsWhen = item.failsWhen ?? [];
  const approval = item.approval ?? [];
  const limited =
    item.plausible !== undefined || approval.length > 0 || item.ratio !== undefined || item.unit !== undefined;
  const canFail = failsWhen.length > 0 || approval.length > 0 || item.ratio !== undefined;
  const fitting = failsWhen.every((value) =>
    choice ? typeof value === "string" && values.includes(value) : typeof value === "boolean",
  );
  return [
    ["required", !(quiet && item.required === true), "a group or display cannot be required"],
    ["options", choice === values.length > 0, "a choice, and only it, has options"],
    ["options", new Set(values).size === values.length, "two options have the same value"],
    ["options", !values.some(isBlank), "an option has an empty value"],
    ["role", (item.type === "attachment") === (item.role !== undefined), "an attachment, and only it, has a role"],
    ["limits", NUMBERS.has(item.type) || !limited, "only numbers have limits and a unit"],
    ["fails_when", failsWhen.length === 0 || CHOICES.has(item.type), "only boolean and choice use failsWhen"],
    ["fails_when", fitting, "failsWhen names an answer the item cannot have"],
    ["initial", item.initial === undefined || !canFail, "an item that can fail has no initial answer"],
    ["initial", initialFits(item, values), "the initial answer is not an answer of the item"],
    ["max_length", maxLengthFits(item), "maxLength is 1 to 2000, for string and text"],
  ];
}

function initialFits(item: Item, values: readonly string[]): boolean {
  if (item.initial === undefined) return true;
  if (item.type === "boolean" || typeof item.initial === "boolean") {
    return item.type === "boolean" && typeof item.initial === "boolean";
  }
  if (item.type === "choice") return values.includes(item.initial);
  return item.type === "string" || item.type === "text";
}

function maxLengthFits(item: Item): boolean {
  if (item.maxLength === undefined) return true;
  return (item.type === "string" || item.type === "text") && item.maxLength >= 1 && item.maxLength <= 2000;
}

function number(item: Item, text: string): number {
  const scaled = parseNumber(text);
  if (scaled === null) throw new TemplateError("limits", item.linkId, `"${text}" is not a decimal number`);
  return scaled;
}

function bounds(item: Item, limits: Range): Bounds {
  let low = -FAR;
  let high = FAR;
  if (limits.min !== undefined) low = Math.max(low, number(item, limits.min));
  if (limits.above !== undefined) low = Math.max(low, number(item, limits.above) + 1);
  if (limits.max !== undefined) high = Math.min(high, number(item, limits.max));
  if (limits.below !== undefined) high = Math.min(high, number(item, limits.below) - 1);
  if (low > high) throw new TemplateError("limits", item.linkId, "the limits leave no value");
  return { low, high };
}

/** The condition's answer as answers are held. Throws when it cannot be compared with the asked item. */
function conditionAnswer(item: Item, when: EnableWhen, entries: ReadonlyMap<string, Entry>): Usable {
  const other = entries.get(when.question)?.item;
  if (other === undefined || QUIET_TYPES.has(other.type)) {
    throw new TemplateError("unknown_question", item.linkId, `enableWhen names no question "${when.question}"`);
  }
  const answer = readCondition(other, when);
  if (answer === null) {
    throw new TemplateError("enable_when", item.linkId, `${when.operator} does not fit "${when.question}"`);
  }
  return answer;
}

function readCondition(other: Item, when: EnableWhen): Usable | null {
  const { operator, answer } = when;
  if (operator === "exists") return typeof answer === "boolean" ? answer : null;
  if (!(operator === "=" || operator === "!=" ? EQUAL_TYPES : ORDER_TYPES).has(other.type)) return null;
  if (typeof answer === "boolean") return other.type === "boolean" ? answer : null;
  switch (other.type) {
    case "decimal":
    case "integer":
      return parseNumber(answer);
    case "date":
      return isDate(answer) ? answer : null;
    case "string":
      return answer;
    case "choice":
      return (other.answerOption ?? []).some((option) => option.value === answer) ? answer : null;
    default:
      return null;
  }
}

/** Depth-first order over parent, enableWhen and ratio; a way back to an open item is a circle and is refused. */
function judgingOrder(entries: ReadonlyMap<string, Entry>): string[] {
  const order: string[] = [];
  const done = new Map<string, boolean>();
  for (const start of entries.keys()) {
    const stack: { linkId: string; ready: boolean }[] = [{ linkId: start, ready: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { linkId, ready } = top;
      if (ready) {
        done.set(linkId, true);
        order.push(linkId);
        continue;
      }
      if (done.has(linkId)) continue;
      done.set(linkId, false);
      stack.push({ linkId, ready: true });
      const needs = needsOf(known(entries, linkId));
      const open = needs.find((need) => done.get(need) === false);
      if (open !== undefined) throw new TemplateError("circular", open, "its conditions lead back to itself");
      for (const need of needs.reverse()) if (!done.has(need)) stack.push({ linkId: need, ready: false });
    }
  }
  return order;
}

function needsOf({ item, parent }: Entry): string[] {
  const needs = parent === null ? [] : [parent];
  for (const when of item.enableWhen ?? []) needs.push(when.question);
  if (item.ratio !== undefined) needs.push(item.ratio.question);
  return needs;
}

function step(
  { item, parent }: Entry,
  entries: ReadonlyMap<string, Entry>,
  index: ReadonlyMap<string, number>,
): Step {
  return {
    linkId: item.linkId,
    type: item.type,
    parent: parent === null ? -1 : known(index, parent),
    required: item.required === true,
    conditions: (item.enableWhen ?? []).map((when) => ({
      question: known(index, when.question),
      operator: when.operator,
      answer: conditionAnswer(item, when, entries),
    })),
    anyCondition: item.enableBehavior === "any",
    options: new Set((item.answerOption ?? []).map((option) => option.value)),
    plausible: item.plausible === undefined ? null : bounds(item, item.plausible),
    approval: (item.approval ?? []).map((limits) => bounds(item, limits)),
    ratio:
      item.ratio === undefined
        ? null
        : { question: known(index, item.ratio.question), max: number(item, item.ratio.max) },
    failsWhen: item.failsWhen ?? [],
    maxLength: item.maxLength ?? (item.type === "string" ? 250 : 2000),
  };
}
