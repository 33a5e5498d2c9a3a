/**
 * The outbox: commands wait here until a pull has brought their effects, then they go to the journal.
 * Nothing in this file deletes a command; it only moves it.
 */
import type { Codec } from "./codec";
import {
  getCursor,
  getMeta,
  putMeta,
  type JournalEntry,
  type StoredCommand,
  type Store,
  type StoreName,
  type Writing,
} from "./store";
import { SyncError, type BlobName, type DeviceKeys, type NewCommand, type PushResult } from "./types";

/** The server takes 256 KB a push; a command must fit with the frame around it. */
export const LARGEST_COMMAND = 240 * 1024;
/** How long acknowledged commands are kept, milliseconds. */
export const JOURNAL_AGE = 30 * 24 * 3600 * 1000;

const encoder = new TextEncoder();

export interface AppendOptions {
  readonly store: Store;
  readonly codec: Codec;
  readonly sha256: (bytes: ArrayBuffer) => Promise<string>;
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly monoMs: number;
  /** The command's envelope, if it can be sealed now. */
  readonly envelope: (tail: string) => Promise<string | undefined>;
}

/** Puts a command and its photos on disk in one transaction with its number. */
export async function append(command: NewCommand, options: AppendOptions): Promise<{ id: string; seq: number }> {
  const { store, codec, id, at } = options;
  const photos = await Promise.all(
    command.blobs.map(async (blob) => ({
      name: { sha256: await options.sha256(blob.bytes), size: blob.bytes.byteLength, mime: blob.mime, role: blob.role },
      sealed: await codec.seal(blob.bytes),
    })),
  );
  const blobs = photos.map((photo) => photo.name);
  const { type, v, aggregate, base_rv, args } = command;
  const text = JSON.stringify({ id, type, v, aggregate, base_rv, at, mono_ms: options.monoMs, args, blobs }).slice(1);
  const bytes = encoder.encode(text).byteLength;
  if (bytes > LARGEST_COMMAND) throw new SyncError("command.too_large");
  const [sealed, envelope] = await Promise.all([codec.seal(text), options.envelope(text)]);
  const seq = await store.write(
    "enqueue",
    ["outbox", "blobs", "bytes", "meta"],
    async (transaction) => {
      const outbox = transaction.objectStore("outbox");
      // The transaction may run again after a broken connection: the id tells whether it was saved the first time.
      const saved = await outbox.index("id").get(id);
      if (saved) return saved.seq;
      const next = (await getMeta(transaction, "next_seq")) ?? 1;
      await putMeta(transaction, "next_seq", next + 1);
      await outbox.add({
        seq: next,
        id,
        type,
        aggregate,
        at,
        blobs,
        bytes,
        state: "waiting",
        attempts: 0,
        lastError: null,
        verdict: null,
        sealed,
        ...(envelope === undefined ? {} : { envelope }),
      });
      for (const photo of photos) await keepPhoto(transaction, id, photo.name, photo.sealed);
      return next;
    },
    "strict",
  );
  return { id, seq };
}

async function keepPhoto(transaction: Writing, commandId: string, name: BlobName, sealed: unknown): Promise<void> {
  const blobs = transaction.objectStore("blobs");
  const known = await blobs.get(name.sha256);
  if (known) {
    await blobs.put({ ...known, waitingFor: [...new Set([...known.waitingFor, commandId])] });
    return;
  }
  await transaction.objectStore("bytes").put({ sha256: name.sha256, sealed });
  await blobs.put({ sha256: name.sha256, size: name.size, mime: name.mime, waitingFor: [commandId], unsent: 1 });
}

/** The text as it goes to the server; always the same bytes for the same number. */
export async function commandText(command: StoredCommand, codec: Codec): Promise<string> {
  return `{"seq":${String(command.seq)},${await commandTail(command, codec)}`;
}

/** The text after the number: what an envelope holds and what a day's account counts. */
export async function commandTail(command: StoredCommand, codec: Codec): Promise<string> {
  return String(await codec.open(command.sealed));
}

/** Without its envelope: the server has the command, or the install has another identity. */
function unsealed(command: StoredCommand): StoredCommand {
  const { envelope: _envelope, carried: _carried, ...rest } = command;
  return rest;
}

export const SETTLE: StoreName[] = ["outbox", "blobs"];

/** Notes the verdicts of a push. The commands stay: only a pull acknowledges them. */
export async function settle(
  transaction: Writing,
  results: readonly PushResult[],
  missingBlobs: readonly string[],
): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  for (const result of results) {
    const command = await outbox.get(result.seq);
    if (command?.id !== result.id) continue;
    const verdict = { verdict: result.verdict, code: result.code, text: result.text };
    await outbox.put({ ...command, state: "sent", attempts: command.attempts + 1, lastError: null, verdict });
  }
  const blobs = transaction.objectStore("blobs");
  for (const sha256 of missingBlobs) {
    const blob = await blobs.get(sha256);
    if (blob && !blob.unsent) await blobs.put({ ...blob, unsent: 1 });
  }
}

/** Notes that a push did not get through. */
export async function noteFailure(transaction: Writing, seqs: readonly number[], code: string): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  for (const seq of seqs) {
    const command = await outbox.get(seq);
    if (command?.state === "waiting") {
      await outbox.put({ ...command, attempts: command.attempts + 1, lastError: code });
    }
  }
}

export const ACKNOWLEDGE: StoreName[] = ["rows", "shadow", "kept", "drafts", "outbox", "journal", "blobs", "bytes", "meta"];

/**
 * Moves commands up to `lastSeq` to the journal; call it in the transaction of a pull's last chunk.
 *
 * A number alone is no proof: a cloned phone may have used it for another command. So the command's own verdict must
 * have come, by push or as a row. Returns the types of what was moved.
 */
export async function acknowledge(transaction: Writing, lastSeq: number, now: number): Promise<Set<string>> {
  const outbox = transaction.objectStore("outbox");
  const rows = transaction.objectStore((await getCursor(transaction)).active);
  const device = (await getMeta(transaction, "device")) ?? null;
  const moved = new Set<string>();
  for (const command of await outbox.getAll(IDBKeyRange.upperBound(lastSeq))) {
    if (command.state !== "sent" && !(await rows.getKey(["command", command.id]))) continue;
    await transaction
      .objectStore("journal")
      .put({ id: command.id, device, acknowledgedAt: now, command: { ...unsealed(command), lastError: null } });
    await outbox.delete(command.seq);
    await releasePhotos(transaction, command);
    moved.add(command.type);
  }
  return moved;
}

async function releasePhotos(transaction: Writing, command: StoredCommand): Promise<void> {
  const blobs = transaction.objectStore("blobs");
  for (const { sha256 } of command.blobs) {
    const blob = await blobs.get(sha256);
    if (!blob) continue;
    const waitingFor = blob.waitingFor.filter((id) => id !== command.id);
    await blobs.put({ ...blob, waitingFor });
    await dropDelivered(transaction, sha256);
  }
}

/** Forgets a photo that the server has and no command in the outbox names. */
export async function dropDelivered(transaction: Writing, sha256: string): Promise<void> {
  const blob = await transaction.objectStore("blobs").get(sha256);
  if (!blob || blob.unsent || blob.waitingFor.length > 0) return;
  await transaction.objectStore("blobs").delete(sha256);
  await transaction.objectStore("bytes").delete(sha256);
}

export const RESEND: StoreName[] = ["outbox", "journal", "blobs", "bytes", "meta"];

/** The journal's entries of this install, oldest first. */
async function journalOf(transaction: Writing, device: string | null): Promise<JournalEntry[]> {
  const entries = await transaction.objectStore("journal").getAll();
  return entries.filter((entry) => entry.device === device).sort((one, other) => one.command.seq - other.command.seq);
}

async function takeBack(transaction: Writing, entry: JournalEntry, seq: number): Promise<void> {
  await transaction.objectStore("outbox").put({ ...entry.command, seq, state: "waiting", verdict: null });
  await transaction.objectStore("journal").delete(entry.id);
  const blobs = transaction.objectStore("blobs");
  for (const { sha256 } of entry.command.blobs) {
    const blob = await blobs.get(sha256);
    if (blob) await blobs.put({ ...blob, waitingFor: [...new Set([...blob.waitingFor, entry.id])] });
  }
}

/**
 * The server lacks everything from `expected` on: back to the outbox with it.
 * Returns false when this phone no longer has `expected`; then it needs a new identity.
 */
export async function rewind(transaction: Writing, expected: number): Promise<boolean> {
  const outbox = transaction.objectStore("outbox");
  for (const entry of await journalOf(transaction, (await getMeta(transaction, "device")) ?? null)) {
    if (entry.command.seq >= expected) await takeBack(transaction, entry, entry.command.seq);
  }
  for (const command of await outbox.getAll(IDBKeyRange.lowerBound(expected))) {
    if (command.state === "sent") await outbox.put({ ...command, state: "waiting", verdict: null });
  }
  return (await outbox.getKey(expected)) !== undefined;
}

/** The server was restored from a backup: what it acknowledged may be gone, so all of it is sent again (case 27). */
export async function resendAll(transaction: Writing, epoch: string): Promise<void> {
  await rewind(transaction, 0);
  await putMeta(transaction, "epoch", epoch);
}

/**
 * Gives the install a new identity: all that waits is numbered from 1 again, with the same command ids.
 *
 * Of what the old identity had acknowledged, `all` takes everything back, for a server that may have lost it; `photos`
 * only what still has photos to send, because the server takes a photo only from an install that has named it.
 */
export async function renumber(
  transaction: Writing,
  device: string,
  sealedKeys: unknown,
  takeFromJournal: "all" | "photos",
): Promise<void> {
  const outbox = transaction.objectStore("outbox");
  const waiting = await outbox.getAll();
  await outbox.clear();
  const unsent = new Set((await transaction.objectStore("blobs").index("unsent").getAll()).map((blob) => blob.sha256));
  let seq = 1;
  for (const entry of await journalOf(transaction, (await getMeta(transaction, "device")) ?? null)) {
    if (takeFromJournal === "photos" && !entry.command.blobs.some((blob) => unsent.has(blob.sha256))) continue;
    await takeBack(transaction, entry, seq);
    seq += 1;
  }
  for (const command of waiting) {
    await outbox.put({ ...unsealed(command), seq, state: "waiting", verdict: null });
    seq += 1;
  }
  await putMeta(transaction, "next_seq", seq);
  await putMeta(transaction, "device", device);
  await putMeta(transaction, "keys", sealedKeys);
  await putMeta(transaction, "register_again", false);
  await putMeta(transaction, "cursor", { ...(await getCursor(transaction)), cookie: null, clearing: false });
}

/** Forgets journal entries that are older than 30 days. */
export async function pruneJournal(store: Store, now: number): Promise<void> {
  await store.write("prune_journal", ["journal"], async (transaction) => {
    const journal = transaction.objectStore("journal");
    for (const entry of await journal.getAll()) {
      if (entry.acknowledgedAt < now - JOURNAL_AGE) await journal.delete(entry.id);
    }
  });
}

/** The install's identity and what it knows of the server; `keys` is null before the first registration. */
export async function loadDevice(
  store: Store,
  codec: Codec,
): Promise<{ keys: DeviceKeys | null; epoch: string | null; registerAgain: boolean; storageId: string }> {
  const found = await store.read("load_device", ["meta"], async (transaction) => ({
    sealed: await getMeta(transaction, "keys"),
    epoch: (await getMeta(transaction, "epoch")) ?? null,
    registerAgain: (await getMeta(transaction, "register_again")) ?? false,
    storageId: (await getMeta(transaction, "storage_id")) ?? "",
  }));
  const keys = found.sealed === undefined ? null : ((await codec.open(found.sealed)) as DeviceKeys);
  return { keys, epoch: found.epoch, registerAgain: found.registerAgain, storageId: found.storageId };
}
