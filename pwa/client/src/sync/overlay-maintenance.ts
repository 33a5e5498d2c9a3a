/** What a technician's own commands do to the occasions of preventive maintenance, until a pull brings the server's rows. */
import type { RuleEntry } from "./overlay";
import { isRecord } from "./types";

type Rule = RuleEntry["rule"];
export type DueFrom = "completion" | "schedule";

const DISPOSITIONS: Readonly<Record<string, string>> = { exchanged: "exchanged", referred: "referred", not_repairable: "quarantined" };

function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const index = year * 12 + month - 1 + months;
  const last = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate();
  return [Math.floor(index / 12), (index % 12) + 1, Math.min(date, last)].map((part) => String(part).padStart(2, "0")).join("-");
}

/** The next due day; field/maintenance/lifecycle.py says the same (tests/vectors/maintenance/next_due.json). */
export function nextDue(dueOn: string, performedOn: string, months: number, from: DueFrom): string {
  if (from === "completion") return addMonths(performedOn, months);
  let count = 1;
  while (addMonths(dueOn, months * count) <= performedOn) count += 1;
  return addMonths(dueOn, months * count);
}

function stockholmDay(moment: unknown): string {
  const at = new Date(typeof moment === "string" ? moment : 0);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(at);
}

/** Closing an order of an occasion: approved waits for a label, not approved for what becomes of the device. */
const close: Rule = (row, { aggregate, args, at }, context) => {
  if (row["order_id"] !== aggregate || row["state"] === "approved") return row;
  const protocol = args["protocol"];
  const verdict = isRecord(protocol) ? (context.protocolVerdict?.(protocol) ?? null) : null;
  if (verdict === "approved") {
    const months = row["interval_months"];
    const day = stockholmDay(args["performed_at"] ?? at);
    const from = row["due_from"] === "schedule" ? "schedule" : "completion";
    return { ...row, state: "approved", next_pm: typeof months === "number" ? nextDue(String(row["due_on"]), day, months, from) : null };
  }
  if (verdict === "not_approved") return { ...row, state: DISPOSITIONS[String(args["outcome"])] ?? "not_approved" };
  return { ...row, state: "in_progress" };
};

const label: Rule = (row, { aggregate }) => (row["device_id"] === aggregate && row["state"] === "approved" ? { ...row, state: "archived" } : row);

const dispose: Rule = (row, { aggregate, args }) => {
  if (row["device_id"] !== aggregate || row["state"] !== "not_approved") return row;
  return { ...row, state: args["disposition"] === "repaired" ? "in_progress" : args["disposition"] };
};

export const maintenanceRules: Readonly<Record<string, readonly RuleEntry[]>> = {
  "work_order.close": [{ kind: "maintenance", rule: close, many: true }],
  "maintenance.label": [{ kind: "maintenance", rule: label, many: true }],
  "maintenance.dispose": [{ kind: "maintenance", rule: dispose, many: true }],
};
