/** How a report stands, in the patient's terms: one word now, and the road behind and before it. */
import type { ReportStatus } from "../../api/public";

export type StandingWord = "received" | "work_order_created" | "referred" | "duplicate" | "rejected" | "done" | "cancelled";
export type StepWord = "received" | "read" | "booked" | "done";

export interface Standing {
  readonly word: StandingWord;
  readonly tone: "ok" | "";
  /** Nothing more will happen. */
  readonly over: boolean;
  readonly steps: readonly { readonly word: StepWord; readonly at: "passed" | "here" | "before" }[];
}

const WORK: readonly StepWord[] = ["received", "read", "booked", "done"];
/** A referral and a refusal end with being read. */
const SHORT: readonly StepWord[] = ["received", "read"];

function road(words: readonly StepWord[], here: number): Standing["steps"] {
  return words.map((word, index) => ({ word, at: index < here ? "passed" : index === here ? "here" : "before" }));
}

/** Work states that mean that somebody is at it: between the decision and the end. */
const AT_WORK: ReadonlySet<string> = new Set(["booked", "started", "waiting"]);

export function standing(report: Pick<ReportStatus, "state" | "work">): Standing {
  if (report.state === "received") return { word: "received", tone: "", over: false, steps: road(WORK, 0) };
  const withWork = report.state === "work_order_created" || (report.state === "duplicate" && report.work !== null);
  if (!withWork) return { word: report.state, tone: "", over: true, steps: road(SHORT, SHORT.length) };
  if (report.work === "done" || report.work === "closed") return { word: "done", tone: "ok", over: true, steps: road(WORK, WORK.length) };
  if (report.work === "cancelled") return { word: "cancelled", tone: "", over: true, steps: road(SHORT, SHORT.length) };
  return { word: report.state, tone: "", over: false, steps: road(WORK, report.work !== null && AT_WORK.has(report.work) ? 2 : 1) };
}
