/**
 * Work orders and stops that have left the user's view while something on this phone still builds on them (docs/sync.md
 * section 5).
 *
 * A kept copy is the row as it was last seen, in a store of its own: no part of the rows, nor of their digest. It goes
 * when neither a draft nor a command in the outbox names it any more, or when the row comes back.
 */
import { getCursor, putMeta, startCursor, type Store, type StoredRow, type StoreName, type Writing } from "./store";

const PINNED: ReadonlySet<string> = new Set(["work_order", "stop"]);
const SUFFIX = "_kept";
/** The kinds that screens ask for; their rows carry `no_longer_yours: true`. */
export const KEPT_KINDS: readonly string[] = [...PINNED].map((kind) => kind + SUFFIX);

/** "work_order" of "work_order_kept"; null for any other kind. */
export function keptKind(kind: string): string | null {
  return KEPT_KINDS.includes(kind) ? kind.slice(0, -SUFFIX.length) : null;
}
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What a transaction needs for the functions below. */
export const KEEPING: StoreName[] = ["rows", "shadow", "outbox", "drafts", "kept", "meta"];

/** Ids that a command in the outbox or the key of a draft names. */
export async function pinnedIds(transaction: Writing): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const command of await transaction.objectStore("outbox").getAll()) if (command.aggregate) ids.add(command.aggregate);
  for (const key of await transaction.objectStore("drafts").getAllKeys()) {
    for (const [id] of key.matchAll(UUID)) ids.add(id);
  }
  return ids;
}

/** Copies the rows that are pinned out of the active rows, before those are cleared. */
export async function keepPinned(transaction: Writing): Promise<void> {
  const rows = transaction.objectStore((await getCursor(transaction)).active);
  for (const id of await pinnedIds(transaction)) {
    for (const kind of PINNED) await keepCopy(transaction, await rows.get([kind, id]));
  }
}

/** Copies one row, if it is of a kind that people work on. */
export async function keepCopy(transaction: Writing, row: StoredRow | undefined): Promise<void> {
  if (row && PINNED.has(row.kind)) await transaction.objectStore("kept").put(row);
}

/** Drops copies that nothing needs; returns whether there were any. */
export async function pruneKept(transaction: Writing): Promise<boolean> {
  const kept = transaction.objectStore("kept");
  const copies = await kept.getAll();
  if (copies.length === 0) return false;
  const pinned = await pinnedIds(transaction);
  const rows = transaction.objectStore((await getCursor(transaction)).active);
  for (const { kind, id } of copies) if (!pinned.has(id) || (await rows.getKey([kind, id]))) await kept.delete(id);
  return true;
}

/**
 * Drops what can be fetched again. Never the outbox, photos, drafts or the journal. A row that a draft or a command
 * builds on may be somebody else's by the next pull, so its copy is kept; a lost phone (`kept: false`) keeps none.
 */
export async function dropRows(store: Store, options: { readonly reference: boolean; readonly kept?: false }): Promise<void> {
  await store.write("drop_rows", [...KEEPING, "reference"], async (transaction) => {
    if (options.kept === false) await transaction.objectStore("kept").clear();
    else await keepPinned(transaction);
    await transaction.objectStore("rows").clear();
    await transaction.objectStore("shadow").clear();
    if (options.reference) await transaction.objectStore("reference").clear();
    await putMeta(transaction, "cursor", startCursor);
  });
}
