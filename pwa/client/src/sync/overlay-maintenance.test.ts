import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { overlay, type PendingCommand, type Row } from "./overlay";
import { nextDue, type DueFrom } from "./overlay-maintenance";

interface Vector {
  readonly due_on: string;
  readonly performed_on: string;
  readonly months: number;
  readonly due_from: DueFrom;
  readonly next: string;
}

it("reckons the next due day as the server does", () => {
  const vectors = JSON.parse(readFileSync("../../tests/vectors/maintenance/next_due.json", "utf8")) as Vector[];
  expect(vectors.length).toBeGreaterThan(5);
  for (const one of vectors) expect(nextDue(one.due_on, one.performed_on, one.months, one.due_from), JSON.stringify(one)).toBe(one.next);
});

const row: Row = { id: "m1", device_id: "d1", order_id: "o1", state: "booked", due_on: "2026-11-30", interval_months: 12, due_from: "schedule", next_pm: null };
const command = (type: string, aggregate: string, args: Record<string, unknown>): PendingCommand => ({ id: type, type, aggregate, at: "2026-11-25T10:00:00Z", args, blobs: [] });
const laid = (commands: readonly PendingCommand[], verdict: string | null = "approved"): Row | undefined =>
  overlay("maintenance", [row], commands, { name: "T", teams: [], protocolVerdict: () => verdict })[0];

it("waits for a label after an approved closing, without a network, and for nothing after the label", () => {
  const close = command("work_order.close", "o1", { protocol: {}, outcome: "inspected", performed_at: "2026-11-25T09:00:00Z" });
  expect(laid([close])).toMatchObject({ state: "approved", next_pm: "2027-11-30" });
  expect(laid([close, command("maintenance.label", "d1", { how: "handwritten" })])).toMatchObject({ state: "archived" });
  expect(laid([command("maintenance.label", "d1", { how: "handwritten" })])).toMatchObject({ state: "booked" });
});

it("asks what becomes of a device that was not approved, unless the outcome says it", () => {
  const close = (outcome: string) => command("work_order.close", "o1", { protocol: {}, outcome });
  expect(laid([close("inspected")], "not_approved")).toMatchObject({ state: "not_approved" });
  expect(laid([close("exchanged")], "not_approved")).toMatchObject({ state: "exchanged" });
  expect(laid([close("inspected"), command("maintenance.dispose", "d1", { disposition: "quarantined" })], "not_approved")).toMatchObject({ state: "quarantined" });
  expect(laid([command("work_order.close", "o1", { outcome: "adjusted" })], null)).toMatchObject({ state: "in_progress" });
  expect(laid([command("work_order.close", "o2", { outcome: "adjusted" })], null)).toEqual(row);
});
