/**
 * How long the phone shows what it has without hearing of the server (SR-14, SR-30): a phone that was lost, or whose
 * user has lost the right, stops showing it by itself. Drafts, outbox and photos are never touched.
 */
import { dropRows } from "./kept-orders";
import { getMeta, putMeta, type Reading, type Store, type Writing } from "./store";
import type { SyncState } from "./types";

/** Until the server has told. */
export const READABLE_HOURS = 24;
const HOUR = 3600_000;
/** A clock that was set back further than this cannot be believed: the time without contact is unknown. */
const BACKWARDS = 24 * HOUR;

/** What the state line and the check need, from the disk. */
export type Readable = Pick<SyncState, "lastSyncAt" | "readableUntil" | "outdated">;

export async function readableOf(transaction: Reading | Writing): Promise<Readable> {
  const lastSyncAt = (await getMeta(transaction, "last_sync_at")) ?? null;
  const until = readableUntil(lastSyncAt, await getMeta(transaction, "readable_hours"));
  return { lastSyncAt, readableUntil: until, outdated: (await getMeta(transaction, "outdated")) ?? false };
}

export function readReadable(store: Store): Promise<Readable> {
  return store.read("readable", ["meta"], readableOf);
}

function readableUntil(lastSyncAt: string | null, hours: number | undefined): string | null {
  return lastSyncAt === null ? null : new Date(Date.parse(lastSyncAt) + (hours ?? READABLE_HOURS) * HOUR).toISOString();
}

/** True when the time is up and the rows are still here. */
export function isDue(state: Readable, now: number): boolean {
  if (state.outdated || state.readableUntil === null || state.lastSyncAt === null) return false;
  return now >= Date.parse(state.readableUntil) || now < Date.parse(state.lastSyncAt) - BACKWARDS;
}

/**
 * Removes the rows. A row that a draft or an unsent command builds on stays as a copy that no screen is given until the
 * server has answered: without it the work could not be finished.
 */
export async function forgetRows(store: Store): Promise<void> {
  await dropRows(store, { reference: false });
  // Second: a page that is killed in between does both again.
  await store.write("outdated", ["meta"], (transaction) => putMeta(transaction, "outdated", true));
}
