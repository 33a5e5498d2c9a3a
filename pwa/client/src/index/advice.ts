/**
 * What to do with a scanned device here and now: the region's index and what the phone itself knows, in one sentence's
 * worth. Pure. The phone's own rows win over the index where both speak of the same thing: the index may be older.
 */
import type { DoorOutcome, LoadOutcome } from "../scan/stop-scan";
import type { DeviceFacts, DeviceStatus } from "./format";
import { stops, type Notice } from "./verdict";

/** An open order of the phone's own about the device. */
export interface OwnOrder {
  readonly number: string;
  readonly type: string;
  /** When the holder was told of the visit; an ISO instant. */
  readonly contacted_at: string | null;
}

/** Where the scan is made, and what the phone knows about the device there. */
export type Situation =
  /** A technician with a patient. `wanted` is the device of the order that the scan is for. */
  | { readonly place: "visit"; readonly orders: readonly OwnOrder[]; readonly wanted: string | null; readonly known: boolean }
  | { readonly place: "load"; readonly outcome: LoadOutcome }
  | { readonly place: "door"; readonly outcome: DoorOutcome }
  /** The return desk: `line` is the device's line on an open pick-up order. */
  | { readonly place: "desk"; readonly line: "to_arrive" | "arrived" | "none" };

export type Deed =
  | Notice
  | "other_device"
  | "open_order"
  | "stands_in_store"
  | "nothing_to_do"
  | "load"
  | "leave"
  | "deliver"
  | "do_not_deliver"
  | "collect"
  | "other_stop"
  | "unlisted"
  | "again"
  | "arrive"
  | "no_pickup"
  | "put_away"
  | "none";

export interface Advice {
  /** Red is for "do not". */
  readonly tone: "ok" | "watch" | "stop";
  /** The one thing to do; "none" when the code says nothing of a device, or only the index speaks. */
  readonly deed: Deed;
  /** What else is to be known of it, worst first. */
  readonly notices: readonly Notice[];
  /** Values of the sentence. */
  readonly order?: string;
  readonly stop?: number;
  readonly wanted?: string;
  /** The notice that forbids the deed. */
  readonly because?: Notice;
}

/** the holder is told at least so long before maintenance. */
const TOLD_DAYS = 14;
const DAY = 24 * 3600 * 1000;

/** The device stands at the centre, or is said to. */
export const atCentre: ReadonlySet<DeviceStatus> = new Set<DeviceStatus>(["in_stock", "reserved", "arrived", "cleaning", "inspection", "in_repair"]);

/**
 * @param facts what the index says, or null when it does not know the number
 * @param found what is to be told of it (`notices`), worst first
 */
export function advise(facts: DeviceFacts | null, found: readonly Notice[], situation: Situation, now: Date): Advice {
  switch (situation.place) {
    case "visit":
      return atVisit(facts, found, situation, now);
    case "load":
      return atVan(found, situation.outcome);
    case "door":
      return atDoor(found, situation.outcome);
    case "desk":
      return atDesk(facts, found, situation.line);
  }
}

/** The worst of what says "do not". */
function worst(found: readonly Notice[]): Notice | undefined {
  return found.find((notice) => stops.has(notice));
}

/** Without "unknown": the phone's own rows know the device, so it is the index that is behind. */
function known(found: readonly Notice[]): readonly Notice[] {
  return found.filter((notice) => notice !== "unknown");
}

function atVisit(facts: DeviceFacts | null, found: readonly Notice[], here: Extract<Situation, { place: "visit" }>, now: Date): Advice {
  const maintenance = here.orders.find(({ type, contacted_at: told }) => type === "preventive" && told !== null && now.getTime() - Date.parse(told) >= TOLD_DAYS * DAY);
  const told = (here.known ? known(found) : found).map((notice): Notice => (notice === "pm_overdue_ask" && maintenance ? "pm_overdue_now" : notice));
  const bad = worst(told);
  if (here.wanted !== null) return { tone: "stop", deed: "other_device", notices: told, wanted: here.wanted };
  if (bad) return { tone: "stop", deed: bad, notices: told.filter((notice) => notice !== bad) };
  const order = here.orders.find(({ type }) => type !== "preventive") ?? maintenance ?? here.orders[0];
  if (order) return { tone: told.length > 0 ? "watch" : "ok", deed: "open_order", notices: told, order: order.number };
  const first = told[0];
  if (first) return { tone: "watch", deed: first, notices: told.slice(1) };
  return facts && atCentre.has(facts.status) ? { tone: "watch", deed: "stands_in_store", notices: [] } : { tone: "ok", deed: "nothing_to_do", notices: [] };
}

function atVan(found: readonly Notice[], outcome: LoadOutcome): Advice {
  if (!("number" in outcome)) return { tone: "stop", deed: "none", notices: [] };
  if (outcome.kind === "not_on_round") {
    const bad = worst(found);
    return bad ? { tone: "stop", deed: bad, notices: found.filter((notice) => notice !== bad) } : { tone: "stop", deed: "leave", notices: found };
  }
  const told = known(found);
  const bad = worst(told);
  const stop = outcome.stop.position;
  if (outcome.kind === "again") return { tone: "watch", deed: "again", notices: told, stop };
  if (outcome.kind !== "load") return { tone: "stop", deed: "leave", notices: told, stop };
  if (bad) return { tone: "stop", deed: "leave", notices: told, stop, because: bad };
  return { tone: told.length > 0 ? "watch" : "ok", deed: "load", notices: told, stop };
}

function atDoor(found: readonly Notice[], outcome: DoorOutcome): Advice {
  if (!("number" in outcome)) return { tone: "stop", deed: "none", notices: [] };
  const told = outcome.kind === "unlisted" ? found : known(found);
  const bad = worst(told);
  switch (outcome.kind) {
    case "other_stop":
      return { tone: "stop", deed: "other_stop", notices: told, stop: outcome.stop.position, ...(outcome.wanted ? { wanted: outcome.wanted } : {}) };
    case "unlisted":
      return { tone: bad === "unknown" ? "stop" : "watch", deed: "unlisted", notices: told };
    case "again":
      return { tone: "watch", deed: "again", notices: told };
    case "tick":
      // What comes back may be in any state; what is handed over may not.
      if (outcome.task.kind === "collect") return { tone: "ok", deed: "collect", notices: told };
      if (bad) return { tone: "stop", deed: "do_not_deliver", notices: told, because: bad };
      return { tone: told.length > 0 ? "watch" : "ok", deed: "deliver", notices: told };
  }
}

function atDesk(facts: DeviceFacts | null, found: readonly Notice[], line: "to_arrive" | "arrived" | "none"): Advice {
  const told = line === "none" ? found : known(found);
  const bad = worst(told);
  // Whatever state it is in: what stands on the desk has arrived.
  if (line === "to_arrive") return { tone: bad ? "stop" : told.length > 0 ? "watch" : "ok", deed: "arrive", notices: told };
  if (bad) return { tone: "stop", deed: bad, notices: told.filter((notice) => notice !== bad) };
  if (line === "arrived") return { tone: "watch", deed: "again", notices: told };
  const first = told[0];
  if (facts?.status === "lost" && first) return { tone: "watch", deed: first, notices: told.slice(1) };
  if (facts && atCentre.has(facts.status)) return { tone: told.length > 0 ? "watch" : "ok", deed: "put_away", notices: told };
  return { tone: "stop", deed: "no_pickup", notices: told };
}
