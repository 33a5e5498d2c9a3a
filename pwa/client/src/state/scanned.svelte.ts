/** The one place where scans come in, from the camera, a hand scanner or the keypad, on whatever screen. */
import type { Device } from "../api/types";
import { parseScan } from "../scan/payload";
import { resolveScan, signalOf, type ScanOutcome } from "../scan/resolve";
import type { ScanVerdict } from "./device-index";
import { ready } from "./live.svelte";
import { settings } from "./settings.svelte";
import { sync } from "./sync";

export interface Scanned {
  readonly outcome: ScanOutcome;
  /** The code's own text, always shown and kept. */
  readonly raw: string;
  readonly at: Date;
  /** What the region's index says; null without one. */
  readonly verdict: ScanVerdict | null;
}

class Scanner {
  last: Scanned | null = $state.raw(null);
  /** A hand scanner's text that waits for the scan screen to open. */
  pending: string | null = null;
  private readonly seen = new Map<string, Date>();

  clear(): void {
    this.last = null;
  }

  /** @param order the order at hand, when scanning from one: its device is the one wanted */
  async take(raw: string, order: { id: string; device: string } | null): Promise<Scanned> {
    const now = new Date();
    const scan = parseScan(raw);
    const devices = await ready<Device>("device");
    const { judgeScan } = await import("./device-index");
    const verdict = await judgeScan(scan, now);
    const own = resolveScan(scan, { devices, host: location.host.toLowerCase(), wanted: order?.device ?? null, seen: this.seen, now });
    const outcome: ScanOutcome = own.kind === "unknown_device" && verdict?.facts ? { kind: "elsewhere", number: own.number } : own;
    if (outcome.kind === "found" || outcome.kind === "seen") this.seen.set(outcome.number, now);
    const scanned = { outcome, raw: scan.raw, at: now, verdict };
    this.last = scanned;
    const { signal } = await import("../scan/feedback");
    signal(verdict?.mustNot ? "stop" : signalOf(outcome), settings);
    await this.keep(scanned, devices, order?.id ?? null);
    return scanned;
  }

  /** Scans that led nowhere are kept for the office, raw: labels that are worn, strange or withdrawn are found that way. */
  private async keep(scanned: Scanned, devices: readonly Device[], orderId: string | null): Promise<void> {
    const { outcome, raw } = scanned;
    const kept = ["revoked", "other_centre", "foreign", "damaged", "wrong_device"];
    // A typed number that the phone does not know is a question, not a scan.
    if (outcome.kind === "unknown_device" ? raw.length <= 8 : !kept.includes(outcome.kind)) return;
    const number = "number" in outcome ? outcome.number : null;
    await sync().enqueue({
      type: "device.scan",
      v: 1,
      aggregate: devices.find((device) => device.number === number)?.id ?? null,
      base_rv: null,
      args: { raw, ...(orderId ? { work_order_id: orderId } : {}) },
      blobs: [],
    });
  }
}

export const scanner = new Scanner();
