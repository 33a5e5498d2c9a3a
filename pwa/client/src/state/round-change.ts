/** What the office has changed of a round since its driver last said yes: counted without a network. Pure. */
import type { VanStop } from "../api/driver";
import type { NewCommand } from "./sync";
import { longestRise } from "./in-order";
import { isPlanned } from "./stop-lists";

/** What the driver has taken: kept on the phone, ids alone. */
export interface Taken {
  readonly version: number;
  /** All stops that the round had then, in order; null when an older version of the app kept only the number. */
  readonly stops: readonly string[] | null;
}

export interface RoundChange {
  /** Stops that are new, and those that have another place among the others, in driving order. */
  readonly added: readonly VanStop[];
  readonly moved: readonly VanStop[];
  /** Ids of stops that the round does not have any more. */
  readonly removed: readonly string[];
}

/**
 * @param stops the round's stops in order, without those that are called off. What is done is no change, whatever its
 * place is now.
 */
export function roundChange(taken: Taken, stops: readonly VanStop[]): RoundChange {
  const before = taken.stops;
  if (before === null) return { added: [], moved: [], removed: [] };
  const known = new Set(before);
  const left = stops.filter(isPlanned);
  const stayed = left.filter((stop) => known.has(stop.id));
  const steady = new Set(longestRise(stayed.map((stop) => before.indexOf(stop.id))));
  const now = new Set(stops.map((stop) => stop.id));
  return {
    added: left.filter((stop) => !known.has(stop.id)),
    moved: stayed.filter((_, index) => !steady.has(index)),
    removed: before.filter((id) => !now.has(id)),
  };
}

export const isEmpty = (change: RoundChange): boolean => change.added.length + change.moved.length + change.removed.length === 0;

/** Reads what `writeTaken` wrote, also the bare number of before; null for anything else. */
export function readTaken(text: string | null): Taken | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "number") return { version: value, stops: null };
    if (typeof value !== "object" || value === null || !("version" in value) || !("stops" in value)) return null;
    const { version, stops } = value;
    if (typeof version !== "number" || !Array.isArray(stops) || !stops.every((id) => typeof id === "string")) return null;
    return { version, stops };
  } catch {
    return null;
  }
}

export const writeTaken = (version: number, stops: readonly VanStop[]): string => JSON.stringify({ version, stops: stops.map((stop) => stop.id) });

export function acceptCommand(round: { readonly id: string; readonly version: number; readonly rv: number }, now: Date): NewCommand {
  return { type: "round.accept", v: 1, aggregate: round.id, base_rv: round.rv, args: { version: round.version, at: now.toISOString() }, blobs: [] };
}
