/**
 * A few values of the app that must survive a phone that is switched off the next moment: IndexedDB with strict
 * durability. localStorage is written out seconds later, and a killed browser forgets what it had not written.
 */
import { openDB, type IDBPDatabase } from "idb";

const STORE = "kept";
let opened: Promise<IDBPDatabase> | null = null;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB("turbil-app", 1, {
    upgrade(created) {
      created.createObjectStore(STORE);
    },
    terminated() {
      opened = null;
    },
  });
  return opened;
}

/** The value kept under `key`; undefined when there is none or the store cannot be read. */
export async function readKept(key: string): Promise<unknown> {
  try {
    return await (await database()).get(STORE, key);
  } catch {
    opened = null;
    return undefined;
  }
}

/** Resolves when the value is on disk. */
export async function keep(key: string, value: unknown): Promise<void> {
  const transaction = (await database()).transaction(STORE, "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.put(value, key), transaction.done]);
}

export async function forget(key: string): Promise<void> {
  const transaction = (await database()).transaction(STORE, "readwrite", { durability: "strict" });
  await Promise.all([transaction.store.delete(key), transaction.done]);
}
