import { describe, expect, it } from "vitest";
import { overlay, type PendingCommand } from "./overlay";
import { temporaryNumber } from "./new-rows";

const context = { name: "Tea Testtekniker", teams: [] };
const id = "0198a3c4-0000-7000-8000-000000000001";
let count = 0;
const command = (type: string, args: Record<string, unknown>, aggregate: string | null = id): PendingCommand => ({ id: `c${String((count += 1))}`, type, aggregate, at: "2026-06-11T08:00:00Z", args, blobs: [] });
const register = command("work_order.register", { type: "corrective", fault_text: "Byt vänster broms.", proposed_priority: 4, proposed_place: "at_holder", proposed_basic_need: "sleep", device_number: "179711" });

describe("an order that is registered on this phone", () => {
  it("is a row at once, and can be worked on and closed before the server has heard of it", () => {
    const close = command("work_order.close", { outcome: "repaired", performed_at: "2026-06-11T08:30:00Z", time_entries: [{ id: "t", started_at: "2026-06-11T08:00:00Z", minutes: 30 }], parts: [] });
    const [row] = overlay("work_order", [], [register, close], context);
    expect(row).toMatchObject({ id, number: temporaryNumber(id), state: "closed", outcome: "repaired", device_number: "179711", rv: 0 });
    expect(row?.["proposed"]).toMatchObject({ priority: 4, basic_need: "sleep", by_name: "Tea Testtekniker" });
    expect(row?.["time_entries"]).toHaveLength(1);
  });

  it("is the server's as soon as there is one, and another kind's rows know nothing of it", () => {
    const known = { id, number: "15510500", state: "registered", fault_text: "Byt vänster broms." };
    expect(overlay("work_order", [known], [register], context)).toEqual([known]);
    expect(overlay("device", [], [register], context)).toEqual([]);
  });

  it("shows exchange, deviation, attempts and texts before the pull", () => {
    const [row] = overlay("work_order", [], [
      register,
      command("work_order.exchange", { old_raw: "179711", new_raw: "410002", at: "2026-06-11T08:10:00Z" }),
      command("work_order.deviation", { text: "Fläkten brann.", harm: "could", at: "2026-06-11T08:11:00Z" }),
      command("work_order.contact", { at: "2026-06-11T08:12:00Z", result: "no_answer", channel: "sms" }),
      command("work_order.notify", { purpose: "call_us", channel: "sms", text: "Ring oss.", send: false }),
      command("work_order.will_miss", { reason: "parts" }),
    ], context);
    expect(row).toMatchObject({ state: "started", exchanges: [{ old_number: "179711", new_number: "410002" }], deviations: [{ harm: "could" }], contact_attempts: [{ channel: "sms", result: "no_answer" }], notices: [{ state: "copied" }], will_miss: { reason: "parts" }, contacted_at: null });
  });

  it("waits for the prescriber when it is referred, and not when that is taken back", () => {
    const refer = command("work_order.refer", {});
    expect(overlay("work_order", [], [register, refer], context)[0]).toMatchObject({ state: "waiting", waiting_for: "prescriber" });
    const undo = command("work_order.undo", { command_id: refer.id });
    expect(overlay("work_order", [], [register, refer, undo], context)[0]).toMatchObject({ state: "registered" });
  });
});
