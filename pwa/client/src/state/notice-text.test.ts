import { describe, expect, it } from "vitest";
import { likelyPurpose, noticeText, purposes, type NoticeFacts } from "./notice-text";

const facts: NoticeFacts = {
  centre: "Länsservice Boden",
  phone: "0921-000 00",
  number: "15510441",
  booked_from: "2026-06-22T07:00:00Z",
  booked_to: "2026-06-22T10:00:00Z",
  planned_on: "2026-06-22",
  contact: { name: "Tolvan Testdata", care_of: "", street: "Tolvgatan 12", postcode: "972 12", town: "Luleå" },
  article_name: "CPAP-apparat",
  today: "2026-06-18",
};

describe("texts to the user", () => {
  it("says when somebody comes, in Swedish time", () => {
    expect(noticeText("booked", "sms", facts)).toBe("Länsservice Boden: Vi kommer måndag 22 juni kl. 09:00–12:00. Ring 0921-000 00 om det inte passar.");
    expect(noticeText("booked", "sms", { ...facts, booked_from: null, booked_to: null })).toContain("Vi kommer måndag 22 juni.");
    expect(noticeText("booked", "sms", { ...facts, booked_from: null, booked_to: null, planned_on: null })).toContain("[dag och tid]");
  });

  it("never names the person or the device in a text message, and fits one", () => {
    for (const purpose of purposes) {
      const words = noticeText(purpose, "sms", facts);
      expect(words).not.toMatch(/Tolvan|Tolvgatan|CPAP/);
      expect(words.length).toBeLessThanOrEqual(480);
    }
  });

  it("addresses a letter, but not to a protected identity", () => {
    expect(noticeText("call_us", "letter", facts).split("\n").slice(0, 3)).toEqual(["Tolvan Testdata", "Tolvgatan 12", "972 12 Luleå"]);
    expect(noticeText("call_us", "letter", { ...facts, contact: null })).not.toMatch(/Tolv/);
  });

  it("proposes what fits", () => {
    const order = { state: "triaged", booked_from: null, contact_attempts: [], notices: [] };
    expect(likelyPurpose(order)).toBe("booked");
    expect(likelyPurpose({ ...order, contact_attempts: [{ result: "no_answer" }] })).toBe("call_us");
    expect(likelyPurpose({ ...order, booked_from: "x", notices: [{ purpose: "booked" }] })).toBe("moved");
    expect(likelyPurpose({ ...order, state: "cancelled" })).toBe("no_contact");
  });
});
