import { expect, test } from "vitest";
import { testStop, testTask } from "../state/stops.fixture";
import { kindsOfType, overlay, type PendingCommand, type Row } from "./overlay";

const context = { name: "Dag Testsson", teams: [] };
const bed = testTask({ id: "bed" });
const pads = testTask({ id: "pads", device_number: null, quantity: 3 });
const lift = testTask({ id: "lift", kind: "collect", device_number: "104903" });
const stop = Object.freeze({ ...testStop({ id: "s1", round_id: "r1", tasks: [bed, pads, lift] }) }) as unknown as Row;
let serial = 0;

function command(type: string, args: Record<string, unknown>, aggregate: string | null = "s1"): PendingCommand {
  serial += 1;
  return { id: `c${String(serial)}`, type, aggregate, at: "2026-11-25T08:00:00Z", args, blobs: [] };
}

function after(row: Row, ...commands: readonly PendingCommand[]): Row {
  return overlay("stop", [row], commands, context)[0] ?? {};
}

const loadOf = (...ids: string[]): PendingCommand => command("stop.load", { items: ids.map((task_id) => ({ task_id, quantity: 1 })), at: "a" });
const states = (row: Row): unknown[] => (row["tasks"] as Row[]).map((task) => task["state"]);
const proof = { signer_name: "Testa Testsson", method: "signature", items_sha256: "x" };
const everything = { delivered: [{ task_id: "bed", quantity: 1 }, { task_id: "pads", quantity: 3 }], collected: [{ task_id: "lift", quantity: 1, hygiene: "dirty" }], not_done: [], proof, at: "b" };

test("a load shows at once, and an undo takes back that one only", () => {
  const one = loadOf("bed");
  const two = loadOf("pads");
  expect(states(after(stop, one, two))).toEqual(["loaded", "loaded", "planned"]);
  expect(states(after(stop, one, two, command("stop.undo", { command_id: two.id })))).toEqual(["loaded", "planned", "planned"]);
  expect(after(stop, one)["state"]).toBe("planned");
  expect(states(stop)).toEqual(["planned", "planned", "planned"]);
});

test("a whole stop is done, with its proof, hygiene and quantities", () => {
  const row = after(stop, command("stop.complete", everything));
  expect(row).toMatchObject({ state: "done", done_at: "b", proof: { signer_name: "Testa Testsson", method: "signature", at: "b" } });
  expect(states(row)).toEqual(["done", "done", "done"]);
  expect(row["tasks"]).toMatchObject([{}, { done_quantity: 3 }, { hygiene: "dirty" }]);
});

test("what was not done, or not mentioned, makes the stop partial; nothing done makes it failed", () => {
  const reason = { task_id: "lift", code: "not_found", note: "" };
  const partly = after(stop, command("stop.complete", { ...everything, collected: [], not_done: [reason] }));
  expect(partly["state"]).toBe("partial");
  expect((partly["tasks"] as Row[])[2]).toMatchObject({ state: "failed", failed_code: "not_found" });
  expect(after(stop, command("stop.complete", { ...everything, collected: [] }))["state"]).toBe("partial");
  const nothing = after(stop, command("stop.complete", { delivered: [], collected: [], not_done: [reason], proof: null, at: "b" }));
  expect(nothing).toMatchObject({ state: "failed", failed_code: "not_found", proof: null, attempts: [{ at: "b", code: "not_found" }] });
});

test("case 10: what was on no list is a line of its own", () => {
  const collected = [{ scan_raw: "HTTPS://X.TEST/F/104977-2-ABC", quantity: 1, hygiene: "clean" }];
  const row = after(stop, command("stop.complete", { ...everything, collected: [...everything.collected, ...collected] }));
  expect(row["tasks"]).toHaveLength(4);
  expect((row["tasks"] as Row[])[3]).toMatchObject({ kind: "collect", device_number: "104977", unplanned: true, state: "done", hygiene: "clean" });
  expect(row["state"]).toBe("done");
});

test("cases 12 and 13: an attempt is kept, the stop goes to failed from planned only", () => {
  const failed = after(stop, command("stop.fail", { code: "no_contact", note: "ringde", at: "b" }));
  expect(failed).toMatchObject({ state: "failed", failed_code: "no_contact", failed_note: "ringde", attempts: [{ at: "b", code: "no_contact" }] });
  for (const state of ["done", "cancelled"]) {
    expect(after({ ...stop, state }, command("stop.fail", { code: "no_contact", note: "", at: "b" }))).toMatchObject({ state, attempts: [{ code: "no_contact" }] });
  }
});

test("case 14: a signature wins, over a failed stop and over one that was called off", () => {
  expect(after({ ...stop, state: "failed", failed_code: "no_contact" }, command("stop.complete", everything))).toMatchObject({ state: "done", failed_code: null });
  const off = { ...stop, state: "cancelled", tasks: [bed, lift].map((task) => ({ ...task, state: "cancelled" })) };
  const row = after(off, command("stop.complete", { ...everything, collected: [] }));
  expect(states(row)).toEqual(["done", "cancelled"]);
  expect(row["state"]).toBe("done");
});

test("case 26: undo of a completion or a failure", () => {
  for (const wrong of [command("stop.complete", everything), command("stop.fail", { code: "refused", note: "", at: "b" })]) {
    expect(after(stop, wrong, command("stop.undo", { command_id: wrong.id }))).toEqual(stop);
  }
});

test("the van's return empties it: the round is back, its loaded goods are not loaded any more", () => {
  const back = command("round.return", { at: "b" }, "r1");
  const loaded = { ...stop, tasks: [{ ...bed, state: "loaded" }, { ...lift, state: "done" }] };
  expect(states(after(loaded, back))).toEqual(["planned", "done"]);
  expect(after({ ...loaded, round_id: "r2" }, back)["tasks"]).toEqual(loaded.tasks);
  const rounds = [{ id: "r1", state: "published" }, { id: "r2", state: "published" }];
  expect(overlay("round", rounds, [back], context)).toEqual([{ id: "r1", state: "returned" }, rounds[1]]);
});

test("screens are told which rows a command changes", () => {
  expect(kindsOfType("stop.load")).toEqual(["stop"]);
  expect(kindsOfType("stop.undo")).toEqual(["stop"]);
  expect(kindsOfType("round.return")).toEqual(["round", "stop"]);
  expect(kindsOfType("work_order.undo")).toEqual(["work_order"]);
  expect(kindsOfType("device.scan")).toEqual([]);
});
