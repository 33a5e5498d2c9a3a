/** The order of a round's stops: moving, comparing, and keeping an own order while the server's is read again. Pure. */
import type { RoundDetail, RoundHit } from "../../../api/rounds";
import { longestRise } from "../../../state/in-order";

export type StopOrder = readonly string[];

/** `id` moved `by` places; at the end of the list it stays there. */
export function movedBy(order: StopOrder, id: string, by: number): StopOrder {
  const from = order.indexOf(id);
  return from < 0 ? order : movedTo(order, id, from + by);
}

/** `id` at the place `index` of the list that comes out. */
export function movedTo(order: StopOrder, id: string, index: number): StopOrder {
  const from = order.indexOf(id);
  const to = Math.max(0, Math.min(order.length - 1, index));
  if (from < 0 || from === to) return order;
  const rest = order.filter((other) => other !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

export function sameOrder(one: StopOrder, other: StopOrder): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

/**
 * The order to show while an own change is on its way: the own order for the stops that the server still has; a stop that
 * came meanwhile stands last, one that went is gone.
 */
export function keptOrder(own: StopOrder | null, server: StopOrder): StopOrder {
  if (!own) return server;
  const known = new Set(server);
  const kept = own.filter((id) => known.has(id));
  return [...kept, ...server.filter((id) => !kept.includes(id))];
}

export interface ProposedLine {
  readonly id: string;
  /** Its place now, from 1; 0 when it is not on the list now. */
  readonly before: number;
  /** Its place in the proposal, from 1. */
  readonly after: number;
  /** It would be driven to from another stop than now. */
  readonly moved: boolean;
}

/**
 * What a proposal changes, in the proposal's order. A stop counts as moved when it is not in the longest run of stops that
 * keep their order among each other: taking the last stop first moves one stop, not all of them.
 */
export function compared(now: StopOrder, proposed: StopOrder): readonly ProposedLine[] {
  const places = proposed.map((id) => now.indexOf(id));
  const staying = new Set(longestRise(places));
  return proposed.map((id, index) => ({ id, before: now.indexOf(id) + 1, after: index + 1, moved: !staying.has(index) }));
}

export interface Box {
  readonly id: string;
  readonly top: number;
  readonly bottom: number;
}

/** Where a stop that is being dragged would land: the index in the order that comes out. */
export function landing(boxes: readonly Box[], id: string, y: number): number {
  return boxes.filter((box) => box.id !== id && (box.top + box.bottom) / 2 < y).length;
}

/** True when the day's list says something else of the round than what is shown of it, or does not have it any more. */
export function happened(shown: RoundDetail, listed: RoundHit | undefined): boolean {
  return !listed || listed.rv !== shown.rv || listed.done !== shown.done || listed.failed !== shown.failed || listed.stops !== shown.stops.length || listed.state !== shown.state;
}
