/** The one place where scans come in, from the camera, a hand scanner or the keypad, on whatever screen. */
import type { Device, WorkOrder } from "../api/types";
import type { Advice } from "../index/advice";
import { t } from "../i18n";
import { parseScan } from "../scan/payload";
import { resolveScan, signalOf, type ScanOutcome } from "../scan/resolve";
import type { ScanVerdict } from "./device-index";
import { toasts } from "../ui/toast.svelte";
import { ready } from "./live.svelte";
import { settings } from "./settings.svelte";
import { sync } from "./sync";
import { isOpen } from "./urgency";

export interface Scanned {
  readonly outcome: ScanOutcome;
  /** The code's own text, always shown and kept. */
  readonly raw: string;
  readonly at: Date;
  /** What the region's index says; null without one. */
  readonly verdict: ScanVerdict | null;
  /** What to do with it here; null when the code names no device. */
  readonly advice: Advice | null;
  /** Devices whose numbers end with what was typed, when it is no whole number that anybody knows. */
  readonly meant: readonly { readonly number: string; readonly article: string }[];
}

/** More would have to be searched through again. */
const MOST_MEANT = 6;

class Scanner {
  last: Scanned | null = $state.raw(null);
  /** A hand scanner's text that waits for the scan screen to open. */
  pending: string | null = null;
  /** Wakes camera and reader; here as soon as the scan screen's code is. */
  wake: (() => void) | null = null;
  private readonly seen = new Map<string, Date>();

  clear(): void {
    this.last = null;
  }

  /** @param order the order at hand, when scanning from one: its device is the one wanted */
  async take(raw: string, order: { id: string; device: string } | null): Promise<Scanned> {
    const now = new Date();
    const scan = parseScan(raw);
    const devices = await ready<Device>("device");
    const orders = await ready<WorkOrder>("work_order");
    const { adviseScan } = await import("./device-index");
    const number = "number" in scan ? scan.number : null;
    const { verdict, advice } = await adviseScan(
      scan,
      {
        place: "visit",
        orders: orders.filter((row) => row.device_number === number && isOpen(row)),
        wanted: order && order.device !== number ? order.device : null,
        known: devices.some((device) => device.number === number),
      },
      now,
    );
    const own = resolveScan(scan, { devices, host: location.host.toLowerCase(), wanted: order?.device ?? null, seen: this.seen, now });
    const unproved = own.kind === "found" && verdict === null && scan.kind === "own_label" && scan.host !== location.host.toLowerCase();
    // Without the index nothing tells a label of an address that was ours from one of an address that looks like it.
    const outcome: ScanOutcome = unproved ? { kind: "other_centre", number: own.number } : own.kind === "unknown_device" && verdict?.facts ? { kind: "elsewhere", number: own.number } : own;
    if (outcome.kind === "found" || outcome.kind === "seen") this.seen.set(outcome.number, now);
    const unknown = outcome.kind === "too_short" || outcome.kind === "unknown_device";
    const scanned: Scanned = { meant: unknown ? await this.meantBy(scan.raw, devices) : [], outcome, raw: scan.raw, at: now, verdict, advice: number === null ? null : advice };
    // A hit opens its device at once: a card that stands for a moment would only be in the way.
    if (outcome.kind !== "found" || advice.tone === "stop") this.last = scanned;
    const { signal } = await import("../scan/feedback");
    const sound = signalOf(outcome);
    signal(scanned.advice?.tone === "stop" ? "stop" : scanned.advice?.tone === "watch" && sound === "ok" ? "again" : sound, settings);
    // The result stands all the same; only the office does not get to know.
    await this.keep(scanned, devices, order?.id ?? null).catch(() => toasts.show({ text: t("scan.not_saved") }));
    return scanned;
  }

  private async meantBy(raw: string, devices: readonly Device[]): Promise<Scanned["meant"]> {
    const [{ endingWith }, { deviceIndex }] = await Promise.all([import("../scan/last-digits"), import("./device-index")]);
    const index = await deviceIndex();
    const own = new Map(devices.map((device) => [device.number, device.article_name]));
    return endingWith(raw, [...own.keys()], index, MOST_MEANT).map((number) => ({ number, article: own.get(number) ?? index?.find(number)?.article.name ?? "" }));
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
