import { expect, it } from "vitest";
import { testStop, testTask } from "../state/stops.fixture";
import { parseScan } from "./payload";
import { nextToDeliver, resolveDoor, resolveLoad, type DoorOutcome, type LoadOutcome } from "./stop-scan";

const HOST = "hjm.example.test";
const label = (number: string, host = HOST): string => `HTTPS://${host.toUpperCase()}/F/${number}-1-0123456789ABCDEFGHJKMNPQRS`;
const bed = testTask({ id: "bed", device_number: "104901" });
const chair = testTask({ id: "chair", device_number: "104902" });
const lift = testTask({ id: "lift", kind: "collect", device_number: "104903" });
const pads = testTask({ id: "pads", device_number: null, quantity: 3 });
const first = testStop({ id: "s1", position: 1, tasks: [bed, chair, lift, pads] });
const second = testStop({ id: "s2", position: 2, tasks: [testTask({ id: "walker", device_number: "104904" }), testTask({ id: "old", kind: "collect", device_number: "104905" })] });
const stops = [first, second];
const none: ReadonlySet<string> = new Set();

const load = (raw: string, round = stops): LoadOutcome => resolveLoad(parseScan(raw), round, HOST);
const door = (raw: string, ticked = none, taken = none, here = first): DoorOutcome => resolveDoor(parseScan(raw), here, stops, ticked, taken, HOST);

it("loads what is to be delivered, by label or by number", () => {
  expect(load(label("104904"))).toMatchObject({ kind: "load", number: "104904", stop: { id: "s2" }, task: { id: "walker" } });
  expect(load("10 49 01")).toMatchObject({ kind: "load", task: { id: "bed" } });
});

it("is amber for what is in the van or delivered already", () => {
  for (const state of ["loaded", "done"] as const) {
    const outcome = load("104901", [testStop({ tasks: [{ ...bed, state }] })]);
    expect(outcome).toMatchObject({ kind: "again", number: "104901" });
  }
});

it("is red for what must not go into the van", () => {
  expect(load("104905")).toMatchObject({ kind: "collect_later", stop: { id: "s2" } });
  expect(load("999999")).toEqual({ kind: "not_on_round", number: "999999" });
  expect(load("104901", [testStop({ state: "cancelled", tasks: [bed] })])).toMatchObject({ kind: "called_off" });
  expect(load("104901", [testStop({ tasks: [{ ...bed, state: "cancelled" }] })])).toMatchObject({ kind: "called_off" });
});

it("loads a device for the stop that still wants it when another has called it off", () => {
  const round = [testStop({ id: "s1", state: "cancelled", tasks: [bed] }), testStop({ id: "s2", tasks: [{ ...bed, id: "again" }] })];
  expect(load("104901", round)).toMatchObject({ kind: "load", task: { id: "again" } });
});

it("ticks lines of this stop, loaded or not", () => {
  expect(door(label("104902"))).toMatchObject({ kind: "tick", task: { id: "chair" } });
  expect(door("104903")).toMatchObject({ kind: "tick", task: { id: "lift" } });
  const loaded = testStop({ id: "s1", tasks: [{ ...bed, state: "loaded" }] });
  expect(door("104901", none, none, loaded)).toMatchObject({ kind: "tick", task: { id: "bed" } });
});

it("ticks a line that did not work before", () => {
  const failed = testStop({ id: "s1", state: "failed", tasks: [{ ...bed, state: "failed", failed_code: "no_contact" }] });
  expect(door("104901", none, none, failed)).toMatchObject({ kind: "tick", task: { id: "bed" } });
});

it("is amber for a device that is ticked or taken already", () => {
  expect(door("104901", new Set(["bed"]))).toEqual({ kind: "again", number: "104901" });
  expect(door("777777", none, new Set(["777777"]))).toEqual({ kind: "again", number: "777777" });
});

it("says whose stop a strange device belongs to and which one is wanted here", () => {
  expect(door("104904")).toMatchObject({ kind: "other_stop", stop: { position: 2 }, wanted: "104901" });
  expect(door("104904", new Set(["bed"]))).toMatchObject({ kind: "other_stop", wanted: "104902" });
  expect(door("104904", new Set(["bed", "chair"]))).toMatchObject({ kind: "other_stop", wanted: null });
});

it("asks about a device that is on no list", () => {
  expect(door("777777")).toEqual({ kind: "unlisted", number: "777777" });
  expect(door(label("777777"))).toEqual({ kind: "unlisted", number: "777777" });
});

it("knows a stop that has left the round", () => {
  const kept = testStop({ id: "gone", round_id: "r9", tasks: [testTask({ id: "g", device_number: "104950" })] });
  expect(door("104950", none, none, kept)).toMatchObject({ kind: "tick", task: { id: "g" } });
});

it("does not guess what a code means that is not ours", () => {
  for (const [raw, kind] of [["HTTPS://EXAMPLE.TEST/X", "foreign"], ["12", "too_short"], ["", "nothing"], [`HTTPS://${HOST}/F/104901-1-SHORT`, "damaged"]] as const) {
    expect(load(raw).kind).toBe(kind);
    expect(door(raw).kind).toBe(kind);
  }
});

it("sends a device of another centre back, unless its number is on the list", () => {
  expect(load(label("555555", "annan.example.test"))).toEqual({ kind: "other_centre" });
  expect(load(label("104901", "annan.example.test"))).toMatchObject({ kind: "load" });
  expect(door(label("555555", "annan.example.test"))).toEqual({ kind: "other_centre" });
});

it("goes through the devices to deliver in the order of the lines", () => {
  expect(nextToDeliver(first, none)?.id).toBe("bed");
  expect(nextToDeliver(first, new Set(["bed", "chair"]))).toBeUndefined();
});
