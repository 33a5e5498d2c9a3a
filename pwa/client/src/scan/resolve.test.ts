import { describe, expect, it } from "vitest";
import { parseScan } from "./payload";
import { resolveScan, signalOf, type ScanContext } from "./resolve";

const now = new Date("2026-11-25T09:00:00Z");
const token = "0123456789ABCDEFGHJKMNPQRS";
const context: ScanContext = {
  devices: [{ number: "104901", label_versions: { live: [2], revoked: [1] } }],
  host: "hmc.test",
  wanted: null,
  seen: new Map(),
  now,
};
const scan = (raw: string, changes: Partial<ScanContext> = {}) => resolveScan(parseScan(raw), { ...context, ...changes });

describe("what a scan means", () => {
  it.each([
    ["our label", `HTTPS://HMC.TEST/F/104901-2-${token}`, "found"],
    ["the bare number", "104901", "found"],
    ["a withdrawn label", `HTTPS://HMC.TEST/F/104901-1-${token}`, "revoked"],
    ["another centre's label", `HTTPS://OTHER.TEST/F/555555-1-${token}`, "other_centre"],
    ["a number that is not on the phone", "555555", "unknown_device"],
    ["somebody else's code", "https://example.test/x", "foreign"],
    ["half a label", "HTTPS://HMC.TEST/F/104901-2-ABC", "damaged"],
    ["three digits", "123", "too_short"],
    ["nothing", " ", "nothing"],
  ])("%s", (_what, raw, kind) => {
    expect(scan(raw).kind).toBe(kind);
  });

  it("knows that a K-number is a part of its device", () => {
    expect(scan("K-104901")).toEqual({ kind: "found", number: "104901", component: true });
  });

  it("is amber for the same device within ten minutes, not after", () => {
    const seen = new Map([["104901", new Date("2026-11-25T08:55:00Z")]]);
    expect(signalOf(scan("104901", { seen }))).toBe("again");
    expect(signalOf(scan("104901", { seen: new Map([["104901", new Date("2026-11-25T08:49:00Z")]]) }))).toBe("ok");
  });

  it("stops when an order is about another device, even one that was just seen", () => {
    const outcome = scan("104901", { wanted: "75082", seen: new Map([["104901", now]]) });
    expect(outcome).toEqual({ kind: "wrong_device", number: "104901", wanted: "75082" });
    expect(signalOf(outcome)).toBe("stop");
  });

  it("accepts the wanted device again without amber: it is being confirmed", () => {
    expect(scan("104901", { wanted: "104901", seen: new Map([["104901", now]]) }).kind).toBe("found");
  });
});
