/** What a scanned device is and what to do about it, worst first. Pure; the twin of labels/device_index/verdict.py. */
import type { DeviceFacts } from "./format";

export const noticeOrder = [
  "unknown",
  "scrapped",
  "safety_notice",
  "quarantined",
  "blocked",
  "label_wrong",
  "lost",
  "label_replaced",
  "pm_overdue_now",
  "pm_overdue_ask",
  "expired_article",
] as const;
export type Notice = (typeof noticeOrder)[number];

/** Notices that say "do not"; the others say "look". */
export const stops: ReadonlySet<Notice> = new Set<Notice>(["unknown", "scrapped", "safety_notice", "quarantined", "blocked", "label_wrong"]);

/**
 * @param facts what the index says of the number, or null when the region has no such device
 * @param label version and check of the label that was read; null for a typed number or an old barcode
 * @param today YYYY-MM-DD where the centre is
 */
export function notices(facts: DeviceFacts | null, label: { readonly version: number; readonly check: number } | null, today: string): Notice[] {
  if (facts === null) return ["unknown"];
  const live = label && facts.labels.find(({ version }) => version === label.version);
  const overdue = facts.nextPm !== null && facts.nextPm < today && facts.status !== "scrapped";
  const told = facts.flags.includes("pm_notice_given");
  const holds: Readonly<Record<Notice, boolean>> = {
    unknown: false,
    scrapped: facts.status === "scrapped",
    safety_notice: facts.flags.includes("safety_notice"),
    quarantined: facts.status === "quarantined",
    blocked: facts.flags.includes("blocked"),
    label_wrong: live ? live.check !== label.check : false,
    lost: facts.status === "lost",
    label_replaced: label !== null && !live,
    pm_overdue_now: overdue && told,
    // Two weeks' notice comes before maintenance (R-228).
    pm_overdue_ask: overdue && !told,
    expired_article: facts.article.expired,
  };
  return noticeOrder.filter((notice) => holds[notice]);
}

/**
 * What remains of a verdict when the label leads to another address than ours: a device keeps its label when the centre's
 * address changes, but anybody can print a number under an address that looks like it. Only its live token speaks for
 * such a label, so a version that is not live is a wrong label and no old one.
 */
export function atAnotherAddress(found: readonly Notice[]): Notice[] {
  const strange = found.map((notice): Notice => (notice === "label_replaced" ? "label_wrong" : notice));
  return noticeOrder.filter((notice) => strange.includes(notice));
}

/** 16 bits of the hash of a label's token, as the index keeps them. */
export async function tokenCheck(token: string): Promise<number> {
  const digest = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return digest.getUint16(0);
}
