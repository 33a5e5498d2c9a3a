/** Fetching: row versions in chunks, each applied with its cookie in one transaction (docs/sync.md sections 4 and 5). */
import { emptyDigest, replaceRow, wireDigest, type Digest } from "./digest";
import { KEPT_KINDS, keepCopy, keepPinned, pinnedIds, pruneKept } from "./kept-orders";
import { ACKNOWLEDGE, acknowledge, loadDevice, resendAll } from "./outbox";
import { DEADLINE, readState, takeState, type Wire } from "./push";
import { READABLE_HOURS } from "./readable";
import { getCursor, getMeta, putMeta, type Cursor, type StoredCommand, type StoreName, type Writing } from "./store";
import {
  problemCode,
  RegisterAgain,
  SignInNeeded,
  TransportFailure,
  unexpected,
  UpdateNeeded,
  type Answer,
} from "./transport";
import { isRecord, PROTO, SCHEMA, type PatchOperation, type PullAnswer } from "./types";

/** Rows in the first chunk of a pull; each chunk that comes through lets the next be twice as large, as far as the server allows. */
export const CHUNK = 500;
const MOST_PINNED = 500;

interface Question {
  readonly pullSeq: number;
  readonly cursor: Cursor;
  readonly pinned: readonly string[];
  readonly unsent: Unsent;
}

interface Unsent {
  readonly count: number;
  /** Milliseconds since the epoch by this phone's clock; null when nothing is unsent. */
  readonly oldest: number | null;
}

/** What a whole pull brought. */
export interface Pulled {
  readonly minBuild: string;
}

/**
 * Pulls until the phone has all that its user may see. `recount` does not trust the digest kept on disk: the browser may
 * have thrown rows away while the page was closed.
 *
 * @throws {SignInNeeded} | {UpdateNeeded} | {RegisterAgain} | {TransportFailure} what was applied so far stays applied.
 */
export async function pullAll(wire: Wire, chunk: number, recount = false): Promise<Pulled> {
  const known = await loadDevice(wire.store, wire.codec);
  if (!known.keys) throw new RegisterAgain();
  let stale = 0;
  let limit = chunk;
  for (let first = recount; ; first = false) {
    const question = await ask(wire, first);
    const { cursor } = question;
    const { epoch } = await loadDevice(wire.store, wire.codec);
    const json = JSON.stringify({
      proto: PROTO,
      device: known.keys.device,
      epoch,
      storage_id: known.storageId,
      cookie: cursor.cookie,
      pull_seq: question.pullSeq,
      schema: SCHEMA,
      limit,
      // While a clear fills the other store there is nothing whole to compare.
      digest: cursor.cookie === null || cursor.clearing || !cursor.digest ? null : wireDigest(cursor.digest),
      pinned: question.pinned,
      told: await told(wire, question.unsent),
    });
    const reply = await wire.transport.call({ method: "POST", path: "/api/sync/pull", json, deadline: DEADLINE });
    if (reply.status === 409 && problemCode(reply) === "sync.stale_pull") {
      stale += 1;
      if (stale > 10) throw unexpected(reply);
      await overtake(wire, question.pullSeq, reply);
      continue;
    }
    const answer = readAnswer(reply);
    const kinds = await apply(wire, question.pullSeq, answer);
    // Another tab has asked since: its answer is the one that counts.
    if (!kinds) throw new TransportFailure("sync.late", true);
    wire.storage.lost = false;
    await takeState(wire, answer.state);
    await wire.changed(kinds);
    limit = Math.max(chunk, Math.min(limit * 2, answer.mostRows));
    if (!answer.more) return { minBuild: answer.minBuild };
  }
}

/** Takes the next pull number onto disk before anything is sent, so that an older answer can be told from the newest. */
function ask(wire: Wire, recount: boolean): Promise<Question> {
  const names: StoreName[] = ["meta", "rows", "shadow", "outbox", "drafts"];
  return wire.store.write("issue_pull", names, async (transaction) => {
    const pullSeq = ((await getMeta(transaction, "pull_seq")) ?? 0) + 1;
    await putMeta(transaction, "pull_seq", pullSeq);
    let cursor = await getCursor(transaction);
    if ((cursor.digest === null || recount) && !cursor.clearing) {
      cursor = { ...cursor, digest: await countRows(transaction, cursor.active) };
      await putMeta(transaction, "cursor", cursor);
    }
    const unsent = unsentOf(await transaction.objectStore("outbox").getAll());
    return { pullSeq, cursor, pinned: [...(await pinnedIds(transaction))].slice(0, MOST_PINNED), unsent };
  });
}

/** Commands whose verdict has been heard are at the server and only wait to be acknowledged. */
function unsentOf(outbox: readonly StoredCommand[]): Unsent {
  const waiting = outbox.filter((command) => command.verdict === null);
  const times = waiting.map((command) => Date.parse(command.at)).filter((time) => Number.isFinite(time));
  return { count: waiting.length, oldest: times.length > 0 ? Math.min(...times) : null };
}

/** An age and not a time, for this phone's clock may be wrong. */
async function told(wire: Wire, { count, oldest }: Unsent): Promise<object> {
  const seconds = oldest === null ? 0 : Math.floor((wire.now() - oldest) / 1000);
  return {
    unsent: count,
    oldest_seconds: Math.min(Math.max(seconds, 0), 2 ** 31 - 1),
    persisted: await wire.storage.persisted(),
    storage_lost: wire.storage.lost,
  };
}

async function countRows(transaction: Writing, active: "rows" | "shadow"): Promise<Digest> {
  let digest = emptyDigest;
  for (const row of await transaction.objectStore(active).getAll()) {
    digest = replaceRow(digest, row.kind, row.id, null, row.rv);
  }
  return digest;
}

/** The server has seen a higher number from this install, as after a restored phone: go past it. */
async function overtake(wire: Wire, pullSeq: number, reply: Answer): Promise<void> {
  const told = isRecord(reply.body) && typeof reply.body["last_pull"] === "number" ? reply.body["last_pull"] : 0;
  await wire.store.write("overtake", ["meta"], async (transaction) => {
    const newest = (await getMeta(transaction, "pull_seq")) ?? 0;
    await putMeta(transaction, "pull_seq", Math.max(newest, told, told > 0 ? 0 : pullSeq * 2 + 1000));
  });
}

function readAnswer(reply: Answer): PullAnswer {
  const code = problemCode(reply);
  if (reply.status === 401) throw new SignInNeeded();
  if (reply.status === 426) throw new UpdateNeeded();
  // Our server says "not found" of a phone that is not this user's or that a restored backup does not know.
  if (reply.status === 404 && code !== "") throw new RegisterAgain();
  const body = reply.body;
  if (
    reply.status !== 200 ||
    !isRecord(body) ||
    body["proto"] !== PROTO ||
    typeof body["epoch"] !== "string" ||
    typeof body["clear"] !== "boolean" ||
    typeof body["more"] !== "boolean" ||
    !Array.isArray(body["patch"])
  ) {
    throw unexpected(reply);
  }
  const patch: PatchOperation[] = [];
  for (const item of body["patch"] as unknown[]) {
    const operation = readOperation(item);
    if (!operation) throw unexpected(reply);
    patch.push(operation);
  }
  return {
    epoch: body["epoch"],
    cookie: typeof body["cookie"] === "string" ? body["cookie"] : null,
    clear: body["clear"],
    more: body["more"],
    lastSeq: typeof body["last_seq"] === "number" ? body["last_seq"] : null,
    minBuild: typeof body["min_build"] === "string" ? body["min_build"] : "",
    state: readState(body["state"]),
    mostRows: typeof body["most_rows"] === "number" ? body["most_rows"] : 0,
    readableHours: readHours(body["readable_hours"]),
    patch,
  };
}

function readHours(value: unknown): number {
  return typeof value === "number" ? Math.min(72, Math.max(8, value)) : READABLE_HOURS;
}

function readOperation(item: unknown): PatchOperation | null {
  if (!isRecord(item) || typeof item["kind"] !== "string" || typeof item["id"] !== "string") return null;
  const { op, kind, id, rv } = item;
  if (op === "del") return { op, kind, id, rv: 0, row: null };
  if (op !== "put" || typeof rv !== "number" || !isRecord(item["row"])) return null;
  return { op, kind, id, rv, row: item["row"] };
}

/**
 * One chunk, its cookie and (with the last one) the acknowledgement, all or nothing.
 * Returns the kinds that changed, or null when a newer pull has been issued and this answer came too late.
 */
export async function apply(wire: Wire, pullSeq: number, answer: PullAnswer): Promise<Set<string> | null> {
  const sealed = await Promise.all(
    answer.patch.map((operation) => (operation.op === "put" ? wire.codec.seal(operation.row) : undefined)),
  );
  const now = wire.now();
  return wire.store.write("apply_pull", ACKNOWLEDGE, async (transaction) => {
    if ((await getMeta(transaction, "pull_seq")) !== pullSeq) return null;
    const kinds = new Set(answer.patch.map((operation) => operation.kind));
    let cursor = await getCursor(transaction);
    if (answer.clear) {
      cursor = { ...cursor, clearing: true };
      await transaction.objectStore(other(cursor.active)).clear();
    }
    const digest = cursor.clearing
      ? await fill(transaction, other(cursor.active), answer.patch, sealed)
      : await change(transaction, cursor, answer.patch, sealed);
    cursor = { ...cursor, cookie: answer.cookie, digest };
    if (cursor.clearing && !answer.more) {
      for (const kind of await kindsOf(transaction, cursor.active)) kinds.add(kind);
      for (const kind of await kindsOf(transaction, other(cursor.active))) kinds.add(kind);
      await keepPinned(transaction);
      await transaction.objectStore(cursor.active).clear();
      cursor = { ...cursor, active: other(cursor.active), clearing: false, digest: null };
    }
    await putMeta(transaction, "cursor", cursor);
    const epoch = await getMeta(transaction, "epoch");
    if (epoch !== answer.epoch) {
      await resendAll(transaction, answer.epoch);
      kinds.add("outbox");
    }
    if (!answer.more && answer.lastSeq !== null) {
      for (const type of await acknowledge(transaction, answer.lastSeq, now)) {
        kinds.add("outbox");
        kinds.add(type.slice(0, type.indexOf(".")));
      }
      await putMeta(transaction, "last_sync_at", new Date(now).toISOString());
      await putMeta(transaction, "readable_hours", answer.readableHours);
      await putMeta(transaction, "outdated", false);
    }
    if (!answer.more && (await pruneKept(transaction))) for (const kind of KEPT_KINDS) kinds.add(kind);
    return kinds;
  });
}

function other(name: "rows" | "shadow"): "rows" | "shadow" {
  return name === "rows" ? "shadow" : "rows";
}

async function fill(
  transaction: Writing,
  name: "rows" | "shadow",
  patch: readonly PatchOperation[],
  sealed: readonly unknown[],
): Promise<null> {
  const store = transaction.objectStore(name);
  // All at once: a first sync writes thousands of rows.
  await Promise.all(
    patch.map(({ op, kind, id, rv }, index) =>
      op === "put" ? store.put({ kind, id, rv, sealed: sealed[index] }) : store.delete([kind, id]),
    ),
  );
  return null;
}

async function change(
  transaction: Writing,
  cursor: Cursor,
  patch: readonly PatchOperation[],
  sealed: readonly unknown[],
): Promise<Digest> {
  const store = transaction.objectStore(cursor.active);
  let digest = cursor.digest ?? (await countRows(transaction, cursor.active));
  const pinned = patch.some(({ op }) => op === "del") ? await pinnedIds(transaction) : new Set<string>();
  for (const [index, { op, kind, id, rv }] of patch.entries()) {
    const before = await store.get([kind, id]);
    digest = replaceRow(digest, kind, id, before?.rv ?? null, op === "put" ? rv : null);
    if (op === "put") await store.put({ kind, id, rv, sealed: sealed[index] });
    else {
      if (pinned.has(id)) await keepCopy(transaction, before);
      await store.delete([kind, id]);
    }
  }
  return digest;
}

async function kindsOf(transaction: Writing, name: "rows" | "shadow"): Promise<Set<string>> {
  return new Set((await transaction.objectStore(name).getAllKeys()).map(([kind]) => kind));
}
