import { expect, it } from "vitest";
import { parseScan } from "../scan/payload";
import { testStop, testTask } from "./stops.fixture";
import { account, accounted, reconcileCommand, remaining, resolveVan, takeBack, unitsInVan, type VanDraft } from "./van-draft";

const bed = testTask({ id: "bed", device_number: "104901", state: "loaded", loaded: true });
const gone = testTask({ id: "gone", device_number: "104902", state: "done", loaded: true, done_quantity: 1 });
const never = testTask({ id: "never", device_number: "104903", state: "failed", failed_code: "no_contact" });
const pads = testTask({ id: "pads", device_number: null, quantity: 5, state: "done", done_quantity: 2, loaded: true });
const lift = testTask({ id: "lift", kind: "collect", device_number: "104905", state: "done", done_quantity: 1 });
const off = testTask({ id: "off", device_number: "104906", state: "cancelled", loaded: true });
const stops = [testStop({ tasks: [bed, gone, never, pads] }), testStop({ id: "s2", position: 2, tasks: [lift, off] })];
const units = unitsInVan(stops);
const draft = (): VanDraft => ({ round_id: "r1", said: {} });

it("knows what should be in the van: loaded and not handed over, the rest of a part, what was collected, what was called off", () => {
  expect(units.map(({ task, left }) => [task.id, left])).toEqual([["bed", 1], ["pads", 3], ["lift", 1], ["off", 1]]);
});

it("counts what has been spoken of, in parts too, and takes it back", () => {
  const value = draft();
  const [, loose] = units;
  if (!loose) throw new Error("no unit");
  account(value, loose, "here", "", null, 2);
  expect(accounted(value, loose)).toBe(2);
  expect(remaining(value, units).map(({ task }) => task.id)).toEqual(["bed", "pads", "lift", "off"]);
  account(value, loose, "missing", "borta");
  expect(remaining(value, units).map(({ task }) => task.id)).toEqual(["bed", "lift", "off"]);
  account(value, loose, "here");
  expect(accounted(value, loose), "never more than there should be").toBe(3);
  takeBack(value, loose);
  expect(accounted(value, loose)).toBe(0);
});

it("says at a scan whether it should be here", () => {
  const value = draft();
  const scan = (raw: string): string => resolveVan(parseScan(raw), value, units).kind;
  expect(scan("104901")).toBe("here");
  expect(scan("104902")).toBe("not_here");
  expect(scan("???")).toBe("unreadable");
  const [first] = units;
  if (first) account(value, first, "here");
  expect(scan("104901")).toBe("again");
});

it("becomes one command with every account", () => {
  const value = draft();
  for (const unit of units) account(value, unit, unit.task.id === "lift" ? "missing" : "here", unit.task.id === "lift" ? "flaket tomt" : "");
  const command = reconcileCommand({ id: "r1", rv: 3 }, value, units, new Date("2026-11-24T15:00:00Z"));
  expect(command).toMatchObject({ type: "round.reconcile", aggregate: "r1", args: { at: "2026-11-24T15:00:00.000Z" } });
  expect(command.args["items"]).toEqual([
    { task_id: "bed", code: "here", quantity: 1, note: "" },
    { task_id: "pads", code: "here", quantity: 3, note: "" },
    { task_id: "lift", code: "missing", quantity: 1, note: "flaket tomt" },
    { task_id: "off", code: "here", quantity: 1, note: "" },
  ]);
});
