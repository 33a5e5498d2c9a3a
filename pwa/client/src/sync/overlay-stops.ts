/** What the driver's own commands will do to stops and rounds (routing/rounds), until a pull brings the server's rows. */
import type { PendingCommand, Row, RuleEntry } from "./overlay";
import { isRecord } from "./types";

type Rule = RuleEntry["rule"];

function list(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function byTask(value: unknown): ReadonlyMap<unknown, Row> {
  return new Map(list(value).map((item) => [item["task_id"], item]));
}

function withTasks(row: Row, change: (task: Row) => Row): Row {
  return { ...row, tasks: list(row["tasks"]).map(change) };
}

const load: Rule = (row, { args }) => {
  const items = byTask(args["items"]);
  return withTasks(row, (task) => (items.has(task["id"]) && task["state"] === "planned" ? { ...task, state: "loaded", loaded: true } : task));
};

function done(task: Row, item: Row): Row {
  const counted = new Map(list(item["parts"]).map((part) => [part["component_id"], part["quantity"]]));
  const parts = list(task["parts"]).map((part) => (counted.has(part["id"]) ? { ...part, counted: counted.get(part["id"]) } : part));
  return { ...task, state: "done", done_quantity: item["quantity"], failed_code: null, hygiene: item["hygiene"] ?? task["hygiene"], parts };
}

/** The number that an own label shows; the server may know the device by another one now. */
function printedNumber(raw: unknown): string | null {
  return typeof raw === "string" ? (/\/f\/(\d{4,8})-/i.exec(raw)?.[1] ?? null) : null;
}

/** A device that was on no list is a line of its own from now on (case 10). */
function extra(item: Row, command: PendingCommand, index: number): Row {
  return {
    id: `${command.id}-${String(index)}`,
    position: 1000 + index,
    kind: "collect",
    device_number: item["device_number"] ?? printedNumber(item["scan_raw"]),
    article_number: item["article_number"] ?? "",
    article_name: "",
    quantity: item["quantity"],
    state: "done",
    done_quantity: item["quantity"],
    failed_code: null,
    hygiene: item["hygiene"],
    unplanned: true,
    order_number: null,
    components: 0,
    loaded: false,
    parts: [],
  };
}

/** An attempt is kept whatever the stop's state is; only a planned stop becomes a failed one (cases 12 and 13). */
function tried(row: Row, reason: Row, at: unknown): Row {
  const next = { ...row, attempts: [...list(row["attempts"]), { at, code: reason["code"] }] };
  return row["state"] === "planned" ? { ...next, state: "failed", failed_code: reason["code"], failed_note: reason["note"] ?? "" } : next;
}

const complete: Rule = (row, command) => {
  const { args } = command;
  const collected = list(args["collected"]);
  const handled = new Map([...byTask(args["delivered"]), ...byTask(collected.filter((item) => item["task_id"]))]);
  const notDone = byTask(args["not_done"]);
  const next = withTasks(row, (task) => {
    const item = handled.get(task["id"]);
    if (item) return done(task, item);
    const reason = notDone.get(task["id"]);
    return reason && task["state"] !== "done" ? { ...task, state: "failed", failed_code: reason["code"] } : task;
  });
  const tasks = [...list(next["tasks"]), ...collected.filter((item) => !item["task_id"]).map((item, index) => extra(item, command, index))];
  const at = args["at"] ?? command.at;
  const proof = args["proof"];
  const facts: Row = {
    ...next,
    tasks,
    proof: isRecord(proof) ? { signer_name: proof["signer_name"], method: proof["method"], at } : row["proof"],
  };
  // What was done stands before all else: also where the office had marked the stop as failed or called it off (case 14).
  if (tasks.some((task) => task["state"] === "done")) {
    const left = tasks.some((task) => task["state"] !== "done" && task["state"] !== "cancelled");
    return { ...facts, state: left ? "partial" : "done", failed_code: null, done_at: at };
  }
  const first = list(args["not_done"])[0];
  return first ? tried(facts, first, at) : facts;
};

const fail: Rule = (row, { args, at }) => tried(row, args, args["at"] ?? at);

const returned: Rule = (row) => ({ ...row, state: "returned" });

/** What was still in the van stands at the depot again. */
const unload: Rule = (row, { aggregate }) =>
  row["round_id"] === aggregate ? withTasks(row, (task) => (task["state"] === "loaded" ? { ...task, state: "planned", loaded: false } : task)) : row;

/** The driver has gone through the van; whether it all adds up is the server's to say. */
const unloadSaid: Rule = (row, { aggregate, args }) => {
  const said = byTask(args["items"]);
  return row["round_id"] === aggregate ? withTasks(row, (task) => (task["state"] === "loaded" && said.has(task["id"]) ? { ...task, state: "planned", loaded: false } : task)) : row;
};

export const stopRules: Readonly<Record<string, readonly RuleEntry[]>> = {
  "stop.load": [{ kind: "stop", rule: load }],
  "stop.complete": [{ kind: "stop", rule: complete }],
  "stop.fail": [{ kind: "stop", rule: fail }],
  "round.return": [
    { kind: "round", rule: returned },
    { kind: "stop", rule: unload, many: true },
  ],
  "round.reconcile": [
    { kind: "round", rule: returned },
    { kind: "stop", rule: unloadSaid, many: true },
  ],
};
