/** What the screens read: rows with the overlay, the outbox, the verdicts and the counts. */
import { commandText } from "./outbox";
import { overlay, type OverlayContext, type Row } from "./overlay";
import type { Wire } from "./push";
import { readableOf } from "./readable";
import { getCursor, getMeta, kindRange, type StoredCommand } from "./store";
import { isRecord, type CommandRow, type OutboxEntry, type SyncState } from "./types";

/** Rows of one kind in `range`, with the pending commands laid over them; both are read in one transaction. */
export async function readRows(wire: Wire, context: OverlayContext, kind: string, range: IDBKeyRange): Promise<Row[]> {
  const found = await wire.store.read("rows", ["rows", "shadow", "outbox", "meta"], async (transaction) => {
    const { active } = await getCursor(transaction);
    return {
      rows: await transaction.objectStore(active).getAll(range),
      commands: await transaction.objectStore("outbox").getAll(),
    };
  });
  const rows = (await Promise.all(found.rows.map((row) => wire.codec.open(row.sealed)))).filter(isRecord);
  const pending = await Promise.all(
    found.commands.map(async (command) => ({ ...command, args: await readArgs(wire, command) })),
  );
  return overlay(kind, rows, pending, context);
}

/** Rows of one kind that are no longer the user's but that a draft or command on this phone builds on. */
export async function readKept(wire: Wire, kind: string): Promise<Row[]> {
  const found = await wire.store.read("kept_orders", ["rows", "shadow", "kept", "meta"], async (transaction) => {
    const rows = transaction.objectStore((await getCursor(transaction)).active);
    const copies = (await transaction.objectStore("kept").getAll()).filter((copy) => copy.kind === kind);
    const yours = await Promise.all(copies.map((copy) => rows.getKey([kind, copy.id])));
    return copies.filter((_copy, index) => yours[index] === undefined);
  });
  const rows = (await Promise.all(found.map((copy) => wire.codec.open(copy.sealed)))).filter(isRecord);
  return rows.map((row) => ({ ...row, no_longer_yours: true }));
}

async function readArgs(wire: Wire, command: StoredCommand): Promise<Readonly<Record<string, unknown>>> {
  const parsed: unknown = JSON.parse(await commandText(command, wire.codec));
  return isRecord(parsed) && isRecord(parsed["args"]) ? parsed["args"] : {};
}

export async function readOutbox(wire: Wire): Promise<OutboxEntry[]> {
  const found = await wire.store.read("outbox", ["outbox", "blobs"], async (transaction) => ({
    commands: await transaction.objectStore("outbox").getAll(),
    unsent: new Set((await transaction.objectStore("blobs").index("unsent").getAll()).map((blob) => blob.sha256)),
  }));
  return Promise.all(
    found.commands.map(async (command) => {
      const { seq, id, type, aggregate, at, attempts, lastError, state } = command;
      const blobs = command.blobs.map(({ sha256, size }) => ({ sha256, size, sent: !found.unsent.has(sha256) }));
      return { seq, id, type, aggregate, at, args: await readArgs(wire, command), blobs, attempts, lastError, state };
    }),
  );
}

/** The rows of kind `command`, and the pushes' own answers until a pull brings their rows. */
export async function readVerdicts(wire: Wire): Promise<CommandRow[]> {
  const found = await wire.store.read("verdicts", ["rows", "shadow", "outbox", "meta"], async (transaction) => {
    const { active } = await getCursor(transaction);
    return {
      rows: await transaction.objectStore(active).getAll(kindRange("command")),
      commands: await transaction.objectStore("outbox").getAll(),
    };
  });
  const rows = await Promise.all(found.rows.map(async (row) => (await wire.codec.open(row.sealed)) as CommandRow));
  const known = new Set(found.rows.map((row) => row.id));
  for (const { id, seq, type, aggregate, at, verdict } of found.commands) {
    if (verdict && !known.has(id)) rows.push({ id, seq, type, aggregate, ...verdict, received_at: at, review: null });
  }
  return rows.sort((one, other) => one.received_at.localeCompare(other.received_at) || one.seq - other.seq);
}

function isUndecided(row: CommandRow): boolean {
  if (row.verdict === "applied") return false;
  return row.review === null || (row.review.state !== "decided" && row.review.decision === null);
}

/** The numbers of the state line, counted on disk. */
export async function count(
  wire: Wire,
): Promise<Pick<SyncState, "unsent" | "unsentBlobs" | "oldestUnsentAt" | "lastSyncAt" | "deviceState" | "notApplied" | "readableUntil" | "outdated">> {
  const counting = wire.store.read("state", ["outbox", "blobs", "meta"], async (transaction) => {
    const commands = await transaction.objectStore("outbox").getAll();
    const unsent = commands.filter((command) => command.state === "waiting");
    return {
      unsent: unsent.length,
      oldestUnsentAt: unsent[0]?.at ?? null,
      unsentBlobs: await transaction.objectStore("blobs").index("unsent").count(),
      ...(await readableOf(transaction)),
      deviceState: (await getMeta(transaction, "device_state")) ?? "active",
    };
  });
  const [counted, verdicts] = await Promise.all([counting, readVerdicts(wire)]);
  return { ...counted, notApplied: verdicts.filter(isUndecided).length };
}
