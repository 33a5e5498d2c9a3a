import { describe, expect, it } from "vitest";
import type { DeviceFact } from "../api/traceability";
import { factAddress, factWords } from "./history-words";

const fact = (kind: DeviceFact["kind"], rest: Partial<DeviceFact> = {}): DeviceFact => ({ at: "2026-03-02T08:00:00Z", kind, ref: "", what: "", text: "", by_name: "", ...rest });

describe("a device's history in words", () => {
  it("says what happened, and what is missing leaves no hole", () => {
    expect(factWords(fact("order_closed", { ref: "15510441", what: "repaired" }))).toBe("Arbetsorder 15510441 avslutad: Reparerad");
    expect(factWords(fact("order_closed", { ref: "15510441" }))).toBe("Arbetsorder 15510441 avslutad");
    expect(factWords(fact("handed_out", { what: "person" }))).toBe("Utlämnad till brukare");
    expect(factWords(fact("handed_out", { what: "care_unit", text: "Gullvivan" }))).toBe("Utlämnad till vårdenhet Gullvivan");
    expect(factWords(fact("notice_set", { text: "Bromsen kan lossna" }))).toBe("Säkerhetsmeddelande: Bromsen kan lossna");
    expect(factWords(fact("purchased"))).toBe("Inköpt");
    expect(factWords(fact("counted", { what: "missing", text: "Lager 1" }))).toBe("Inventerad, Lager 1: saknades");
  });

  it("takes braces in what people wrote as they are", () => {
    expect(factWords(fact("blocked", { text: "{ref} spricka" }))).toBe("Spärrad: {ref} spricka");
  });

  it("leads to orders only", () => {
    expect(factAddress(fact("order_started", { ref: "15510441" }))).toBe("/office/orders/15510441");
    expect(factAddress(fact("pickup_ordered", { ref: "15510055" }))).toBe("/office/pickups/15510055");
    expect(factAddress(fact("label_made", { ref: "2" }))).toBe("");
  });
});
