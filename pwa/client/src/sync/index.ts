/** The phone's sync core. Screens use `createSync` and the types; everything else is inside. */
import { SyncCore } from "./core";
import type { Sync } from "./types";
import { browserWorld, type World } from "./world";

export { backoff, EVERY } from "./triggers";
export type { Channel, Locks, PokeSource, Surroundings } from "./triggers";
export type { Codec } from "./codec";
export type { DayAccount } from "./day";
export type { UnsentFile, UnsentFiles } from "./unsent-file";
export type { World } from "./world";
export { overlay, type OverlayContext, type PendingCommand } from "./overlay";
export { SyncError } from "./types";
export type {
  CommandBlob,
  CommandRow,
  DeviceState,
  NewCommand,
  OutboxEntry,
  Phase,
  Sync,
  SyncSession,
  SyncState,
  Verdict,
} from "./types";

/** Any part of the surroundings may be given; what is left out is the browser's own. */
export type SyncOptions = { readonly [K in keyof World]?: World[K] | undefined };

/** Makes the sync core of this page. `start` opens the user's store. */
export function createSync(options: SyncOptions = {}): Sync {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const world = { ...browserWorld(), indexedDB: options.indexedDB ?? globalThis.indexedDB, ...given } as World;
  return new SyncCore(world);
}
