/**
 * What the phone's own commands will do to the rows, shown before the server has done it (R8).
 *
 * Pure: a row and a command give a new row, the server's row stays as it is. A command stops being laid over only when
 * a pull acknowledges it, whatever its verdict: until then nobody knows what the server's row will be.
 */
import { maintenanceRules } from "./overlay-maintenance";
import { parseScan } from "../scan/payload";
import { newOrders } from "./new-rows";
import { stopRules } from "./overlay-stops";
import { isRecord } from "./types";

export interface PendingCommand {
  readonly id: string;
  readonly type: string;
  readonly aggregate: string | null;
  readonly at: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly blobs: readonly unknown[];
}

export interface OverlayContext {
  /** The user's own name and teams, as the server would write them. */
  readonly name: string;
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  /** Judges a protocol with the phone's own engine; without it a protocol shows only after the pull. */
  readonly protocolVerdict?: ((protocol: Readonly<Record<string, unknown>>) => string | null) | undefined;
}

export type Row = Readonly<Record<string, unknown>>;
type Rule = (row: Row, command: PendingCommand, context: OverlayContext) => Row;

/** A rule for the rows of one kind: for the command's own row, or with `many` for whichever rows it finds itself. */
export interface RuleEntry {
  readonly kind: string;
  readonly rule: Rule;
  readonly many?: true;
}

/** How far an order has come; an action never takes it back (field/work_orders/lifecycle.py). */
const PROGRESS: Readonly<Record<string, number>> = {
  registered: 0,
  triaged: 1,
  booked: 2,
  waiting: 2,
  started: 3,
  done: 4,
  closed: 5,
  cancelled: 5,
};
const FINAL = 5;

function progress(row: Row): number {
  return PROGRESS[String(row["state"])] ?? 0;
}

function isFinal(row: Row): boolean {
  return progress(row) === FINAL;
}

/** On to `state`, unless the order is that far or further; a waiting order goes on waiting when it is assessed or booked. */
function onward(row: Row, state: "triaged" | "booked" | "started"): Row {
  if (progress(row) >= (PROGRESS[state] ?? 0)) return row;
  return { ...row, state, waiting_for: null };
}

function list(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** United by line id: the same line sent twice is one line. */
function withLines(before: unknown, added: readonly Row[]): Row[] {
  const known = new Set(list(before).map((line) => line["id"]));
  return [...list(before), ...added.filter((line) => !known.has(line["id"]))];
}

function teamOf(id: unknown, row: Row, context: OverlayContext): unknown {
  if (typeof id !== "string") return row["team"] ?? null;
  const before = row["team"];
  if (isRecord(before) && before["id"] === id) return before;
  return { id, name: context.teams.find((team) => team.id === id)?.name ?? "" };
}

function assessed(row: Row, assessment: Row, command: PendingCommand, context: OverlayContext): Row {
  return {
    ...row,
    assessed: {
      priority: assessment["priority"],
      place: assessment["place"],
      basic_need: assessment["basic_need"] ?? null,
      by_name: context.name,
      at: command.at,
      final: true,
    },
    team: teamOf(assessment["team_id"], row, context),
  };
}

/** The facts of a visit: kept whatever becomes of the order. */
function withFacts(row: Row, command: PendingCommand, context: OverlayContext): Row {
  const { args } = command;
  const entries = list(args["time_entries"]).map((entry) => ({
    comment: "",
    visible_to_prescriber: true,
    ...entry,
    by_name: context.name,
  }));
  let next: Row = {
    ...row,
    time_entries: withLines(row["time_entries"], entries),
    parts: withLines(row["parts"], list(args["parts"])),
    attachment_pending: row["attachment_pending"] === true || command.blobs.length > 0,
  };
  const protocol = args["protocol"];
  const verdict = isRecord(protocol) ? (context.protocolVerdict?.(protocol) ?? null) : null;
  if (isRecord(protocol) && verdict !== null) {
    const { id, template_id, template_version, signed_at } = protocol;
    const line = { id, template_id, template_version, verdict, signed_at, by_name: context.name };
    next = { ...next, protocols: withLines(row["protocols"], [line]), protocol_verdict: verdict };
  }
  return next;
}

/** A visit assesses as well when it says so, and takes the proposal over when nobody has assessed before. */
function withAssessment(row: Row, command: PendingCommand, context: OverlayContext, closing: boolean): Row {
  const assessment = command.args["assessment"];
  if (isRecord(assessment)) return assessed(row, assessment, command, context);
  const before = row["assessed"];
  const proposed = row["proposed"];
  if (!closing || !isRecord(proposed) || (isRecord(before) && before["final"] === true)) return row;
  return assessed(row, isRecord(before) ? before : proposed, command, context);
}

function started(row: Row, at: unknown): Row {
  const next = onward(row, "started");
  return next === row ? row : { ...next, started_at: row["started_at"] ?? at };
}

const open =
  (rule: Rule): Rule =>
  (row, command, context) =>
    isFinal(row) ? row : rule(row, command, context);

const assess: Rule = open((row, command, context) =>
  onward(assessed(row, command.args, command, context), "triaged"),
);

const assign: Rule = open((row, { args }, context) => ({
  ...row,
  assigned_to: args["technician_id"] ?? null,
  team: teamOf(args["team_id"], row, context),
  planned_on: args["planned_on"] === undefined ? row["planned_on"] : args["planned_on"],
}));

const book: Rule = open((row, { args }) => ({
  ...onward(row, "booked"),
  booked_from: args["from"],
  booked_to: args["to"],
  assigned_to: args["technician_id"] ?? row["assigned_to"],
}));

const contact: Rule = (row, { args }, context) => {
  const attempt = { at: args["at"], result: args["result"], channel: args["channel"] ?? "phone", note: args["note"] ?? "", by_name: context.name };
  const next = { ...row, contact_attempts: [...list(row["contact_attempts"]), attempt] };
  return args["result"] === "reached" && !isFinal(row) ? { ...next, contacted_at: row["contacted_at"] ?? args["at"] } : next;
};

const notify: Rule = (row, { args, at }, context) => ({
  ...row,
  notices: [...list(row["notices"]), { at, purpose: args["purpose"], channel: args["channel"], text: args["text"], state: args["send"] === true ? "queued" : "copied", failure: "", by_name: context.name }],
});

const exchange: Rule = open((row, { args, at }, context) => {
  const scan = parseScan(String(args["new_raw"]));
  const made = { at: args["at"], old_number: row["device_number"] ?? "", new_number: "number" in scan ? scan.number : "", data_uploaded: args["data_uploaded"] ?? null, note: args["note"] ?? "", by_name: context.name };
  return { ...started(row, at), exchanges: [...list(row["exchanges"]), made] };
});

const deviation: Rule = (row, { args }, context) => ({
  ...row,
  deviations: [...list(row["deviations"]), { at: args["at"], text: args["text"], harm: args["harm"], by_name: context.name, told_name: null }],
});

const willMiss: Rule = open((row, { args, at }) => ({ ...row, will_miss: { at, reason: args["reason"], note: args["note"] ?? "" } }));

const refer: Rule = open((row, { at }) => ({ ...started(row, at), state: "waiting", waiting_for: "prescriber", referred_at: at }));

const start: Rule = open((row, { args, at }) => started(row, args["at"] ?? at));

const wait: Rule = open((row, { args, at }) => ({
  ...started(row, at),
  state: "waiting",
  waiting_for: args["waiting_for"],
}));

const resume: Rule = open((row, { at }) => started(row, at));

const report: Rule = (row, command, context) => {
  const facts = withFacts(row, command, context);
  return isFinal(row) ? facts : started(withAssessment(facts, command, context, false), command.at);
};

const close: Rule = (row, command, context) => {
  const facts = withFacts(row, command, context);
  if (isFinal(row)) return facts;
  const at = command.args["performed_at"] ?? command.at;
  return {
    ...started(withAssessment(facts, command, context, true), at),
    state: "closed",
    waiting_for: null,
    outcome: command.args["outcome"],
    done_at: row["done_at"] ?? at,
    closed_at: at,
  };
};

const cancel: Rule = open((row, { args, at }) => ({
  ...row,
  state: "cancelled",
  waiting_for: null,
  cancelled_at: at,
  cancel_reason: args["reason"],
  cancel_note: args["note"] ?? "",
}));

const correct: Rule = open((row, { args }) => {
  const next: Record<string, unknown> = { ...row };
  for (const key of ["fault_text", "linked_order"]) if (args[key] !== undefined) next[key] = args[key];
  const contactNow = args["contact"];
  const contactBefore = row["contact"];
  if (isRecord(contactNow)) next["contact"] = { ...(isRecord(contactBefore) ? contactBefore : {}), ...contactNow };
  return next;
});

const read: Rule = (row, { args, at }) => {
  const ids = args["message_ids"];
  return Array.isArray(ids) && ids.includes(row["id"]) ? { ...row, read_at: row["read_at"] ?? at } : row;
};

const putAway: Rule = (row, { args }) => {
  const ids = args["message_ids"];
  return Array.isArray(ids) && ids.includes(row["id"]) ? { ...row, put_away: args["away"] !== false } : row;
};

/** The rules of a command type; a type without one (a scan, a decision) shows only after the pull. */
const RULES: Readonly<Record<string, RuleEntry>> = {
  "work_order.register": { kind: "work_order", rule: (row) => row },
  "work_order.exchange": { kind: "work_order", rule: exchange },
  "work_order.deviation": { kind: "work_order", rule: deviation },
  "work_order.assess": { kind: "work_order", rule: assess },
  "work_order.assign": { kind: "work_order", rule: assign },
  "work_order.book": { kind: "work_order", rule: book },
  "work_order.contact": { kind: "work_order", rule: contact },
  "work_order.notify": { kind: "work_order", rule: notify },
  "work_order.will_miss": { kind: "work_order", rule: willMiss },
  "work_order.refer": { kind: "work_order", rule: refer },
  "work_order.start": { kind: "work_order", rule: start },
  "work_order.wait": { kind: "work_order", rule: wait },
  "work_order.resume": { kind: "work_order", rule: resume },
  "work_order.report": { kind: "work_order", rule: report },
  "work_order.close": { kind: "work_order", rule: close },
  "work_order.cancel": { kind: "work_order", rule: cancel },
  "work_order.correct": { kind: "work_order", rule: correct },
  "message.read": { kind: "message", rule: read, many: true },
  "message.put_away": { kind: "message", rule: putAway, many: true },
};

function rulesOf(type: string): readonly RuleEntry[] {
  const rule = RULES[type];
  return [...(rule ? [rule] : (stopRules[type] ?? [])), ...(maintenanceRules[type] ?? [])];
}

/** The kinds of rows that a command of this type may change on the screen. */
export function kindsOfType(type: string): readonly string[] {
  // An undo shows in the row of what it takes back: `stop.undo` in kind `stop`.
  return type.endsWith(".undo") ? [type.slice(0, -".undo".length)] : rulesOf(type).map(({ kind }) => kind);
}

/** Commands that another command on this phone takes back are not laid over; the server keeps both (case 26). */
function standing(commands: readonly PendingCommand[]): PendingCommand[] {
  const undone = new Set(commands.filter(({ type }) => type.endsWith(".undo")).map(({ args }) => args["command_id"]));
  return commands.filter((command) => !undone.has(command.id));
}

/** Lays the pending commands, oldest first, over the server's rows of one kind. */
export function overlay(
  kind: string,
  rows: readonly Row[],
  commands: readonly PendingCommand[],
  context: OverlayContext,
): Row[] {
  const relevant = standing(commands).flatMap((command) =>
    rulesOf(command.type).flatMap((entry) => (entry.kind === kind ? [{ command, ...entry }] : [])),
  );
  const made = kind === "work_order" ? newOrders(rows, standing(commands), context) : [];
  if (relevant.length === 0) return [...rows];
  return [...rows, ...made].map((row) => {
    let next = row;
    for (const { command, rule, many } of relevant) {
      if (many || command.aggregate === row["id"]) next = rule(next, command, context);
    }
    return next;
  });
}
