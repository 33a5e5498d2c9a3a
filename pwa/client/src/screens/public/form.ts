/** The patient's form without its looks: which questions, what is missing, what is sent. No DOM, no IO. */
import type { Language } from "../../i18n/current.svelte";
import { partsOf, sidesOf, tipsFor, type DeviceKind, type Part, type Side } from "./parts";

/** What the centre answers itself, in the order in which it is shown. */
export const centreTopics = ["broken", "not_working", "worn_part", "maintenance", "other"] as const;
/** What the prescriber answers. */
export const prescriberTopics = ["treatment_insufficient", "chafes_or_allergy", "new_condition", "worn_within_interval", "needs_training"] as const;

export type Topic = (typeof centreTopics)[number] | (typeof prescriberTopics)[number];

/** Faults that may make it dangerous to go on using the thing. */
export const mayHurt = (topic: Topic | null): boolean => topic === "broken" || topic === "not_working" || topic === "worn_part";

export const toPrescriber = (topic: Topic | null): boolean => prescriberTopics.some((one) => one === topic);

export type Step = "number" | "topic" | "part" | "side" | "help" | "words" | "photos" | "contact";

export const MOST_PHOTOS = 3;
/** Unicode code points. */
export const LONGEST_TEXT = 4000;
export const LONGEST_NAME = 100;
export const LONGEST_PHONE = 40;

export interface Answers {
  number: string;
  region: string;
  topic: Topic | null;
  part: Part | null;
  side: Side | null;
  text: string;
  name: string;
  phone: string;
}

/** A label that was read names the thing; a typed number is a question of its own. What else is asked, the kind of thing decides. */
export function stepsOf(byNumber: boolean, kind: DeviceKind, { topic, part }: Pick<Answers, "topic" | "part">): readonly Step[] {
  return [
    ...(byNumber ? (["number"] as const) : []),
    "topic",
    ...(partsOf(kind, topic).length > 0 ? (["part"] as const) : []),
    ...(partsOf(kind, topic).length > 0 && sidesOf(part).length > 0 ? (["side"] as const) : []),
    ...(tipsFor(kind, topic).length > 0 ? (["help"] as const) : []),
    "words",
    "photos",
    "contact",
  ];
}

export type Missing = "number_missing" | "number_wrong" | "region_missing" | "text_missing" | "text_long" | "name_long" | "phone_wrong" | "phone_long";

export const codePoints = (text: string): number => Array.from(text).length;

/** A device number as people copy it from a label: digits with or without spaces. */
export const digits = (typed: string): string => typed.replace(/[\s-]/g, "");

/** What stops a step, or null. Nothing that was typed is ever cut. */
export function missing(step: Step, answers: Answers, regions: number): Missing | null {
  if (step === "number") {
    const number = digits(answers.number);
    if (!number) return "number_missing";
    if (!/^[0-9]{4,8}$/.test(number)) return "number_wrong";
    return regions > 1 && !answers.region ? "region_missing" : null;
  }
  if (step === "words") {
    if (!answers.text.trim()) return "text_missing";
    return codePoints(answers.text) > LONGEST_TEXT ? "text_long" : null;
  }
  if (step === "contact") {
    if (codePoints(answers.name) > LONGEST_NAME) return "name_long";
    if (codePoints(answers.phone) > LONGEST_PHONE) return "phone_long";
    // Letters happen in "sms 070…"; without a single digit nobody can be phoned.
    if (answers.phone.trim() && (answers.phone.match(/[0-9]/g) ?? []).length < 5) return "phone_wrong";
  }
  return null;
}

export interface Report {
  readonly payload?: string;
  readonly number?: string;
  readonly region_code?: string;
  readonly topic: Topic;
  readonly part?: Part;
  readonly side?: Side;
  readonly text: string;
  readonly contact_name: string;
  readonly contact_phone: string;
  readonly language: Language;
}

/** What is sent. `payload` is the label's own text; a typed number goes with the region that was chosen. */
export function reportOf(payload: string | null, answers: Answers, topic: Topic, language: Language, kind: DeviceKind = "other"): Report {
  // An answer to a question that is no longer asked is none.
  const part = answers.part && partsOf(kind, topic).includes(answers.part) ? answers.part : null;
  const side = part && answers.side && sidesOf(part).includes(answers.side) ? answers.side : null;
  return {
    ...(payload !== null ? { payload } : { number: digits(answers.number), ...(answers.region ? { region_code: answers.region } : {}) }),
    topic,
    ...(part ? { part } : {}),
    ...(side ? { side } : {}),
    text: answers.text.trim(),
    contact_name: answers.name.trim(),
    contact_phone: answers.phone.trim(),
    language,
  };
}

/** The number that a label's address carries, for the staff's way in; "" when there is none. */
export const numberOf = (payload: string): string => /^([0-9]{4,8})-[1-9][0-9]{0,3}-[0-9A-Za-z]{26}$/.exec(payload)?.[1] ?? "";

/** Swedish, unless the link says English or easy Swedish, or the phone itself speaks English. */
export function firstLanguage(search: string, languages: readonly string[]): Language | "easy" {
  const asked = new URLSearchParams(search).get("lang");
  if (asked === "en" || asked === "sv" || asked === "easy") return asked;
  return languages[0]?.toLowerCase().startsWith("en") ? "en" : "sv";
}

export type Page = { readonly name: "form"; readonly payload: string | null } | { readonly name: "status"; readonly tracking: string } | { readonly name: "unknown" };

/** Which page an address means. */
export function pageOf(pathname: string): Page {
  const [, word = "", rest = ""] = /^\/([^/]*)(?:\/(.*?))?\/?$/.exec(pathname) ?? [];
  let value: string;
  try {
    value = decodeURIComponent(rest);
  } catch {
    value = rest;
  }
  if (word.toUpperCase() === "F") return { name: "form", payload: value || null };
  return word === "S" && value ? { name: "status", tracking: value } : { name: "unknown" };
}
