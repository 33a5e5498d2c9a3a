import { describe, expect, it } from "vitest";
import { testStop, testTask } from "../state/stops.fixture";
import { parseScan } from "../scan/payload";
import { resolveDoor, resolveLoad } from "../scan/stop-scan";
import { advise, atCentre, type OwnOrder, type Situation } from "./advice";
import { statuses, type DeviceFacts, type DeviceFlag } from "./format";
import { atAnotherAddress, notices, stops } from "./verdict";

const TODAY = "2026-11-24";
const NOW = new Date(`${TODAY}T09:00:00+01:00`);
const HOST = "hjalpmedel.example";

const facts = (changes: Partial<DeviceFacts> = {}): DeviceFacts => ({
  number: "104901",
  article: { number: "23993", name: "Telefontillkoppling", isoClass: "22 24 06", expired: false, pmMonths: 12 },
  status: "with_holder",
  flags: [],
  nextPm: "2027-05-01",
  scrappedOn: null,
  location: "Centrallagret",
  labels: [],
  ...changes,
});
const at = (device: DeviceFacts | null, situation: Situation): ReturnType<typeof advise> => advise(device, notices(device, null, TODAY), situation, NOW);
const order = (changes: Partial<OwnOrder> = {}): OwnOrder => ({ number: "15510441", type: "corrective", contacted_at: null, ...changes });
const visit = (...orders: OwnOrder[]): Situation => ({ place: "visit", orders, wanted: null, known: orders.length > 0 });
const LATE = { nextPm: "2026-05-01" };

describe("with the patient", () => {
  it.each([
    ["nothing", facts(), visit(), "ok", "nothing_to_do"],
    ["an open order", facts(), visit(order()), "ok", "open_order"],
    ["maintenance that nobody was told of", facts(LATE), visit(), "watch", "pm_overdue_ask"],
    ["maintenance with notice in the index", facts({ ...LATE, flags: ["pm_notice_given"] }), visit(), "watch", "pm_overdue_now"],
    ["a device that is in store on paper", facts({ status: "cleaning" }), visit(), "watch", "stands_in_store"],
    ["a scrapped one", facts({ status: "scrapped", scrappedOn: "2011-09-28" }), visit(order()), "stop", "scrapped"],
    ["one in quarantine", facts({ status: "quarantined" }), visit(), "stop", "quarantined"],
    ["one with a safety notice", facts({ flags: ["safety_notice"] }), visit(order()), "stop", "safety_notice"],
    ["one that the region does not have", null, visit(), "stop", "unknown"],
    ["a new device that only the phone knows", null, visit(order()), "ok", "open_order"],
    ["another device than the order's", facts(), { place: "visit", orders: [], wanted: "75082", known: true }, "stop", "other_device"],
  ] as const)("%s", (_, device, situation, tone, deed) => expect(at(device, situation)).toMatchObject({ tone, deed }));

  it("is told two weeks ahead by the phone's own order (R-228)", () => {
    const told = (days: number): Situation => visit(order({ type: "preventive", contacted_at: new Date(NOW.getTime() - days * 86_400_000).toISOString() }));
    expect(at(facts(LATE), told(14)).notices).toEqual(["pm_overdue_now"]);
    expect(at(facts(LATE), told(13.9)).notices).toEqual(["pm_overdue_ask"]);
    expect(at(facts(LATE), visit(order({ type: "preventive" }))).notices).toEqual(["pm_overdue_ask"]);
  });
});

const stopsOfRound = [
  testStop({ id: "one", position: 1, tasks: [testTask({ id: "a", device_number: "104901", state: "planned" })] }),
  testStop({ id: "seven", position: 7, tasks: [testTask({ id: "b", device_number: "104907", state: "loaded" }), testTask({ id: "c", kind: "collect", device_number: "104950" })] }),
];
const here = stopsOfRound[0]!;
const load = (number: string): Situation => ({ place: "load", outcome: resolveLoad(parseScan(number), stopsOfRound, HOST) });
const door = (number: string, ticked: readonly string[] = []): Situation => ({ place: "door", outcome: resolveDoor(parseScan(number), here, stopsOfRound, new Set(ticked), new Set(), HOST) });

describe("beside the van", () => {
  it.each([
    ["on the round", facts(), load("104901"), { tone: "ok", deed: "load", stop: 1 }],
    ["on the round, and newer than the index", null, load("104901"), { tone: "ok", deed: "load", stop: 1 }],
    ["on the round, in quarantine", facts({ status: "quarantined" }), load("104901"), { tone: "stop", deed: "leave", because: "quarantined" }],
    ["on the round, overdue", facts(LATE), load("104901"), { tone: "watch", deed: "load", notices: ["pm_overdue_ask"] }],
    ["not on the round", facts(), load("200000"), { tone: "stop", deed: "leave" }],
    ["not on the round, scrapped", facts({ status: "scrapped" }), load("200000"), { tone: "stop", deed: "scrapped" }],
    ["to be collected later", facts(), load("104950"), { tone: "stop", deed: "leave", stop: 7 }],
    ["loaded already", facts(), load("104907"), { tone: "watch", deed: "again", stop: 7 }],
  ] as const)("%s", (_, device, situation, expected) => expect(at(device, situation)).toMatchObject(expected));
});

describe("at the door", () => {
  it.each([
    ["its own", facts(), door("104901"), { tone: "ok", deed: "deliver" }],
    ["another stop's", facts(), door("104907"), { tone: "stop", deed: "other_stop", stop: 7, wanted: "104901" }],
    ["on no list", facts(), door("200000"), { tone: "watch", deed: "unlisted" }],
    ["in no region", null, door("200000"), { tone: "stop", deed: "unlisted", notices: ["unknown"] }],
    ["ticked already", facts(), door("104901", ["a"]), { tone: "watch", deed: "again" }],
    ["blocked meanwhile", facts({ flags: ["blocked"] }), door("104901"), { tone: "stop", deed: "do_not_deliver", because: "blocked" }],
  ] as const)("%s", (_, device, situation, expected) => expect(at(device, situation)).toMatchObject(expected));
});

describe("at the return desk", () => {
  const desk = (line: "to_arrive" | "arrived" | "none"): Situation => ({ place: "desk", line });
  it.each([
    ["expected", facts(), desk("to_arrive"), "ok", "arrive"],
    ["expected, in quarantine", facts({ status: "quarantined" }), desk("to_arrive"), "stop", "arrive"],
    ["registered already", facts(), desk("arrived"), "watch", "again"],
    ["somebody's, without a pick-up order", facts(), desk("none"), "stop", "no_pickup"],
    ["from the shelf", facts({ status: "in_stock" }), desk("none"), "ok", "put_away"],
    ["lost and found", facts({ status: "lost" }), desk("none"), "watch", "lost"],
    ["scrapped long ago", facts({ status: "scrapped" }), desk("none"), "stop", "scrapped"],
    ["unknown", null, desk("none"), "stop", "unknown"],
  ] as const)("%s", (_, device, situation, tone, deed) => expect(at(device, situation)).toMatchObject({ tone, deed }));
});

/** A second telling of the rules, from what must never happen, over every state x place. */
it("never allows what must not be, and never forbids without a reason, whatever the device and the place", () => {
  const flagSets: readonly DeviceFlag[][] = [[], ["safety_notice"], ["blocked"], ["pm_notice_given"], ["blocked", "pm_notice_given"]];
  const places = [visit(), visit(order()), load("104901"), load("200000"), load("104907"), load("104950"), door("104901"), door("104907"), door("200000"), ...(["to_arrive", "arrived", "none"] as const).map((line): Situation => ({ place: "desk", line }))];
  let judged = 0;
  for (const status of statuses) {
    for (const flags of flagSets) {
      for (const nextPm of [null, "2026-05-01", TODAY, "2027-05-01"]) {
        for (const expired of [false, true]) {
          const device = facts({ status, flags, nextPm, article: { ...facts().article, expired } });
          const forbidden = status === "scrapped" || status === "quarantined" || flags.includes("safety_notice") || flags.includes("blocked");
          for (const place of places) {
            const { tone, deed, notices: told } = at(device, place);
            judged += 1;
            const handsOver = deed === "load" || deed === "deliver" || (place.place === "visit" && tone !== "stop");
            expect(forbidden && handsOver).toBe(false);
            // Red needs a reason: the device's state, or that it does not belong here.
            const elsewhere = ["leave", "other_stop", "no_pickup"].includes(deed);
            if (tone === "stop") expect(forbidden || elsewhere).toBe(true);
            if (tone === "ok") expect(told.some((notice) => stops.has(notice)) && deed !== "collect").toBe(false);
            if (nextPm === "2026-05-01" && status !== "scrapped") expect([deed, ...told].some((word) => word === (flags.includes("pm_notice_given") ? "pm_overdue_now" : "pm_overdue_ask"))).toBe(true);
            if (deed === "put_away" || deed === "stands_in_store") expect(atCentre.has(status)).toBe(true);
          }
        }
      }
    }
  }
  expect(judged).toBe(13 * 5 * 4 * 2 * places.length);
});

describe("a label that leads to another address", () => {
  const device = facts({ labels: [{ version: 2, check: 7 }] });
  it.each([
    ["is believed by its live token", { version: 2, check: 7 }, []],
    ["is wrong with another token", { version: 2, check: 8 }, ["label_wrong"]],
    ["is wrong, not old, with a version that nobody printed last", { version: 1, check: 7 }, ["label_wrong"]],
  ] as const)("%s", (_, label, expected) => {
    const found = atAnotherAddress(notices(device, label, TODAY));
    expect(found).toEqual(expected);
    expect(advise(device, found, visit(order()), NOW).tone).toBe(expected.length > 0 ? "stop" : "ok");
  });

  it("keeps the worst first", () => {
    expect(atAnotherAddress(["lost", "label_replaced"])).toEqual(["label_wrong", "lost"]);
  });
});
