import { expect, it } from "vitest";
import {
  clearLine,
  collectedOf,
  completeCommand,
  deliveredOf,
  emptyStopDraft,
  failCommand,
  giveReason,
  hashOf,
  hasStopContent,
  loadCommand,
  missingProof,
  needsProof,
  signerOf,
  tick,
  type Signed,
  undoStopCommand,
  unsettled,
} from "./stop-draft";
import { testStop, testTask } from "./stops.fixture";

const NOW = new Date("2026-11-25T09:00:00Z");
const bed = testTask({ id: "bed", device_number: "104901", state: "loaded" });
const pads = testTask({ id: "pads", device_number: null, quantity: 12, state: "loaded" });
const lift = testTask({ id: "lift", kind: "collect", device_number: "104903" });
const gone = testTask({ id: "gone", device_number: "104999", state: "cancelled" });
const stop = testStop({ tasks: [bed, pads, lift, gone] });
const shotFor = (hash: string | null): Signed => ({ sha256: "5".repeat(64), size: 3, mime: "image/png", bytes: new ArrayBuffer(3), items_sha256: hash ?? "" });

it("knows what is left to say, and that a cancelled line is nobody's", () => {
  const draft = emptyStopDraft(stop);
  expect(hasStopContent(draft)).toBe(false);
  expect(unsettled(draft, stop)).toEqual([bed, pads, lift]);
  tick(draft, bed, "HTTPS://X/F/…");
  giveReason(draft, lift, { code: "not_found", note: "" });
  expect(unsettled(draft, stop)).toEqual([pads]);
  expect(hasStopContent(draft)).toBe(true);
  clearLine(draft, bed);
  clearLine(draft, lift);
  expect(draft).toEqual(emptyStopDraft(stop));
});

it("sends what was ticked before the office called it off, and a line that worked at the second try", () => {
  const draft = emptyStopDraft(stop);
  tick(draft, gone, null);
  const failed = testTask({ id: "late", device_number: "104998", state: "failed", failed_code: "no_contact" });
  const later = { ...stop, tasks: [...stop.tasks, failed] };
  tick(draft, failed, null);
  expect(deliveredOf(draft, later).map((item) => item.task_id)).toEqual(["gone", "late"]);
  expect(unsettled(draft, later)).toEqual([bed, pads, lift]);
});

it("holds a tick or a reason of a line, never both", () => {
  const draft = emptyStopDraft(stop);
  tick(draft, lift, null);
  draft.hygiene["lift"] = "dirty";
  giveReason(draft, lift, { code: "dirty", note: "" });
  expect(draft.done).toEqual({});
  expect(draft.hygiene).toEqual({});
  tick(draft, lift, null);
  expect(draft.not_done).toEqual({});
});

it("sends lines in the order they are shown, with the quantity that was handed over", () => {
  const draft = emptyStopDraft(stop);
  tick(draft, pads, null, 10);
  tick(draft, bed, "raw");
  expect(deliveredOf(draft, stop)).toEqual([
    { task_id: "bed", device_number: "104901", scan_raw: "raw", quantity: 1 },
    { task_id: "pads", quantity: 10 },
  ]);
  expect(needsProof(draft, stop)).toBe(true);
});

it("sends what was on no list as it was read", () => {
  const draft = emptyStopDraft(stop);
  tick(draft, lift, null);
  draft.unplanned = [
    { id: "u1", device_number: "777777", scan_raw: "label", hygiene: "clean" },
    { id: "u2", device_number: "888888", scan_raw: null, hygiene: "unknown" },
  ];
  expect(collectedOf(draft, stop)).toEqual([
    { task_id: "lift", device_number: "104903", quantity: 1, hygiene: "unknown" },
    { scan_raw: "label", quantity: 1, hygiene: "clean" },
    { device_number: "888888", quantity: 1, hygiene: "unknown" },
  ]);
  expect(needsProof(draft, stop)).toBe(false);
});

it("proposes the recipient's name, but never a protected one", () => {
  const draft = emptyStopDraft(stop);
  expect(signerOf(draft, stop)).toBe("Testa Testsson");
  expect(signerOf(draft, { name: "Skyddad identitet", protected: true })).toBe("");
  draft.signer = "";
  expect(signerOf(draft, stop)).toBe("");
});

it("asks for a signature of exactly these items", async () => {
  const draft = emptyStopDraft(stop);
  expect(await hashOf(draft, stop)).toBeNull();
  expect(missingProof(draft, stop, null)).toEqual(["items", "signature"]);
  tick(draft, bed, null);
  const hash = await hashOf(draft, stop);
  draft.signature = shotFor(hash);
  expect(missingProof(draft, stop, hash)).toEqual([]);
  tick(draft, pads, null);
  expect(missingProof(draft, stop, await hashOf(draft, stop))).toEqual(["signature"]);
  draft.method = "photo";
  draft.photo = shotFor(await hashOf(draft, stop));
  expect(missingProof(draft, stop, await hashOf(draft, stop))).toEqual([]);
  draft.method = "signature";
  expect(missingProof(draft, stop, await hashOf(draft, stop))).toEqual(["signature"]);
  draft.method = "name";
  draft.signer = " ";
  expect(missingProof(draft, stop, await hashOf(draft, stop))).toEqual(["name"]);
});

it("makes one command of the whole stop, with the picture that its method needs and no other", async () => {
  const draft = emptyStopDraft(stop);
  tick(draft, bed, null);
  giveReason(draft, lift, { code: "not_found", note: "" });
  const hash = (await hashOf(draft, stop)) ?? "";
  const shot = shotFor(hash);
  draft.signature = shot;
  const signed = completeCommand(draft, stop, hash, NOW);
  expect(signed).toMatchObject({ type: "stop.complete", aggregate: stop.id, base_rv: 7 });
  expect(signed.args).toEqual({
    delivered: [{ task_id: "bed", device_number: "104901", quantity: 1 }],
    collected: [],
    not_done: [{ task_id: "lift", code: "not_found", note: "" }],
    proof: { signer_name: "Testa Testsson", method: "signature", items_sha256: hash, blob: { sha256: shot.sha256, size: 3, mime: "image/png" } },
    at: NOW.toISOString(),
  });
  expect(signed.blobs).toEqual([{ role: "signature", mime: "image/png", bytes: shot.bytes }]);
  draft.method = "name";
  const named = completeCommand(draft, stop, hash, NOW);
  expect(named.blobs).toEqual([]);
  expect(named.args["proof"]).toEqual({ signer_name: "Testa Testsson", method: "name", items_sha256: hash });
  expect(completeCommand(draft, stop, null, NOW).args["proof"]).toBeNull();
});

it("saves each line that goes into the van by itself", () => {
  expect(loadCommand(stop, bed, "raw", NOW).args).toEqual({ items: [{ task_id: "bed", device_number: "104901", scan_raw: "raw", quantity: 1 }], at: NOW.toISOString() });
  expect(loadCommand(stop, pads, null, NOW).args).toEqual({ items: [{ task_id: "pads", quantity: 12 }], at: NOW.toISOString() });
  expect(failCommand(stop, { code: "no_contact", note: "x" }, NOW).args).toEqual({ code: "no_contact", note: "x", at: NOW.toISOString() });
  expect(undoStopCommand("s", "c")).toEqual({ type: "stop.undo", v: 1, aggregate: "s", base_rv: null, args: { command_id: "c" }, blobs: [] });
});
