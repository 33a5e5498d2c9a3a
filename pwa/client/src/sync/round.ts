/** One round: commands, then rows, then photos, then bundles; again while there is something to send. */
import { uploadAll } from "./blobs";
import { pruneJournal } from "./outbox";
import { pullAll } from "./pull";
import { ensureRegistered, markUnknown, pushAll, type Wire } from "./push";
import { fetchReferences } from "./reference";
import { fetchSealKey, sealWaiting } from "./sealing";
import { RegisterAgain, SignInNeeded, TransportFailure, UpdateNeeded } from "./transport";
import { SyncError } from "./types";

export interface RoundOptions {
  readonly sha256: (bytes: ArrayBuffer) => Promise<string>;
  /** Rows in one chunk of a pull. */
  readonly chunk: number;
  /** The page's first round: look for journal entries that are too old, and count the rows that are really there. */
  readonly first: boolean;
}

/** How a round went that reached the server. */
export interface RoundResult {
  signIn: boolean;
  update: boolean;
  failure: string | null;
}

/** A round ends by itself; this only keeps two confused machines from talking for ever. */
const MOST_TURNS = 50;

/**
 * Syncs until nothing waits.
 *
 * @throws {TransportFailure} nobody answered; or an error of the store.
 */
export async function round(wire: Wire, options: RoundOptions): Promise<RoundResult> {
  const result: RoundResult = { signIn: false, update: false, failure: null };
  if (options.first) await pruneJournal(wire.store, wire.now());
  let unknown = 0;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    try {
      await ensureRegistered(wire);
    } catch (reason) {
      await note(reason, result, wire);
      return result;
    }
    const again = await steps(wire, { ...options, first: options.first && turn === 0 }, result);
    if (again) unknown += 1;
    if (unknown > 1) result.failure ??= "push_key.unknown";
    if (result.failure !== null || result.signIn) return result;
    if (!again && !(await hasWaiting(wire))) return result;
  }
  return result;
}

/** A step that the server refuses does not stop the next one. Returns true when the install must be registered anew. */
async function steps(wire: Wire, options: RoundOptions, result: RoundResult): Promise<boolean> {
  for (const step of [
    // First: what follows may find no network, and then the work lies here for long.
    () => sealWaiting(wire),
    () => pushAll(wire),
    async () => {
      const { minBuild } = await pullAll(wire, options.chunk, options.first);
      result.update ||= isOlder(wire.build, minBuild);
    },
    () => uploadAll(wire, options.sha256),
    () => fetchReferences(wire, options.sha256),
    // What is not needed for the first picture comes when it is.
    async () => (await import("./device-index")).fetchDeviceIndex(wire, options.sha256),
    async () => {
      await fetchSealKey(wire, options.first);
      await sealWaiting(wire);
    },
  ]) {
    try {
      await step();
    } catch (reason) {
      await note(reason, result, wire);
      if (reason instanceof RegisterAgain) return true;
    }
  }
  return false;
}

/** Notes what a round can live with; throws on what it cannot: no network, or a store that fails. */
async function note(reason: unknown, result: RoundResult, wire: Wire): Promise<void> {
  if (reason instanceof SignInNeeded) result.signIn = true;
  else if (reason instanceof UpdateNeeded) result.update = true;
  else if (reason instanceof RegisterAgain) await markUnknown(wire);
  else if (reason instanceof TransportFailure && reason.reached) result.failure ??= reason.code;
  else if (reason instanceof SyncError && reason.code === "blob.damaged") result.failure ??= reason.code;
  else throw reason;
}

function hasWaiting(wire: Wire): Promise<boolean> {
  return wire.store.read("has_waiting", ["outbox"], async (transaction) => {
    const commands = await transaction.objectStore("outbox").getAll();
    return commands.some((command) => command.state === "waiting");
  });
}

/** True when `build` is older than `least`; versions that are no numbers are never older. */
export function isOlder(build: string, least: string): boolean {
  const parts = (version: string): number[] => version.split(".").map(Number);
  const [mine, needed] = [parts(build), parts(least)];
  if (least === "" || [...mine, ...needed].some((part) => !Number.isInteger(part))) return false;
  for (let index = 0; index < Math.max(mine.length, needed.length); index += 1) {
    const difference = (mine[index] ?? 0) - (needed[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
