import { describe, expect, it } from "vitest";
import type { ReportHit } from "../../../api/reports";
import { offeredAnswer, r, topicWord } from "../../../i18n/reports";
import { centreTopics, prescriberTopics } from "../../public/form";
import { after, decisionOf, grouped, inOrder, missing, offered, type Draft } from "./triage";

const hit = (id: string, changes: Partial<ReportHit> = {}): ReportHit => ({ id, state: "received", topic: "broken", to: "centre", proposed: "work_order", held: false, times_sent: 1, article_name: "", device_number: "179711", known_device: true, expired: false, open_orders: [], received_at: "2026-11-25T08:00:00Z", photos: 0, excerpt: "", rv: 1, ...changes });
const draft = (changes: Partial<Draft> = {}): Draft => ({ decision: "work_order", answer: "", fault: "Broms", priority: 1, duplicateOf: "", knownDevice: true, prescriber: true, ...changes });
const order = { number: "15510441", type: "corrective", state: "started" } as const;

describe("the list", () => {
  it("has the longest waiting first and a flood last", () => {
    const late = hit("late", { received_at: "2026-11-25T10:00:00Z" });
    const flood = hit("flood", { held: true, received_at: "2026-11-25T07:00:00Z" });
    expect(inOrder([late, flood, hit("early")]).map((one) => one.id)).toEqual(["early", "late", "flood"]);
  });

  it("keeps what is the prescriber's apart", () => {
    const groups = grouped([hit("a", { to: "prescriber" }), hit("b")], true);
    expect([groups.centre, groups.prescriber].map((group) => group.map((one) => one.id))).toEqual([["b"], ["a"]]);
  });

  it("goes on to the next, else to the one before", () => {
    const list = [{ id: "a" }, { id: "b" }];
    expect([after(list, "a"), after(list, "b"), after([{ id: "a" }], "a"), after(list, "gone")]).toEqual(["b", "a", "", "a"]);
  });
});

describe("a decision", () => {
  const plain = { proposed: "work_order", open_orders: [], known_device: true } as const;

  it("is offered by what is known", () => {
    expect(offered(plain)).toBe("work_order");
    expect(offered({ ...plain, open_orders: [order] })).toBe("duplicate");
    expect(offered({ ...plain, open_orders: [order], proposed: "refer" })).toBe("refer");
    expect(offered({ ...plain, known_device: false })).toBe(null);
  });

  it("says what it lacks", () => {
    expect(missing(draft(), 250)).toEqual([]);
    expect(missing(draft({ fault: " ", priority: null, knownDevice: false }), 250)).toEqual(["device_missing", "fault_missing", "priority_missing"]);
    expect(missing(draft({ fault: "å".repeat(251) }), 250)).toEqual(["fault_long"]);
    expect(missing(draft({ decision: "duplicate", duplicateOf: "1551" }), 250)).toEqual(["which_missing"]);
    expect(missing(draft({ decision: "reject" }), 250)).toEqual(["answer_missing"]);
    expect(missing(draft({ decision: "refer", fault: "" }), 250)).toEqual([]);
    expect(missing(draft({ decision: "refer", prescriber: false }), 250)).toEqual(["prescriber_missing"]);
  });

  it("names the other order only where there is one", () => {
    expect(decisionOf(draft({ decision: "duplicate", duplicateOf: " 15510441 ", answer: " Redan " }))).toEqual({ decision: "duplicate", answer: "Redan", duplicate_of: "15510441" });
    expect(decisionOf(draft({ decision: "refer", duplicateOf: "15510441" }))).toEqual({ decision: "refer", answer: "" });
  });
});

describe("words", () => {
  it("has a word for every topic, and the same values in both languages", () => {
    const names = (words: string): string => [...words.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(" ");
    const [sv, en]: readonly Readonly<Record<string, string>>[] = [r.sv, r.en];
    expect([...centreTopics, ...prescriberTopics].filter((topic) => topicWord(topic) === topic)).toEqual([]);
    expect(Object.keys(sv ?? {}).filter((key) => !sv?.[key]?.trim() || !en?.[key]?.trim() || names(sv?.[key] ?? "") !== names(en?.[key] ?? ""))).toEqual([]);
    expect(offeredAnswer("work_order", "en")).not.toBe(offeredAnswer("work_order", "sv"));
  });
});
