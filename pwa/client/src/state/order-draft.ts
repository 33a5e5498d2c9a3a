/** What a technician has written on one order and not yet sent, and the command it becomes. Pure but for ids and hashes. */
import type { Assessment, OrderOutcome, Part, TimeEntry, WorkOrder } from "../api/types";
import type { Answer, Item, Template } from "../protocol/types";
import type { Picture } from "../ui/picture";
import type { CommandBlob, NewCommand } from "./sync";

export interface ProtocolDraft {
  readonly id: string;
  readonly template_id: string;
  readonly template_version: number;
  readonly template_sha256: string;
  answers: Record<string, Answer>;
  /** Numbers as typed: "0," is on its way to "0,08" and must not be rewritten under the thumb. */
  typed: Record<string, string>;
  /** Why an item failed, by linkId; joined into the protocol's remark at signing. */
  reasons: Record<string, string>;
  pictures: Record<string, Picture>;
  /** The item on the screen, so that a killed page opens where it was; "" is the first. */
  at: string;
  signed_at: string | null;
}

export interface OrderDraft {
  order_id: string;
  number: string;
  base_rv: number;
  /** When the technician opened the work: the first guess of the time entry. */
  opened_at: string;
  assessment: Assessment | null;
  time: TimeEntry[];
  parts: Part[];
  photos: Picture[];
  protocol: ProtocolDraft | null;
  outcome: OrderOutcome | null;
  scan_raw: string | null;
  /** When the clock was started, while it runs; drafts of older versions have none. */
  timer?: string | null;
  /** Time rows being written, kept so that a killed page loses nothing. */
  comment: string;
}

export function draftKey(orderId: string): string {
  return `order:${orderId}`;
}

export function emptyDraft(order: Pick<WorkOrder, "id" | "number" | "rv">, now: Date): OrderDraft {
  return {
    order_id: order.id,
    number: order.number,
    base_rv: order.rv,
    opened_at: now.toISOString(),
    assessment: null,
    time: [],
    parts: [],
    photos: [],
    protocol: null,
    outcome: null,
    scan_raw: null,
    comment: "",
  };
}

/** True when dropping the draft would lose something a person did. */
export function hasContent(draft: OrderDraft): boolean {
  return (
    draft.assessment !== null ||
    draft.time.length > 0 ||
    draft.parts.length > 0 ||
    draft.photos.length > 0 ||
    draft.protocol !== null ||
    draft.outcome !== null ||
    Boolean(draft.timer) ||
    draft.comment.trim() !== ""
  );
}

/** Minutes since the work was opened, in steps of five, at least 5 and at most eight hours: a first guess, not a clock. */
export function guessMinutes(openedAt: string, now: Date): number {
  const minutes = Math.round((now.getTime() - Date.parse(openedAt)) / 60000 / 5) * 5;
  return Math.min(480, Math.max(5, minutes));
}

/** Whole minutes on the running clock, at least one and at most a day. */
export function timerMinutes(timer: string, now: Date): number {
  return Math.min(1440, Math.max(1, Math.round((now.getTime() - Date.parse(timer)) / 60000)));
}

export type Missing = "time" | "basic_need" | "protocol_unsigned" | "outcome";

/** What stands between the draft and a closed order. Minutes on earlier visits count. */
export function missingToClose(draft: OrderDraft, order: Pick<WorkOrder, "time_entries">): readonly Missing[] {
  const missing: Missing[] = [];
  if (draft.time.length === 0 && order.time_entries.length === 0) missing.push("time");
  if (draft.assessment?.priority === 4 && !draft.assessment.basic_need) missing.push("basic_need");
  if (draft.protocol && draft.protocol.signed_at === null) missing.push("protocol_unsigned");
  if (!draft.outcome) missing.push("outcome");
  return missing;
}

function remarkItem(items: readonly Item[]): Item | undefined {
  for (const item of [...items].reverse()) {
    if (item.type === "text") return item;
    const inside = item.item ? remarkItem(item.item) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

/** The item of each question, in the template's order. */
export function questions(items: readonly Item[]): readonly Item[] {
  return items.flatMap((item) => (item.type === "group" ? questions(item.item ?? []) : item.type === "display" ? [] : [item]));
}

/** Answers as they go on the wire: the reasons of failed items stand in the template's remark, each with its question. */
export function protocolAnswers(draft: ProtocolDraft, template: Template, language: "sv" | "en"): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [linkId, answer] of Object.entries(draft.answers)) if (answer !== null && answer !== "") answers[linkId] = answer;
  const remark = remarkItem(template.item);
  if (!remark) return answers;
  const lines = questions(template.item).flatMap((item) => {
    const reason = draft.reasons[item.linkId]?.trim();
    return reason ? [`${item.text[language]}: ${reason}`] : [];
  });
  const own = answers[remark.linkId];
  const whole = [...lines, ...(typeof own === "string" ? [own] : [])].join("\n");
  if (whole) answers[remark.linkId] = whole;
  return answers;
}

interface Facts {
  readonly args: Record<string, unknown>;
  readonly blobs: readonly CommandBlob[];
}

function facts(draft: OrderDraft, template: Template | null, language: "sv" | "en"): Facts {
  const args: Record<string, unknown> = { time_entries: draft.time.map((entry) => ({ ...entry })), parts: draft.parts.map((part) => ({ ...part })) };
  const blobs: CommandBlob[] = draft.photos.map((photo) => ({ role: "photo", mime: photo.mime, bytes: photo.bytes }));
  if (draft.assessment) args["assessment"] = { ...draft.assessment };
  const protocol = draft.protocol;
  if (protocol?.signed_at && template) {
    args["protocol"] = {
      id: protocol.id,
      template_id: protocol.template_id,
      template_version: protocol.template_version,
      template_sha256: protocol.template_sha256,
      answers: protocolAnswers(protocol, template, language),
      signed_at: protocol.signed_at,
    };
    const roles = new Map(questions(template.item).map((item) => [item.linkId, item.role ?? "photo"]));
    for (const [linkId, shot] of Object.entries(protocol.pictures)) {
      blobs.push({ role: roles.get(linkId) ?? "photo", mime: shot.mime, bytes: shot.bytes });
    }
  }
  return { args, blobs };
}

/** "Spara så länge": the facts alone; the order is started and stays open. An unsigned protocol stays in the draft. */
export function reportCommand(draft: OrderDraft, template: Template | null, language: "sv" | "en"): NewCommand {
  const { args, blobs } = facts(draft, template, language);
  return { type: "work_order.report", v: 1, aggregate: draft.order_id, base_rv: draft.base_rv, args, blobs };
}

/** What is sent of work on an order that is over or somebody else's: a whole closing if there is one, else the facts. */
export function sendCommand(draft: OrderDraft, order: Pick<WorkOrder, "time_entries">, template: Template | null, language: "sv" | "en", now: Date): NewCommand {
  return missingToClose(draft, order).length === 0 ? closeCommand(draft, template, language, now) : reportCommand(draft, template, language);
}

/** What remains once a command has carried the rest: a protocol that is not signed, or whose template is missing, cannot go. */
export function remainder(draft: OrderDraft, templateKnown: boolean): OrderDraft | null {
  if (!draft.protocol || (draft.protocol.signed_at && templateKnown)) return null;
  return { ...draft, assessment: null, time: [], parts: [], photos: [], outcome: null, timer: null, comment: "" };
}

/** True when there is something that a command can carry now. */
export function isSendable(draft: OrderDraft): boolean {
  return hasContent({ ...draft, protocol: draft.protocol?.signed_at ? draft.protocol : null });
}

/** "Avsluta order": one command that holds everything, so that it arrives whole or not at all. */
export function closeCommand(draft: OrderDraft, template: Template | null, language: "sv" | "en", now: Date): NewCommand {
  if (!draft.outcome) throw new Error("an outcome is chosen before closing");
  const { args, blobs } = facts(draft, template, language);
  args["outcome"] = draft.outcome;
  args["performed_at"] = now.toISOString();
  if (draft.scan_raw) args["scan_raw"] = draft.scan_raw;
  return { type: "work_order.close", v: 1, aggregate: draft.order_id, base_rv: draft.base_rv, args, blobs };
}
