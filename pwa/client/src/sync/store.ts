/**
 * The phone's database: one per user, so that two people who share a phone never meet in it (SR-16).
 *
 * Every access goes through `read` and `write`. A connection that the browser has broken is reopened once; if it fails
 * again nothing more is written, because a half-working disk is worse than one that says so.
 */
import { wrap, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import type { Digest } from "./digest";
import type { SealKey } from "./seal";
import type { Vault } from "./vault";
import { SyncError, type BlobName, type DeviceState, type Verdict } from "./types";

export interface StoredRow {
  readonly kind: string;
  readonly id: string;
  readonly rv: number;
  readonly sealed: unknown;
}

export interface StoredCommand {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly aggregate: string | null;
  readonly at: string;
  readonly blobs: readonly BlobName[];
  /** UTF-8 length of the command's text without its beginning `{"seq":N,`. */
  readonly bytes: number;
  readonly state: "waiting" | "sent";
  readonly attempts: number;
  readonly lastError: string | null;
  readonly verdict: { readonly verdict: Verdict; readonly code: string | null; readonly text: string | null } | null;
  /** The command's JSON text after `{"seq":N,`, written once so that every sending is the same bytes. */
  readonly sealed: unknown;
  /** The same text encrypted to the server's key, while it waits (seal.ts). */
  readonly envelope?: string;
  /** Another user's page has brought the envelope to the server. */
  readonly carried?: true;
}

/** An acknowledged command, kept 30 days for a server that is restored from a backup (case 27). */
export interface JournalEntry {
  readonly id: string;
  readonly device: string | null;
  /** Milliseconds since the epoch. */
  readonly acknowledgedAt: number;
  readonly command: StoredCommand;
}

export interface StoredBlob {
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
  /** Commands in the outbox that name it. */
  readonly waitingFor: readonly string[];
  /** 1 until the server has all bytes; left out afterwards, so that the index holds only what is unsent. */
  readonly unsent?: 1;
}

/** Where the last pull ended. Rows are read from the store named by `active`; a clear fills the other one. */
export interface Cursor {
  readonly cookie: string | null;
  readonly active: "rows" | "shadow";
  readonly clearing: boolean;
  /** Of the active rows; null when it must be counted anew. */
  readonly digest: Digest | null;
}

export const startCursor: Cursor = { cookie: null, active: "rows", clearing: false, digest: null };

interface MetaValues {
  storage_id: string;
  next_seq: number;
  /** Sealed DeviceKeys. */
  keys: unknown;
  device: string;
  /** The server's newest public key. */
  seal_key: SealKey;
  epoch: string;
  /** Why the install must be registered anew, if it must. */
  register_again: boolean;
  pull_seq: number;
  cursor: Cursor;
  last_sync_at: string;
  /** Told by the server: how long rows are shown without another answer of it. */
  readable_hours: number;
  outdated: boolean;
  device_state: DeviceState;
  /** How the store's key is locked (vault.ts). */
  vault: Vault;
  browser_key: CryptoKey;
  /** Nothing readable is left from before the store had a key (seal-all.ts). */
  sealed_all: boolean;
}

interface SyncSchema extends DBSchema {
  rows: { key: [string, string]; value: StoredRow };
  shadow: { key: [string, string]; value: StoredRow };
  kept: { key: string; value: StoredRow };
  outbox: { key: number; value: StoredCommand; indexes: { id: string } };
  journal: { key: string; value: JournalEntry };
  blobs: { key: string; value: StoredBlob; indexes: { unsent: [number, number] } };
  bytes: { key: string; value: { readonly sha256: string; readonly sealed: unknown } };
  drafts: { key: string; value: { readonly key: string; readonly sealed: unknown } };
  reference: { key: string; value: { readonly sha256: string; readonly sealed: unknown; readonly storedAt: number } };
  meta: { key: string; value: unknown };
}

export type StoreName = StoreNames<SyncSchema>;
export type Writing = IDBPTransaction<SyncSchema, StoreName[], "readwrite">;
export type Reading = IDBPTransaction<SyncSchema, StoreName[], "readonly">;
export type Migration = (database: IDBDatabase, transaction: IDBTransaction) => void;

/** One step per version; a step may add and convert but never drops `outbox`, `blobs`, `bytes`, `drafts` or `kept`. */
export const migrations: readonly Migration[] = [
  (database) => {
    database.createObjectStore("rows", { keyPath: ["kind", "id"] });
    database.createObjectStore("shadow", { keyPath: ["kind", "id"] });
    database.createObjectStore("outbox", { keyPath: "seq" }).createIndex("id", "id", { unique: true });
    database.createObjectStore("journal", { keyPath: "id" });
    database.createObjectStore("blobs", { keyPath: "sha256" }).createIndex("unsent", ["unsent", "size"]);
    database.createObjectStore("bytes", { keyPath: "sha256" });
    database.createObjectStore("drafts", { keyPath: "key" });
    database.createObjectStore("reference", { keyPath: "sha256" });
    database.createObjectStore("meta");
  },
  (database) => {
    database.createObjectStore("kept", { keyPath: "id" });
  },
];

/** The browser's connection is gone, or another tab has a newer database. */
const BROKEN = new Set(["UnknownError", "InvalidStateError", "VersionError"]);

export function errorName(reason: unknown): string {
  return typeof reason === "object" && reason !== null && "name" in reason ? String(reason.name) : "";
}

export function isFull(reason: unknown): boolean {
  return errorName(reason) === "QuotaExceededError";
}

export function databaseName(userId: string): string {
  return `turbil-${userId}`;
}

export interface StoreOptions {
  readonly factory: IDBFactory;
  readonly name: string;
  /** Called right before a transaction opens and right after it is on disk; tests crash here. */
  readonly boundary?: ((label: string) => void) | undefined;
  readonly migrations?: readonly Migration[] | undefined;
}

export class Store {
  broken = false;
  private database: Promise<IDBPDatabase<SyncSchema>> | null = null;

  readonly name: string;

  constructor(private readonly options: StoreOptions) {
    this.name = options.name;
  }

  open(): Promise<IDBPDatabase<SyncSchema>> {
    if (!this.database) {
      const opening = this.connect();
      this.database = opening;
      opening.catch(() => {
        if (this.database === opening) this.database = null;
      });
    }
    return this.database;
  }

  close(): void {
    this.database?.then(
      (database) => {
        database.close();
      },
      () => undefined,
    );
    this.database = null;
  }

  read<T>(label: string, names: StoreName[], work: (transaction: Reading) => Promise<T>): Promise<T> {
    return this.reopenOnce(() => this.run(label, names, "readonly", "default", (it) => work(it as unknown as Reading)));
  }

  /** All or nothing. `work` may run twice when the connection had to be reopened, so it must only touch the transaction. */
  write<T>(
    label: string,
    names: StoreName[],
    work: (transaction: Writing) => Promise<T>,
    durability: IDBTransactionDurability = "default",
  ): Promise<T> {
    return this.reopenOnce(() => {
      if (this.broken) throw new SyncError("storage.broken");
      return this.run(label, names, "readwrite", durability, work);
    });
  }

  private connect(): Promise<IDBPDatabase<SyncSchema>> {
    const steps = this.options.migrations ?? migrations;
    const request = this.options.factory.open(this.options.name, steps.length);
    request.onupgradeneeded = (event) => {
      const transaction = request.transaction;
      if (transaction) for (const step of steps.slice(event.oldVersion)) step(request.result, transaction);
    };
    return new Promise((resolve, reject) => {
      request.onerror = () => {
        reject(request.error ?? new Error("the database did not open"));
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = () => {
          this.database = null;
        };
        // Another tab has a newer version of the app: let it through, this tab must be loaded anew.
        database.onversionchange = () => {
          this.close();
        };
        resolve(wrap(database) as unknown as IDBPDatabase<SyncSchema>);
      };
    });
  }

  private async reopenOnce<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (reason) {
      if (!BROKEN.has(errorName(reason))) throw reason;
      this.close();
    }
    try {
      return await attempt();
    } catch (reason) {
      if (!BROKEN.has(errorName(reason))) throw reason;
      this.broken = true;
      throw new SyncError("storage.broken");
    }
  }

  private async run<T>(
    label: string,
    names: StoreName[],
    mode: "readonly" | "readwrite",
    durability: IDBTransactionDurability,
    work: (transaction: Writing) => Promise<T>,
  ): Promise<T> {
    this.options.boundary?.(`${label}:before`);
    const database = await this.open();
    const transaction = database.transaction(names, mode, { durability }) as unknown as Writing;
    const done = transaction.done;
    done.catch(() => undefined);
    let result: T;
    try {
      result = await work(transaction);
    } catch (reason) {
      try {
        transaction.abort();
      } catch {
        // It has aborted by itself: a full disk does that.
      }
      await done.catch(() => undefined);
      throw reason;
    }
    await done;
    this.options.boundary?.(`${label}:after`);
    return result;
  }
}

export async function getMeta<K extends keyof MetaValues>(
  transaction: Reading | Writing,
  key: K,
): Promise<MetaValues[K] | undefined> {
  return (await transaction.objectStore("meta").get(key)) as MetaValues[K] | undefined;
}

export async function putMeta<K extends keyof MetaValues>(
  transaction: Writing,
  key: K,
  value: MetaValues[K],
): Promise<void> {
  await transaction.objectStore("meta").put(value, key);
}

export async function getCursor(transaction: Reading | Writing): Promise<Cursor> {
  return (await getMeta(transaction, "cursor")) ?? startCursor;
}

/** All rows of one kind: keys are [kind, id], and an array sorts after every string. */
export function kindRange(kind: string): IDBKeyRange {
  return IDBKeyRange.bound([kind], [kind, []]);
}
