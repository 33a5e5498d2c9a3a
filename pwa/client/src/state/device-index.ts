/** The region's device index as the screens ask it: what a scanned device is, without a network. */
import { localDate } from "../i18n";
import { advise, type Advice, type Situation } from "../index/advice";
import { DeviceIndex, IndexFormatError, type DeviceFacts } from "../index/format";
import { atAnotherAddress, notices, stops, tokenCheck, type Notice } from "../index/verdict";
import type { Scan } from "../scan/payload";
import { sync } from "./sync";

export interface ScanVerdict {
  /** null: the region has no such device. */
  readonly facts: DeviceFacts | null;
  /** Worst first. */
  readonly notices: readonly Notice[];
  /** One of them says "do not". */
  readonly mustNot: boolean;
}

let read: Promise<DeviceIndex | null> | null = null;
let listening = false;

async function open(): Promise<DeviceIndex | null> {
  const content = await sync().deviceIndex();
  try {
    return content ? DeviceIndex.read(content) : null;
  } catch (reason) {
    if (reason instanceof IndexFormatError) return null;
    throw reason;
  }
}

/** The index on this phone, read once for as long as it stays the same; null when there is none. */
export function deviceIndex(): Promise<DeviceIndex | null> {
  if (!listening) {
    listening = true;
    sync().onChange((kinds) => {
      if (kinds.has("device_index")) read = null;
    });
  }
  // Asked again after a failure, or when there was none yet.
  read ??= open().then(
    (index) => {
      if (!index) read = null;
      return index;
    },
    () => (read = null),
  );
  return read;
}

/** @returns null when the scan names no device, or there is no index on this phone */
export async function judgeScan(scan: Scan, now: Date = new Date()): Promise<ScanVerdict | null> {
  if (scan.kind === "foreign_code" || scan.kind === "unreadable") return null;
  const index = await deviceIndex();
  if (!index) return null;
  const facts = index.find(scan.number);
  const label = scan.kind === "own_label" ? { version: scan.version, check: await tokenCheck(scan.token) } : null;
  const said = notices(facts, label, localDate(now.toISOString()));
  const found = scan.kind === "own_label" && scan.host !== location.host.toLowerCase() ? atAnotherAddress(said) : said;
  return { facts, notices: found, mustNot: found.some((notice) => stops.has(notice)) };
}

/** What to do with what was scanned, here and now; without an index the phone's own rows speak alone. */
export async function adviseScan(scan: Scan, situation: Situation, now: Date = new Date()): Promise<{ readonly advice: Advice; readonly verdict: ScanVerdict | null }> {
  const verdict = await judgeScan(scan, now);
  return { advice: advise(verdict?.facts ?? null, verdict?.notices ?? [], situation, now), verdict };
}
