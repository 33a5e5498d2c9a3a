import { expect, test } from "vitest";
import { overlay, type PendingCommand, type Row } from "./overlay";

const context = { name: "Anna Test", teams: [{ id: "t2", name: "Lag 2" }] };
const order: Row = Object.freeze({
  id: "o1",
  state: "registered",
  waiting_for: null,
  proposed: { priority: 3, place: "at_holder", basic_need: null, by_name: "Kundtjänst" },
  assessed: null,
  team: { id: "t1", name: "Lag 1" },
  planned_on: "2026-03-02",
  contact: { name: "Test", phone: "000" },
  time_entries: [],
  parts: [],
  protocols: [],
  started_at: null,
  attachment_pending: false,
});
let serial = 0;

function command(type: string, args: Record<string, unknown>, aggregate: string | null = "o1"): PendingCommand {
  serial += 1;
  return { id: `c${String(serial)}`, type, aggregate, at: `2026-03-02T08:0${String(serial % 10)}:00Z`, args, blobs: [] };
}

function after(row: Row, ...commands: readonly PendingCommand[]): Row {
  return overlay("work_order", [row], commands, context)[0] ?? {};
}

test("assess is final by this technician, and moves a registered order on", () => {
  const row = after(order, command("work_order.assess", { priority: 2, place: "at_centre", team_id: "t2" }));
  expect(row).toMatchObject({ state: "triaged", team: { id: "t2", name: "Lag 2" } });
  expect(row["assessed"]).toMatchObject({ priority: 2, place: "at_centre", basic_need: null, by_name: "Anna Test", final: true });
  expect(order["state"]).toBe("registered");
});

test("no action takes an order back", () => {
  const started = { ...order, state: "started" };
  expect(after(started, command("work_order.assess", { priority: 1, place: "at_holder" }))["state"]).toBe("started");
  expect(after(started, command("work_order.book", { from: "a", to: "b" }))).toMatchObject({ state: "started", booked_from: "a" });
  expect(after({ ...order, state: "waiting", waiting_for: "parts" }, command("work_order.book", { from: "a", to: "b" }))).toMatchObject({
    state: "waiting",
    waiting_for: "parts",
  });
});

test("assign, contact, start, wait and resume", () => {
  expect(after(order, command("work_order.assign", { technician_id: "u9" }))).toMatchObject({
    assigned_to: "u9",
    planned_on: "2026-03-02",
  });
  expect(after(order, command("work_order.contact", { at: "x", result: "no_answer", note: "" }))["contacted_at"]).toBeUndefined();
  expect(after(order, command("work_order.contact", { at: "x", result: "reached", note: "" }))["contacted_at"]).toBe("x");
  const start = command("work_order.start", { at: "2026-03-02T07:00:00Z" });
  const wait = command("work_order.wait", { waiting_for: "parts" });
  expect(after(order, start)).toMatchObject({ state: "started", started_at: "2026-03-02T07:00:00Z" });
  expect(after(order, start, wait)).toMatchObject({ state: "waiting", waiting_for: "parts", started_at: "2026-03-02T07:00:00Z" });
  expect(after(order, start, wait, command("work_order.resume", {}))).toMatchObject({ state: "started", waiting_for: null });
});

test("report keeps facts, close takes the proposal over as final", () => {
  const entry = { id: "time-1", started_at: "x", minutes: 30, comment: "klart" };
  const report = command("work_order.report", { time_entries: [entry], parts: [{ id: "p1" }] });
  const close = command("work_order.close", { outcome: "repaired", time_entries: [entry], parts: [], performed_at: "y" });
  const row = after(order, report, close);
  expect(row).toMatchObject({ state: "closed", outcome: "repaired", closed_at: "y", done_at: "y", parts: [{ id: "p1" }] });
  expect(row["time_entries"]).toEqual([{ visible_to_prescriber: true, ...entry, by_name: "Anna Test" }]);
  expect(row["assessed"]).toMatchObject({ priority: 3, final: true, by_name: "Anna Test" });
});

test("a cancelled order keeps its state, the facts are shown all the same", () => {
  const cancelled = { ...order, state: "cancelled" };
  const row = after(cancelled, command("work_order.close", { outcome: "repaired", time_entries: [{ id: "t" }], parts: [] }));
  expect(row["state"]).toBe("cancelled");
  expect(row["time_entries"]).toHaveLength(1);
  expect(after(cancelled, command("work_order.start", {}))).toBe(cancelled);
});

test("photos make the order wait for its attachments", () => {
  const close = { ...command("work_order.close", { outcome: "repaired", time_entries: [], parts: [] }), blobs: [{}] };
  expect(after(order, close)["attachment_pending"]).toBe(true);
});

test("a protocol is shown with the phone's own judgement, and not without one", () => {
  const protocol = { id: "pr1", template_id: "patient_lift", template_version: 1, answers: {}, signed_at: "z" };
  const close = command("work_order.close", { outcome: "inspected", time_entries: [], parts: [], protocol });
  expect(after(order, close)["protocols"]).toEqual([]);
  const judged = overlay("work_order", [order], [close], { ...context, protocolVerdict: () => "approved" })[0];
  expect(judged?.["protocol_verdict"]).toBe("approved");
  expect(judged?.["protocols"]).toMatchObject([{ id: "pr1", verdict: "approved", by_name: "Anna Test" }]);
});

test("cancel and correct", () => {
  expect(after(order, command("work_order.cancel", { reason: "not_needed", note: "n" }))).toMatchObject({
    state: "cancelled",
    cancel_reason: "not_needed",
    cancel_note: "n",
  });
  const corrected = after(order, command("work_order.correct", { fault_text: "ny", contact: { phone: "111" } }));
  expect(corrected).toMatchObject({ fault_text: "ny", contact: { name: "Test", phone: "111" } });
});

test("undo takes back a command that still waits here, and only that one", () => {
  const start = command("work_order.start", { at: "x" });
  const wait = command("work_order.wait", { waiting_for: "parts" });
  const undo = command("work_order.undo", { command_id: wait.id });
  expect(after(order, start, wait, undo)).toMatchObject({ state: "started", waiting_for: null });
});

test("other orders and other kinds are untouched; message.read reaches its messages", () => {
  const start = command("work_order.start", {}, "o2");
  expect(after(order, start)).toBe(order);
  const messages = [{ id: "m1", read_at: null }, { id: "m2", read_at: null }];
  const read = command("message.read", { message_ids: ["m2"] }, null);
  expect(overlay("message", messages, [start, read], context)).toEqual([messages[0], { id: "m2", read_at: read.at }]);
  const away = command("message.put_away", { message_ids: ["m1"] }, null);
  const back = command("message.put_away", { message_ids: ["m1"], away: false }, null);
  expect(overlay("message", messages, [away], context)).toEqual([{ id: "m1", read_at: null, put_away: true }, messages[1]]);
  expect(overlay("message", messages, [away, back], context)[0]).toMatchObject({ put_away: false });
});
