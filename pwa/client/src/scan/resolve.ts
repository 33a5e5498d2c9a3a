/** What a scan means for the person who holds the phone: which device, and if not, why not. Pure. */
import type { Device } from "../api/types";
import type { Scan } from "./payload";

export type ScanOutcome =
  /** A device the phone knows; `component` when the code sat on one of its parts. */
  | { readonly kind: "found"; readonly number: string; readonly component: boolean }
  /** The same again within ten minutes. */
  | { readonly kind: "seen"; readonly number: string; readonly seenAt: Date }
  /** Another device than the order at hand is about. */
  | { readonly kind: "wrong_device"; readonly number: string; readonly wanted: string }
  /** Replaced by a newer label: the number holds, the label must go. */
  | { readonly kind: "revoked"; readonly number: string }
  /** The device carries another centre's label and is not among ours. */
  | { readonly kind: "other_centre"; readonly number: string }
  | { readonly kind: "unknown_device"; readonly number: string }
  /** The region has it, but it is in none of this phone's orders. */
  | { readonly kind: "elsewhere"; readonly number: string }
  | { readonly kind: "foreign" }
  | { readonly kind: "damaged" }
  | { readonly kind: "too_short" }
  | { readonly kind: "nothing" };

export interface ScanContext {
  readonly devices: readonly Pick<Device, "number" | "label_versions">[];
  /** Host of this installation, lower case with the port if there is one. */
  readonly host: string;
  /** The device the order at hand is about, when scanning from an order. */
  readonly wanted: string | null;
  readonly seen: ReadonlyMap<string, Date>;
  readonly now: Date;
}

const AGAIN_MS = 10 * 60 * 1000;

export function resolveScan(scan: Scan, context: ScanContext): ScanOutcome {
  if (scan.kind === "foreign_code") return { kind: "foreign" };
  if (scan.kind === "unreadable") {
    if (scan.reason === "damaged_label") return { kind: "damaged" };
    if (scan.reason === "number_too_short") return { kind: "too_short" };
    return scan.reason === "empty" ? { kind: "nothing" } : { kind: "foreign" };
  }
  const { number } = scan;
  const device = context.devices.find((known) => known.number === number);
  if (scan.kind === "own_label") {
    if (device?.label_versions.revoked.includes(scan.version)) return { kind: "revoked", number };
    if (!device && scan.host !== context.host) return { kind: "other_centre", number };
  }
  if (context.wanted !== null && number !== context.wanted) return { kind: "wrong_device", number, wanted: context.wanted };
  if (!device) return { kind: "unknown_device", number };
  const seenAt = context.seen.get(number);
  if (seenAt && context.wanted === null && context.now.getTime() - seenAt.getTime() < AGAIN_MS) return { kind: "seen", number, seenAt };
  return { kind: "found", number, component: scan.kind === "component_of" };
}

export type ScanSignal = "ok" | "again" | "stop";

/** Red is for "do not"; the same device twice is amber. */
export function signalOf(outcome: ScanOutcome): ScanSignal {
  if (outcome.kind === "found") return "ok";
  return outcome.kind === "seen" || outcome.kind === "elsewhere" ? "again" : "stop";
}
