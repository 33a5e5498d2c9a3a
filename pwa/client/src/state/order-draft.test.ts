import { describe, expect, it } from "vitest";
import type { Template } from "../protocol/types";
import { closeCommand, emptyDraft, guessMinutes, hasContent, isSendable, missingToClose, protocolAnswers, remainder, reportCommand, sendCommand, type OrderDraft, type ProtocolDraft } from "./order-draft";
import { testOrder } from "./rows.fixture";

const now = new Date("2026-11-25T09:00:00Z");
const order = testOrder();
const template: Template = {
  id: "chair",
  version: 3,
  title: { sv: "Stol", en: "Chair" },
  source: "test",
  item: [
    { linkId: "frame", type: "group", text: { sv: "Stomme", en: "Frame" }, item: [{ linkId: "frame.straight", type: "boolean", text: { sv: "Stommen är rak", en: "The frame is straight" }, failsWhen: [false] }] },
    { linkId: "photo", type: "attachment", role: "photo", text: { sv: "Foto", en: "Photo" } },
    { linkId: "remark", type: "text", text: { sv: "Anmärkning", en: "Remark" } },
    { linkId: "sign", type: "attachment", role: "signature", text: { sv: "Underskrift", en: "Signature" } },
  ],
};

const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;
const picture = (text: string, mime: string) => ({ sha256: text.padEnd(64, "0"), size: text.length, mime, bytes: bytes(text) });

function protocol(changes: Partial<ProtocolDraft> = {}): ProtocolDraft {
  return { id: "p1", template_id: "chair", template_version: 3, template_sha256: "ab".repeat(32), answers: { "frame.straight": false }, typed: {}, reasons: {}, pictures: {}, at: "", signed_at: "2026-11-25T08:50:00Z", ...changes };
}

function draft(changes: Partial<OrderDraft> = {}): OrderDraft {
  return {
    ...emptyDraft(order, now),
    time: [{ id: "t1", started_at: "2026-11-25T08:30:00Z", minutes: 30, comment: "Bytte vajer.", visible_to_prescriber: true }],
    outcome: "repaired",
    ...changes,
  };
}

describe("closing", () => {
  it("makes one command that holds everything", () => {
    const photo = picture("f", "image/jpeg");
    const signature = picture("s", "image/png");
    const command = closeCommand(
      draft({
        assessment: { priority: 4, place: "at_holder", basic_need: "sleep" },
        parts: [{ id: "d1", article_number: "44120", name: "Vajer", quantity: 2, location_id: null }],
        photos: [photo],
        protocol: protocol({ pictures: { sign: signature } }),
        scan_raw: "HTTPS://X/F/104901-1-A",
      }),
      template,
      "sv",
      now,
    );
    expect(command).toMatchObject({ type: "work_order.close", v: 1, aggregate: order.id, base_rv: 7 });
    expect(command.args).toMatchObject({
      outcome: "repaired",
      performed_at: "2026-11-25T09:00:00.000Z",
      scan_raw: "HTTPS://X/F/104901-1-A",
      assessment: { priority: 4, place: "at_holder", basic_need: "sleep" },
      time_entries: [{ id: "t1", minutes: 30, comment: "Bytte vajer.", visible_to_prescriber: true }],
      parts: [{ id: "d1", article_number: "44120", name: "Vajer", quantity: 2 }],
      protocol: { id: "p1", template_id: "chair", template_version: 3, template_sha256: "ab".repeat(32), signed_at: "2026-11-25T08:50:00Z" },
    });
    expect(command.blobs.map(({ role, mime }) => [role, mime])).toEqual([["photo", "image/jpeg"], ["signature", "image/png"]]);
  });

  it("leaves out what was not done: no assessment, no protocol, no scan", () => {
    expect(Object.keys(closeCommand(draft(), null, "sv", now).args).sort()).toEqual(["outcome", "parts", "performed_at", "time_entries"]);
  });

  it("never sends a protocol that is not signed", () => {
    const unsigned = protocol({ signed_at: null });
    expect(reportCommand(draft({ protocol: unsigned }), template, "sv").args).not.toHaveProperty("protocol");
  });

  it("says what is missing before it lets go", () => {
    expect(missingToClose(emptyDraft(order, now), order)).toEqual(["time", "outcome"]);
    expect(missingToClose(draft({ protocol: protocol({ signed_at: null }) }), order)).toEqual(["protocol_unsigned"]);
    expect(missingToClose(draft({ assessment: { priority: 4, place: "at_holder" } }), order)).toEqual(["basic_need"]);
    expect(missingToClose(draft(), order)).toEqual([]);
  });

  it("counts the minutes of earlier visits", () => {
    const earlier = testOrder({ time_entries: [{ id: "t0", started_at: "2026-11-20T08:00:00Z", minutes: 10, comment: "", visible_to_prescriber: true, by_name: "Sven" }] });
    expect(missingToClose(draft({ time: [] }), earlier)).toEqual([]);
  });
});

describe("protocol answers", () => {
  it("puts each reason with its question before the technician's own remark", () => {
    const answers = protocolAnswers(protocol({ answers: { "frame.straight": false, remark: "Lånestol lämnad." }, reasons: { "frame.straight": " Spricka vid svetsen. " } }), template, "sv");
    expect(answers["remark"]).toBe("Stommen är rak: Spricka vid svetsen.\nLånestol lämnad.");
  });

  it("leaves out what was not answered", () => {
    expect(protocolAnswers(protocol({ answers: { "frame.straight": true, remark: "", photo: null } }), template, "sv")).toEqual({ "frame.straight": true });
  });
});

it("guesses minutes in steps of five, never under five nor over eight hours", () => {
  expect(guessMinutes("2026-11-25T08:59:00Z", now)).toBe(5);
  expect(guessMinutes("2026-11-25T08:38:00Z", now)).toBe(20);
  expect(guessMinutes("2026-11-20T08:00:00Z", now)).toBe(480);
});

it("knows an empty draft from one that somebody has worked in", () => {
  expect(hasContent(emptyDraft(order, now))).toBe(false);
  expect(hasContent({ ...emptyDraft(order, now), comment: "Bytte" })).toBe(true);
});

describe("work on an order that is over or somebody else's", () => {
  const empty = { time_entries: [] };

  it("is a closing when nothing is missing, else a report", () => {
    expect(sendCommand(draft(), empty, template, "sv", now).type).toBe("work_order.close");
    expect(sendCommand(draft({ outcome: null }), empty, template, "sv", now)).toMatchObject({ type: "work_order.report", args: { time_entries: [{ id: "t1" }] } });
  });

  it("waits for the signature where the protocol is all there is", () => {
    const unsigned = protocol({ signed_at: null });
    expect(isSendable({ ...emptyDraft(order, now), protocol: unsigned })).toBe(false);
    expect(isSendable({ ...emptyDraft(order, now), protocol: protocol() })).toBe(true);
    expect(isSendable(draft({ protocol: unsigned }))).toBe(true);
  });

  it("leaves only a protocol that could not go along", () => {
    expect(remainder(draft({ protocol: protocol() }), true)).toBeNull();
    expect(remainder(draft({ protocol: protocol() }), false)).toMatchObject({ time: [], outcome: null, protocol: { id: "p1" } });
    expect(remainder(draft({ protocol: protocol({ signed_at: null }) }), true)).toMatchObject({ time: [], protocol: { id: "p1" } });
  });
});
