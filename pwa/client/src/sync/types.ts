/**
 * What the screens see of the sync core, and the words that phone and server exchange (docs/sync.md section 3).
 */

import type { Codec } from "./codec";
import type { DayAccount } from "./day";
import type { UnsentFiles } from "./unsent-file";

export const PROTO = "fieldsync/1";
/** The shape of the rows this client understands. */
export const SCHEMA = 1;

export type Phase = "idle" | "syncing" | "offline" | "needs_sign_in";
export type DeviceState = "active" | "lost" | "wipe";
export type Verdict = "applied" | "recorded" | "parked" | "quarantined";

/** What the phone can truthfully say of itself. Times are ISO 8601 UTC. */
export interface SyncState {
  readonly phase: Phase;
  /** Commands without a verdict from the server. */
  readonly unsent: number;
  /** Photos and signatures that the server does not have yet. */
  readonly unsentBlobs: number;
  readonly oldestUnsentAt: string | null;
  /** When a whole round (send and fetch) last succeeded. */
  readonly lastSyncAt: string | null;
  /** Own commands whose verdict is not `applied` and that nobody has decided yet. */
  readonly notApplied: number;
  /** Why the last round failed: a code such as `network`, `http.503`, `storage.full`, `storage.broken`, `sync.schema`. */
  readonly lastError: string | null;
  /** The server no longer gives rows to this version of the app; sending goes on. */
  readonly updateNeeded: boolean;
  /** Told by the server: a lost phone shows nothing, a phone to be wiped forgets all but its outbox. */
  readonly deviceState: DeviceState;
  /** Until when the rows are shown without another answer of the server; null before the first. */
  readonly readableUntil: string | null;
  /** The server has not been heard for so long that the rows are gone from the phone; the next pull brings them back. */
  readonly outdated: boolean;
}

/** Before anybody is signed in. */
export const closedState: SyncState = {
  phase: "idle",
  unsent: 0,
  unsentBlobs: 0,
  oldestUnsentAt: null,
  lastSyncAt: null,
  notApplied: 0,
  lastError: null,
  updateNeeded: false,
  deviceState: "active",
  readableUntil: null,
  outdated: false,
};

export interface CommandBlob {
  readonly role: string;
  readonly mime: string;
  readonly bytes: ArrayBuffer;
}

export interface NewCommand {
  readonly type: string;
  readonly v: number;
  readonly aggregate: string | null;
  readonly base_rv: number | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly blobs: readonly CommandBlob[];
}

/** A command that lies on this phone; it leaves the list when a pull has brought its effects. */
export interface OutboxEntry {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly aggregate: string | null;
  readonly at: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly blobs: readonly { readonly sha256: string; readonly size: number; readonly sent: boolean }[];
  readonly attempts: number;
  readonly lastError: string | null;
  /** `sent`: the server has it and gave a verdict; its effects are not on the phone yet. */
  readonly state: "waiting" | "sent";
}

/** A row of kind `command`: one of this phone's own commands and what became of it. */
export interface CommandRow {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly verdict: Verdict;
  readonly code: string | null;
  readonly text: string | null;
  readonly aggregate: string | null;
  readonly received_at: string;
  readonly review: {
    readonly state: string;
    readonly reason: string;
    readonly decision: string | null;
    readonly note: string | null;
    readonly decided_at: string | null;
  } | null;
}

/** The part of the server's session that the sync core needs. */
export interface SyncSession {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly teams?: readonly { readonly id: string; readonly name: string }[];
  };
}

export interface BlobName {
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
  readonly role: string;
}

/** One verdict in the answer to a push. */
export interface PushResult {
  readonly seq: number;
  readonly id: string;
  readonly verdict: Verdict;
  readonly code: string | null;
  readonly text: string | null;
}

export interface PatchOperation {
  readonly op: "put" | "del";
  readonly kind: string;
  readonly id: string;
  readonly rv: number;
  readonly row: unknown;
}

/** The answer to a pull, after it has been checked. */
export interface PullAnswer {
  readonly epoch: string;
  readonly cookie: string | null;
  readonly clear: boolean;
  readonly more: boolean;
  readonly lastSeq: number | null;
  readonly minBuild: string;
  readonly state: DeviceState;
  /** Rows that this server gives in one chunk at most; 0 when it does not say. */
  readonly mostRows: number;
  readonly readableHours: number;
  readonly patch: readonly PatchOperation[];
}

/** What the server gave this install at registration. The push key is a secret. */
export interface DeviceKeys {
  readonly device: string;
  readonly push_key: string;
}

export interface Sync {
  /** Opens this user's store and begins to sync in the background; never waits for the network. */
  start(session: SyncSession, codec?: Codec): Promise<void>;
  /** Brings what a user has not sent, and the server alone can open, to the server; their store may be locked. */
  carrySealed(userId: string): Promise<void>;
  /**
   * Ends the user's session on this phone: readable rows are dropped unless `keepRows`, the outbox, photos and drafts
   * stay for when the same user signs in again.
   */
  stop(options?: { readonly keepRows?: boolean }): Promise<void>;
  /** One round now; resolves when it has ended, well or not, and never rejects. `state` tells how it went. */
  syncNow(reason: string): Promise<void>;
  readonly state: SyncState;
  subscribe(listener: (state: SyncState) => void): () => void;
  /** Server rows with this phone's unacknowledged commands laid over them. */
  rows<T>(kind: string): Promise<T[]>;
  row<T>(kind: string, id: string): Promise<T | undefined>;
  /** Tells which kinds may have changed: row kinds, `outbox` and `drafts`. */
  onChange(listener: (kinds: Set<string>) => void): () => void;
  /**
   * Saves a command and its photos; resolves when they are on disk.
   *
   * @throws {SyncError} `storage.full`, `storage.broken`, `command.too_large` or `sync.not_started`; nothing was saved.
   */
  enqueue(command: NewCommand): Promise<{ id: string; seq: number }>;
  outbox(): Promise<OutboxEntry[]>;
  /** Own commands of the last 30 days with their verdicts, oldest first. */
  verdicts(): Promise<CommandRow[]>;
  saveDraft(key: string, value: unknown): Promise<void>;
  draft<T>(key: string): Promise<T | undefined>;
  dropDraft(key: string): Promise<void>;
  drafts(): Promise<{ key: string; value: unknown }[]>;
  /** A reference bundle's content from the phone's own store; undefined when it is not here. */
  reference(sha256: string): Promise<unknown>;
  /**
   * All unsent work on this phone, this user's and sealed ones of others, as a file that only the server opens.
   *
   * @throws {SyncError} `sync.not_started`.
   */
  exportUnsent(): Promise<UnsentFiles>;
  /**
   * Compares a day with the server. `day` is a date in Stockholm, `2026-03-02`.
   *
   * @throws {TransportFailure} nobody answered; nothing is known.
   */
  accountOfDay(day: string): Promise<DayAccount>;
  /** The region's device index (src/index/format.ts) as it lies on the phone; undefined when there is none. */
  deviceIndex(): Promise<Uint8Array | undefined>;
}

/** An error with a code that the screens have words for. */
export class SyncError extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = "SyncError";
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
