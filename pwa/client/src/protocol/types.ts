/**
 * Service protocols: the shapes on the wire. The twin of field/protocols/template.py and judgement.py.
 * Names follow HL7 FHIR R5 Questionnaire; limits, failsWhen, ratio and carryOver are ours.
 */

export type ItemType =
  | "group"
  | "display"
  | "boolean"
  | "choice"
  | "decimal"
  | "integer"
  | "string"
  | "text"
  | "date"
  | "attachment";

export type Operator = "exists" | "=" | "!=" | ">" | "<" | ">=" | "<=";

export interface LocalText {
  readonly sv: string;
  readonly en: string;
}

/** Limits as decimal strings: min and max belong to the range, above and below do not. */
export interface Range {
  readonly min?: string;
  readonly max?: string;
  readonly above?: string;
  readonly below?: string;
}

export interface EnableWhen {
  readonly question: string;
  readonly operator: Operator;
  readonly answer: boolean | string;
}

export interface AnswerOption {
  readonly value: string;
  readonly text: LocalText;
}

export interface Item {
  readonly linkId: string;
  readonly type: ItemType;
  readonly text: LocalText;
  readonly hint?: LocalText;
  readonly required?: boolean;
  readonly enableWhen?: readonly EnableWhen[];
  readonly enableBehavior?: "all" | "any";
  readonly answerOption?: readonly AnswerOption[];
  /** UCUM code and the form people read. */
  readonly unit?: { readonly code: string; readonly display: string };
  /** Outside it the number is a typing error: refuse it. */
  readonly plausible?: Range;
  /** The number must lie in at least one of these, else the item fails. */
  readonly approval?: readonly Range[];
  /** The number must be at most `max` times the answer of `question`. */
  readonly ratio?: { readonly question: string; readonly max: string };
  readonly failsWhen?: readonly (boolean | string)[];
  /** Unicode code points; 250 for a string and 2000 for a text unless told. */
  readonly maxLength?: number;
  readonly initial?: boolean | string;
  /** Offer the answer of the device's last protocol. */
  readonly carryOver?: boolean;
  readonly role?: "photo" | "signature";
  readonly item?: readonly Item[];
}

export interface Template {
  readonly id: string;
  readonly version: number;
  readonly title: LocalText;
  readonly source: string;
  readonly item: readonly Item[];
  readonly appliesTo?: { readonly isoClasses?: readonly string[]; readonly articleNumbers?: readonly string[] };
  readonly intervalMonths?: number;
}

/** A picture or a signature: its bytes travel on their own, by their hash. */
export interface Attachment {
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
}

/** Numbers are decimal strings with a point. */
export type Answer = boolean | string | Attachment | null;
export type Answers = { readonly [linkId: string]: Answer };

export type Verdict = "approved" | "incomplete" | "not_approved";
export type Status = "ok" | "fail" | "missing" | "implausible" | "disabled";

/** Why an answer cannot be a value of its item. */
export type InvalidReason =
  | "wrong_type"
  | "unknown_option"
  | "bad_number"
  | "not_whole"
  | "bad_date"
  | "too_long"
  | "bad_text"
  | "bad_attachment";

export type Reason =
  | InvalidReason
  | "unanswered"
  | "required"
  | "failing_answer"
  | "outside_approval"
  | "outside_ratio"
  | "below_plausible"
  | "above_plausible";

export interface ItemJudgement {
  readonly status: Status;
  readonly reason: Reason | null;
}

export interface InvalidAnswer {
  readonly linkId: string;
  readonly reason: InvalidReason | "unknown_item" | "not_a_question" | "answers_not_object";
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Nothing missing, implausible or invalid: may be signed. */
  readonly complete: boolean;
  readonly items: { readonly [linkId: string]: ItemJudgement };
  readonly missing: readonly string[];
  readonly invalid: readonly InvalidAnswer[];
}
