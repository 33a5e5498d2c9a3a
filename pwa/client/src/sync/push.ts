/** Sending: registration once, then the outbox in order (docs/sync.md section 3). */
import type { Codec } from "./codec";
import {
  commandText,
  loadDevice,
  noteFailure,
  RESEND,
  renumber,
  resendAll,
  rewind,
  SETTLE,
  settle,
} from "./outbox";
import { readSealKey, type Sealer } from "./sealing";
import { dropRows, KEPT_KINDS } from "./kept-orders";
import { getMeta, putMeta, type Store, type StoredCommand } from "./store";
import { problemCode, RegisterAgain, SignInNeeded, TransportFailure, unexpected, type Answer, type Transport } from "./transport";
import { isRecord, PROTO, SCHEMA, type DeviceState, type PushResult, type Verdict } from "./types";

export const MAX_COMMANDS = 50;
export const MAX_BYTES = 256 * 1024;

/** Milliseconds; a phone on the edge of coverage is slow, not gone. */
export const DEADLINE = 30_000;

export interface Wire {
  readonly store: Store;
  readonly codec: Codec;
  readonly transport: Transport;
  readonly uuid: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly build: string;
  readonly sealer: Sealer;
  /** What only the browser knows of its own storage, to tell the office. */
  readonly storage: { readonly persisted: () => Promise<boolean | null>; lost: boolean };
  /** Told which kinds may have changed on disk. */
  readonly changed: (kinds: Iterable<string>) => Promise<void>;
}

/** The kinds of rows that screens show. */
export const KINDS: readonly string[] = ["work_order", "device", "round", "stop", "message", "command", "bundle", "policy"];

const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["applied", "recorded", "parked", "quarantined"]);
const encoder = new TextEncoder();

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/**
 * Registers this install with the session, if it is not registered or has lost its identity.
 *
 * @throws {SignInNeeded} there is no session.
 */
export async function ensureRegistered(wire: Wire): Promise<void> {
  const known = await loadDevice(wire.store, wire.codec);
  if (known.keys && !known.registerAgain) return;
  const body = JSON.stringify({ build: wire.build, schema: SCHEMA, storage_id: known.storageId });
  const answer = await wire.transport.call({ method: "POST", path: "/api/sync/device", json: body, deadline: DEADLINE });
  if (answer.status === 401) throw new SignInNeeded();
  const fields = answer.status === 201 || answer.status === 200 ? answer.body : undefined;
  if (
    !isRecord(fields) ||
    typeof fields["device"] !== "string" ||
    typeof fields["push_key"] !== "string" ||
    typeof fields["epoch"] !== "string"
  ) {
    throw unexpected(answer);
  }
  const { device, push_key, epoch } = fields;
  const sealed = await wire.codec.seal({ device, push_key });
  const sealKey = readSealKey(fields["seal_key"]);
  await wire.store.write("register", RESEND, async (transaction) => {
    // A server that has forgotten this install may have forgotten what it acknowledged: all of it goes again.
    await renumber(transaction, device, sealed, "all");
    await putMeta(transaction, "epoch", epoch);
    if (sealKey) await putMeta(transaction, "seal_key", sealKey);
  });
  wire.sealer.forget();
  await wire.changed(["outbox"]);
}

/** Remembers that the server does not know this install, so that the next round with a session registers it anew. */
export async function markUnknown(wire: Wire): Promise<void> {
  await wire.store.write("mark_unknown", ["meta"], (transaction) => putMeta(transaction, "register_again", true));
}

/**
 * Sends all that waits. Returns how many commands got a verdict.
 *
 * @throws {TransportFailure} | {RegisterAgain} the outbox is as it was.
 */
export async function pushAll(wire: Wire): Promise<number> {
  let limit = MAX_COMMANDS;
  let settled = 0;
  let repairs = 0;
  // What has its verdict lies before this number until a pull acknowledges it, and is not read again for each push.
  let from = 0;
  for (;;) {
    const outcome = await pushOnce(wire, limit, from);
    if (outcome.kind === "empty" && from === 0) return settled;
    from = outcome.kind === "settled" ? outcome.next : outcome.kind === "too_much" ? from : 0;
    if (outcome.kind === "settled") settled += outcome.count;
    if (outcome.kind === "too_much") {
      if (outcome.count === 1) throw new TransportFailure("http.413", true);
      limit = Math.max(1, Math.floor(outcome.count / 2));
    }
    if (outcome.kind === "repaired") {
      repairs += 1;
      if (repairs > 5) throw new TransportFailure("sync.gap", true);
    }
  }
}

type Outcome =
  | { readonly kind: "empty" }
  | { readonly kind: "settled"; readonly count: number; readonly next: number }
  | { readonly kind: "too_much"; readonly count: number }
  | { readonly kind: "repaired" };

async function pushOnce(wire: Wire, limit: number, from: number): Promise<Outcome> {
  const { keys, epoch } = await loadDevice(wire.store, wire.codec);
  if (!keys) throw new RegisterAgain();
  const waiting = await readWaiting(wire, from);
  if (waiting.length === 0) return { kind: "empty" };
  const pushId = wire.uuid();
  const frame = { proto: PROTO, push_id: pushId, device: keys.device, epoch, build: wire.build, schema: SCHEMA };
  const head = `${JSON.stringify({ ...frame, sent_at: iso(wire.now()) }).slice(0, -1)},"commands":[`;
  const { commands, json } = await pack(wire, head, waiting, limit);
  let answer: Answer;
  try {
    answer = await wire.transport.call({
      method: "POST",
      path: "/api/sync/push",
      json,
      headers: { authorization: `Bearer ${keys.push_key}` },
      deadline: DEADLINE,
    });
    if (answer.status === 413) return { kind: "too_much", count: commands.length };
    if (answer.status === 401 && problemCode(answer) === "push_key.unknown") throw new RegisterAgain();
    return await take(wire, answer, pushId, commands);
  } catch (reason) {
    if (reason instanceof TransportFailure && reason.code !== "stopped") {
      const seqs = commands.map((command) => command.seq);
      await wire.store.write("note_failure", ["outbox"], (it) => noteFailure(it, seqs, reason.code));
    }
    throw reason;
  }
}

/** The first commands from this number on that wait, as many as one push takes. */
function readWaiting(wire: Wire, from: number): Promise<StoredCommand[]> {
  return wire.store.read("read_waiting", ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const waiting: StoredCommand[] = [];
    for (let next = from; ; ) {
      const page = await outbox.getAll(IDBKeyRange.lowerBound(next), MAX_COMMANDS);
      waiting.push(...page.filter((command) => command.state === "waiting"));
      const last = page.at(-1);
      if (!last || page.length < MAX_COMMANDS || waiting.length >= MAX_COMMANDS) return waiting.slice(0, MAX_COMMANDS);
      next = last.seq + 1;
    }
  });
}

/** As many commands as fit in both limits, at least one. */
async function pack(
  wire: Wire,
  head: string,
  waiting: readonly StoredCommand[],
  limit: number,
): Promise<{ commands: StoredCommand[]; json: string }> {
  const commands: StoredCommand[] = [];
  const texts: string[] = [];
  let size = encoder.encode(head).byteLength + "]}".length;
  for (const command of waiting.slice(0, Math.min(limit, MAX_COMMANDS))) {
    const text = await commandText(command, wire.codec);
    size += encoder.encode(text).byteLength + 1;
    if (size > MAX_BYTES && commands.length > 0) break;
    commands.push(command);
    texts.push(text);
  }
  return { commands, json: `${head}${texts.join(",")}]}` };
}

/** Success is our protocol, our push and one verdict for each command; a captive portal's 200 is nothing. */
async function take(
  wire: Wire,
  answer: Answer,
  pushId: string,
  commands: readonly StoredCommand[],
): Promise<Outcome> {
  const body = answer.body;
  if (!isRecord(body) || body["proto"] !== PROTO || body["push_id"] !== pushId) throw unexpected(answer);
  if (body["error"] === "gap" && typeof body["expected"] === "number") return await closeGap(wire, body["expected"]);
  if (body["error"] === "fork") return await fork(wire, body["new_device"], answer);
  const results = readResults(body["results"], commands);
  if (answer.status >= 300 || !results) throw unexpected(answer);
  const missing = Array.isArray(body["missing_blobs"]) ? body["missing_blobs"].filter((it) => typeof it === "string") : [];
  const epoch = body["epoch"];
  const restored = await wire.store.write("settle", [...new Set([...SETTLE, ...RESEND])], async (transaction) => {
    await settle(transaction, results, missing);
    if (typeof epoch !== "string" || (await getMeta(transaction, "epoch")) === epoch) return false;
    await resendAll(transaction, epoch);
    return true;
  });
  await takeState(wire, readState(body["state"]));
  await wire.changed(["outbox", "command"]);
  const last = commands.at(-1);
  return restored ? { kind: "repaired" } : { kind: "settled", count: results.length, next: last ? last.seq + 1 : 0 };
}

async function closeGap(wire: Wire, expected: number): Promise<Outcome> {
  const able = await wire.store.write("rewind", RESEND, (transaction) => rewind(transaction, expected));
  await wire.changed(["outbox"]);
  if (!able) throw new RegisterAgain();
  return { kind: "repaired" };
}

async function fork(wire: Wire, given: unknown, answer: Answer): Promise<Outcome> {
  if (!isRecord(given) || typeof given["device"] !== "string" || typeof given["push_key"] !== "string") {
    throw unexpected(answer);
  }
  const { device, push_key } = given;
  const sealed = await wire.codec.seal({ device, push_key });
  await wire.store.write("fork", RESEND, (transaction) => renumber(transaction, device, sealed, "photos"));
  wire.sealer.forget();
  await wire.changed(["outbox"]);
  return { kind: "repaired" };
}

function readResults(value: unknown, commands: readonly StoredCommand[]): PushResult[] | null {
  if (!Array.isArray(value) || value.length !== commands.length) return null;
  const results: PushResult[] = [];
  for (const [index, command] of commands.entries()) {
    const item: unknown = value[index];
    if (!isRecord(item) || item["seq"] !== command.seq || item["id"] !== command.id || !VERDICTS.has(item["verdict"])) {
      return null;
    }
    const text = (key: string): string | null => (typeof item[key] === "string" && item[key] !== "" ? item[key] : null);
    results.push({
      seq: command.seq,
      id: command.id,
      verdict: item["verdict"] as Verdict,
      code: text("code"),
      text: text("text"),
    });
  }
  return results;
}

export function readState(value: unknown): DeviceState {
  return value === "lost" || value === "wipe" ? value : "active";
}

/** A lost phone keeps nothing readable that the server can give again; what is not sent stays and is sent. */
export async function takeState(wire: Wire, state: DeviceState): Promise<void> {
  const before = await wire.store.read("read_state", ["meta"], (transaction) => getMeta(transaction, "device_state"));
  if (state !== (before ?? "active")) {
    await wire.store.write("device_state", ["meta"], (transaction) => putMeta(transaction, "device_state", state));
  }
  if (state === "active") return;
  await dropRows(wire.store, { reference: true, kept: false });
  if (state === "wipe") await wipeWhenSent(wire);
  await wire.changed([...KINDS, ...KEPT_KINDS]);
}

/** A phone to be wiped first delivers its outbox and photos, then forgets the rest. */
async function wipeWhenSent(wire: Wire): Promise<void> {
  await wire.store.write("wipe", ["outbox", "blobs", "drafts", "journal"], async (transaction) => {
    const left = (await transaction.objectStore("outbox").count()) + (await transaction.objectStore("blobs").count());
    if (left > 0) return;
    await transaction.objectStore("drafts").clear();
    await transaction.objectStore("journal").clear();
  });
}
