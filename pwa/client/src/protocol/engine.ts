/**
 * Judge a filled-in service protocol: the same answer on the phone and on the server.
 * The twin of field/protocols/judgement.py; tests/vectors/protocols and a differential fuzz hold them together.
 * Pure and total: whatever the answers are there is a judgement, never an exception.
 */

import { LINK_ID, QUIET_TYPES } from "./plan";
import type { CompiledTemplate, Condition, Step, Usable } from "./plan";
import type { InvalidAnswer, InvalidReason, ItemJudgement, Judgement, Reason, Status, Verdict } from "./types";
import { SCALE, codePoints, isAttachment, isBlank, isDate, isStorable, parseNumber } from "./values";

export { TemplateError, compileTemplate } from "./plan";
export type { CompiledTemplate } from "./plan";

const SEVERITY: { readonly [verdict in Verdict]: number } = { approved: 0, incomplete: 1, not_approved: 2 };

function constant(status: Status, reason: Reason | null = null): ItemJudgement {
  return Object.freeze({ status, reason });
}

const OK = constant("ok");
const UNANSWERED = constant("ok", "unanswered");
const DISABLED = constant("disabled");
const MISSING = constant("missing", "required");
const FAILING = constant("fail", "failing_answer");
const OUTSIDE = constant("fail", "outside_approval");
const RATIO = constant("fail", "outside_ratio");
const BELOW = constant("implausible", "below_plausible");
const ABOVE = constant("implausible", "above_plausible");
/** A mark that never leaves this module: a group or display that was given an answer. */
const NOT_A_QUESTION = constant("ok");
const INVALID: { readonly [reason in InvalidReason]: ItemJudgement } = {
  wrong_type: constant("implausible", "wrong_type"),
  unknown_option: constant("implausible", "unknown_option"),
  bad_number: constant("implausible", "bad_number"),
  not_whole: constant("implausible", "not_whole"),
  bad_date: constant("implausible", "bad_date"),
  too_long: constant("implausible", "too_long"),
  bad_text: constant("implausible", "bad_text"),
  bad_attachment: constant("implausible", "bad_attachment"),
};

/** The worse of two verdicts (sync rule R5): approved, then incomplete, then not_approved. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

/** Judge answers, {linkId: value}. Numbers are decimal strings; null, "" and blank text are no answer. */
export function judge(compiled: CompiledTemplate, answers: unknown): Judgement {
  const given = isRecord(answers) ? answers : null;
  const { steps } = compiled;
  const found = new Array<ItemJudgement>(steps.length);
  const usable = new Array<Usable | undefined>(steps.length);
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    if ((step.parent >= 0 && found[step.parent] === DISABLED) || !enabled(step, usable)) {
      found[index] = DISABLED;
      continue;
    }
    const value = given !== null && Object.hasOwn(given, step.linkId) ? given[step.linkId] : undefined;
    if (value === undefined || value === null || value === "") found[index] = unanswered(step);
    else found[index] = judgeValue(step, index, value, usable);
  }
  return summary(compiled, found, strangers(compiled, given));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function summary(
  compiled: CompiledTemplate,
  found: readonly ItemJudgement[],
  others: readonly InvalidAnswer[],
): Judgement {
  const items: { [linkId: string]: ItemJudgement } = {};
  const missing: string[] = [];
  const invalid: InvalidAnswer[] = [];
  let failed = false;
  let implausible = false;
  for (const index of compiled.display) {
    const { linkId } = compiled.steps[index] as Step;
    const item = found[index] as ItemJudgement;
    items[linkId] = item;
    if (item === OK || item === DISABLED) continue;
    if (item === NOT_A_QUESTION) {
      items[linkId] = OK;
      invalid.push({ linkId, reason: "not_a_question" });
    } else if (item.status === "fail") failed = true;
    else if (item.status === "missing") missing.push(linkId);
    else if (item.status === "implausible") {
      implausible = true;
      if (item !== BELOW && item !== ABOVE) invalid.push({ linkId, reason: item.reason as InvalidReason });
    }
  }
  invalid.push(...others);
  const complete = missing.length === 0 && !implausible && invalid.length === 0;
  return { verdict: failed ? "not_approved" : complete ? "approved" : "incomplete", complete, items, missing, invalid };
}

/** What belongs to no item: said, never dropped in silence. A name that could not be a linkId is shown as "?". */
function strangers(compiled: CompiledTemplate, given: Record<string, unknown> | null): InvalidAnswer[] {
  if (given === null) return [{ linkId: "", reason: "answers_not_object" }];
  const names: string[] = [];
  for (const key of Object.keys(given)) {
    if (!compiled.linkIds.has(key)) names.push(LINK_ID.test(key) ? key : "?");
  }
  // Only ASCII is left, so this order is the server's order too.
  return names.sort().map((linkId) => ({ linkId, reason: "unknown_item" }));
}

function unanswered(step: Step): ItemJudgement {
  if (QUIET_TYPES.has(step.type)) return OK;
  return step.required ? MISSING : UNANSWERED;
}

function enabled(step: Step, usable: readonly (Usable | undefined)[]): boolean {
  if (step.conditions.length === 0) return true;
  for (const condition of step.conditions) {
    if (holds(condition, usable[condition.question]) === step.anyCondition) return step.anyCondition;
  }
  return !step.anyCondition;
}

/** One enableWhen. As in FHIR, != holds for an unanswered question and the other comparisons do not. */
function holds({ operator, answer }: Condition, value: Usable | undefined): boolean {
  if (operator === "exists") return (value !== undefined) === answer;
  if (operator === "!=") return value !== answer;
  if (value === undefined) return false;
  switch (operator) {
    case "=":
      return value === answer;
    case ">":
      return value > answer;
    case "<":
      return value < answer;
    case ">=":
      return value >= answer;
    case "<=":
      return value <= answer;
  }
}

/** Judge one given answer, and keep it in `usable` when conditions of other items may look at it. */
function judgeValue(step: Step, index: number, value: unknown, usable: (Usable | undefined)[]): ItemJudgement {
  switch (step.type) {
    case "boolean":
      if (typeof value !== "boolean") return INVALID.wrong_type;
      usable[index] = value;
      return step.failsWhen.includes(value) ? FAILING : OK;
    case "attachment":
      if (!isAttachment(value)) return INVALID.bad_attachment;
      usable[index] = true;
      return OK;
    case "group":
    case "display":
      return NOT_A_QUESTION;
    default:
      return typeof value === "string" ? judgeString(step, index, value, usable) : INVALID.wrong_type;
  }
}

function judgeString(step: Step, index: number, value: string, usable: (Usable | undefined)[]): ItemJudgement {
  switch (step.type) {
    case "choice":
      if (!step.options.has(value)) return INVALID.unknown_option;
      usable[index] = value;
      return step.failsWhen.includes(value) ? FAILING : OK;
    case "decimal":
    case "integer":
      return judgeNumber(step, index, value, usable);
    case "date":
      if (!isDate(value)) return INVALID.bad_date;
      usable[index] = value;
      return OK;
    default:
      if (!isStorable(value)) return INVALID.bad_text;
      if (value.length > step.maxLength && codePoints(value) > step.maxLength) return INVALID.too_long;
      if (isBlank(value)) return unanswered(step);
      usable[index] = value;
      return OK;
  }
}

function judgeNumber(step: Step, index: number, text: string, usable: (Usable | undefined)[]): ItemJudgement {
  const value = parseNumber(text);
  if (value === null) return INVALID.bad_number;
  if (step.type === "integer" && value % SCALE !== 0) return INVALID.not_whole;
  if (step.plausible !== null) {
    if (value < step.plausible.low) return BELOW;
    if (value > step.plausible.high) return ABOVE;
  }
  usable[index] = value;
  if (step.approval.length > 0 && !step.approval.some((range) => range.low <= value && value <= range.high)) {
    return OUTSIDE;
  }
  if (step.ratio !== null) {
    const other = usable[step.ratio.question];
    // Both sides can exceed 2**53, hence whole numbers of any size.
    if (typeof other === "number" && BigInt(value) * BigInt(SCALE) > BigInt(other) * BigInt(step.ratio.max)) {
      return RATIO;
    }
  }
  return OK;
}
