/** The sync core as the screens meet it: its types, and the one instance that main.ts hands over. */
import type { Sync } from "../sync/types";

export type { DayAccount } from "../sync/day";
export type { UnsentFile, UnsentFiles } from "../sync/unsent-file";
export type { CommandBlob, CommandRow, NewCommand, OutboxEntry, Sync, SyncState, Verdict } from "../sync/types";

let instance: Sync | null = null;

export function provideSync(sync: Sync): void {
  instance = sync;
}

export function sync(): Sync {
  if (!instance) throw new Error("main.ts has not handed over the sync core");
  return instance;
}
