/** The technicians' day as a grid of minutes: where a card lies, and where it lands. Pure; local minutes of the day. */
import type { TechnicianDay, TriageHit } from "../../../api/triage";
import { toClock, toMoment } from "../rounds/times";

/** What a visit takes when nobody has said it, by order type: a first guess that the card's form changes. */
const USUAL: Readonly<Record<string, number>> = { corrective: 60, preventive: 45, installation: 90, adaptation: 90, consultation: 60 };
export const STEP = 15;

export const usualMinutes = (order: Pick<TriageHit, "type">): number => USUAL[order.type] ?? 60;

export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
export const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export interface Hours {
  /** First and last minute that the grid shows: whole hours round the opening hours, and round what is booked outside them. */
  readonly from: number;
  readonly to: number;
  /** Opening hours, or null on a day when the centre is closed. */
  readonly open: { readonly from: number; readonly to: number } | null;
}

export function hoursOf(day: TechnicianDay): Hours {
  const open = day.opens && day.closes ? { from: minutesOf(toClock(day.opens)), to: minutesOf(toClock(day.closes)) } : null;
  const slots = day.technicians.flatMap((person) => person.orders.flatMap((order) => slotOf(order) ?? []));
  const from = Math.min(open?.from ?? 8 * 60, ...slots.map((slot) => slot.from));
  const to = Math.max(open?.to ?? 16 * 60, ...slots.map((slot) => slot.to));
  return { from: Math.floor(from / 60) * 60, to: Math.min(24 * 60, Math.ceil(to / 60) * 60), open };
}

export interface Slot {
  readonly from: number;
  readonly to: number;
}

/** When the visit is, of its first day; null without a booked time. */
export function slotOf(order: Pick<TriageHit, "booked_from" | "booked_to">): Slot | null {
  if (!order.booked_from || !order.booked_to) return null;
  const from = minutesOf(toClock(order.booked_from));
  const length = Math.round((Date.parse(order.booked_to) - Date.parse(order.booked_from)) / 60_000);
  return { from, to: Math.min(24 * 60, from + Math.max(STEP, length)) };
}

export interface Laid {
  readonly order: TriageHit;
  readonly slot: Slot;
  /** Which of how many columns, where visits overlap. */
  readonly lane: number;
  readonly lanes: number;
}

/** Visits at the same time lie beside each other, so that none hides another. */
export function laidOut(orders: readonly TriageHit[]): readonly Laid[] {
  const timed = orders.flatMap((order) => {
    const slot = slotOf(order);
    return slot ? [{ order, slot }] : [];
  });
  timed.sort((a, b) => a.slot.from - b.slot.from || a.slot.to - b.slot.to);
  const laid: Laid[] = [];
  for (let at = 0; at < timed.length; ) {
    // A group ends where nobody is busy any more.
    let [next, until] = [at, 0];
    const lanes: number[] = [];
    const places: number[] = [];
    while (next < timed.length && (next === at || (timed[next]?.slot.from ?? 0) < until)) {
      const { from, to } = timed[next]?.slot ?? { from: 0, to: 0 };
      let lane = lanes.findIndex((busy) => busy <= from);
      if (lane < 0) lane = lanes.length;
      lanes[lane] = to;
      places.push(lane);
      until = Math.max(until, to);
      next += 1;
    }
    for (let index = at; index < next; index += 1) {
      const one = timed[index];
      if (one) laid.push({ ...one, lane: places[index - at] ?? 0, lanes: lanes.length });
    }
    at = next;
  }
  return laid;
}

/** Where a card is, or would be: "" is the waiting list, a null time is "some time that day". */
export interface Spot {
  readonly technician: string;
  readonly from: number | null;
}

export const snapped = (minutes: number): number => Math.round(minutes / STEP) * STEP;

/** A time that a visit of this length can have within the grid. */
export function fitted(from: number, length: number, hours: Hours): number {
  return Math.max(hours.from, Math.min(snapped(from), hours.to - length));
}

/** One press of an arrow: left and right change the technician, up and down the time; over the first hour lies "no time". */
export function stepped(spot: Spot, key: string, length: number, people: readonly string[], hours: Hours, timed: boolean): Spot {
  const at = people.indexOf(spot.technician);
  if (key === "ArrowLeft") {
    // A visit with a time stays out of the waiting list: the user has been told it.
    if (at === 0 && !timed) return { technician: "", from: null };
    return at > 0 ? { ...spot, technician: people[at - 1] ?? spot.technician } : spot;
  }
  if (key === "ArrowRight") return { ...spot, technician: people[at + 1] ?? spot.technician };
  if (spot.technician === "") return spot;
  if (key === "ArrowDown") return { ...spot, from: spot.from === null ? (hours.open?.from ?? hours.from) : fitted(spot.from + STEP, length, hours) };
  if (key !== "ArrowUp" || spot.from === null) return spot;
  if (spot.from <= hours.from && !timed) return { ...spot, from: null };
  return { ...spot, from: fitted(spot.from - STEP, length, hours) };
}

export type Change =
  | { readonly type: "work_order.book"; readonly args: { readonly from: string; readonly to: string; readonly technician_id: string } }
  | { readonly type: "work_order.assign"; readonly args: { readonly technician_id: string | null; readonly planned_on?: string } };

/** The command that puts an order there; null when a booked time would be lost. */
export function changeTo(order: Pick<TriageHit, "booked_from">, spot: Spot, length: number, day: string): Change | null {
  if (spot.from === null) {
    if (order.booked_from) return null;
    return { type: "work_order.assign", args: spot.technician ? { technician_id: spot.technician, planned_on: day } : { technician_id: null } };
  }
  const [from, to] = [toMoment(day, clockOf(spot.from)), toMoment(day, clockOf(Math.min(spot.from + length, 24 * 60 - 1)))];
  if (!from || !to) return null;
  return { type: "work_order.book", args: { from, to, technician_id: spot.technician } };
}
