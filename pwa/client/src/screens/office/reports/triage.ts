/** What the triage list decides by itself: order, groups, and which decision is offered first. No DOM, no IO. */
import type { DecideReport, ReportDecision, ReportDetail, ReportHit } from "../../../api/reports";
import { codePoints } from "../../../protocol/values";

export const LONGEST_ANSWER = 1000;

/** Oldest first, because somebody waits; what came in a flood is read last (SR-12). */
export function inOrder(reports: readonly ReportHit[]): readonly ReportHit[] {
  return [...reports].sort((a, b) => Number(a.held) - Number(b.held) || a.received_at.localeCompare(b.received_at) || a.id.localeCompare(b.id));
}

export interface Groups {
  readonly centre: readonly ReportHit[];
  readonly prescriber: readonly ReportHit[];
}

/** The two lists of, apart. */
export function grouped(reports: readonly ReportHit[], ordered: boolean): Groups {
  const all = ordered ? inOrder(reports) : reports;
  return { centre: all.filter((one) => one.to === "centre"), prescriber: all.filter((one) => one.to === "prescriber") };
}

/** The decision that is offered first, the others stay one key away; null when nothing speaks for any of them. */
export function offered(report: Pick<ReportDetail, "proposed" | "open_orders" | "known_device">): ReportDecision | null {
  // The server's proposal is by topic and article; what is known of the device narrows it.
  if (report.proposed === "refer") return "refer";
  if (report.open_orders.length > 0) return "duplicate";
  return report.known_device ? "work_order" : null;
}

export type Missing = "device_missing" | "fault_missing" | "fault_long" | "priority_missing" | "prescriber_missing" | "which_missing" | "answer_missing";

export interface Draft {
  readonly decision: ReportDecision;
  readonly answer: string;
  readonly fault: string;
  readonly priority: number | null;
  readonly duplicateOf: string;
  readonly knownDevice: boolean;
  readonly prescriber: boolean;
}

/** What stops a decision. `limit` is the region's own for fault texts. */
export function missing(draft: Draft, limit: number): readonly Missing[] {
  const found: Missing[] = [];
  if (draft.decision === "work_order") {
    if (!draft.knownDevice) found.push("device_missing");
    if (!draft.fault.trim()) found.push("fault_missing");
    if (codePoints(draft.fault) > limit) found.push("fault_long");
    if (draft.priority === null) found.push("priority_missing");
  }
  if (draft.decision === "refer" && !draft.prescriber) found.push("prescriber_missing");
  if (draft.decision === "duplicate" && !/^[0-9]{8}$/.test(draft.duplicateOf.trim())) found.push("which_missing");
  // The one who is turned away hears why.
  if (draft.decision === "reject" && !draft.answer.trim()) found.push("answer_missing");
  return found;
}

/** What is sent but for the work order's own fields. */
export function decisionOf(draft: Draft): DecideReport {
  return { decision: draft.decision, answer: draft.answer.trim(), ...(draft.decision === "duplicate" ? { duplicate_of: draft.duplicateOf.trim() } : {}) };
}

/** The report to look at after one has been decided: the next in the list, else the one before. */
export function after(list: readonly { readonly id: string }[], id: string): string {
  const at = list.findIndex((one) => one.id === id);
  return (list[at + 1] ?? list[at - 1])?.id ?? "";
}
