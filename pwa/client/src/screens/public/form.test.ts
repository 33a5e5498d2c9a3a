import { describe, expect, it } from "vitest";
import { centreTopics, firstLanguage, LONGEST_TEXT, mayHurt, missing, numberOf, pageOf, prescriberTopics, reportOf, stepsOf, toPrescriber, type Answers } from "./form";

const answers = (changes: Partial<Answers> = {}): Answers => ({ number: "", region: "", topic: null, text: "", name: "", phone: "", ...changes });
const TOKEN = "0123456789ABCDEFGHJKMNPQRS";

describe("the questions", () => {
  it("asks for the number only where no label has told it", () => {
    expect(stepsOf(false)).toEqual(["topic", "words", "photos", "contact"]);
    expect(stepsOf(true)[0]).toBe("number");
  });

  it("keeps the two lists apart", () => {
    expect(centreTopics.filter((topic) => toPrescriber(topic))).toEqual([]);
    expect(prescriberTopics.every((topic) => toPrescriber(topic))).toBe(true);
    expect(prescriberTopics.some((topic) => mayHurt(topic))).toBe(false);
    expect(mayHurt("broken")).toBe(true);
  });

  it.each([
    ["", 1, "number_missing"],
    ["12", 1, "number_wrong"],
    ["191212121212", 1, "number_wrong"],
    ["104 901", 1, null],
    ["104901", 2, "region_missing"],
  ] as const)("says of the number %j with %i regions: %s", (number, regions, expected) => {
    expect(missing("number", answers({ number }), regions)).toBe(expected);
  });

  it("wants words, and never cuts them", () => {
    expect(missing("words", answers({ text: " \n" }), 1)).toBe("text_missing");
    expect(missing("words", answers({ text: "ö".repeat(LONGEST_TEXT) }), 1)).toBe(null);
    expect(missing("words", answers({ text: "🦽".repeat(LONGEST_TEXT) }), 1)).toBe(null);
    expect(missing("words", answers({ text: "ö".repeat(LONGEST_TEXT + 1) }), 1)).toBe("text_long");
  });

  it("may be sent without a name and a phone, but not with half a number", () => {
    expect(missing("contact", answers(), 1)).toBe(null);
    expect(missing("contact", answers({ phone: "070-555 01 02" }), 1)).toBe(null);
    expect(missing("contact", answers({ phone: "ring mig" }), 1)).toBe("phone_wrong");
    expect(missing("contact", answers({ name: "å".repeat(101) }), 1)).toBe("name_long");
  });
});

describe("what is sent", () => {
  const filled = answers({ number: "104 901", region: "N", topic: "broken", text: " Bromsen tar inte. ", name: " Testa ", phone: " 070-555 01 02 " });

  it("names the label, or else the number and the region", () => {
    expect(reportOf(`104901-1-${TOKEN}`, filled, "broken", "sv")).toEqual({ payload: `104901-1-${TOKEN}`, topic: "broken", text: "Bromsen tar inte.", contact_name: "Testa", contact_phone: "070-555 01 02", language: "sv" });
    expect(reportOf(null, filled, "broken", "en")).toMatchObject({ number: "104901", region_code: "N", language: "en" });
    expect(reportOf(null, { ...filled, region: "" }, "broken", "sv")).not.toHaveProperty("region_code");
  });
});

describe("addresses", () => {
  it.each([
    ["/F", { name: "form", payload: null }],
    ["/F/", { name: "form", payload: null }],
    [`/F/104901-1-${TOKEN}`, { name: "form", payload: `104901-1-${TOKEN}` }],
    ["/f/104901-1-abc/", { name: "form", payload: "104901-1-abc" }],
    ["/F/%E0%A4%A", { name: "form", payload: "%E0%A4%A" }],
    [`/S/${TOKEN}`, { name: "status", tracking: TOKEN }],
    ["/S/", { name: "unknown" }],
    ["/x", { name: "unknown" }],
  ])("reads %s", (address, page) => {
    expect(pageOf(address)).toEqual(page);
  });

  it("finds the number only on a whole label", () => {
    expect(numberOf(`104901-1-${TOKEN}`)).toBe("104901");
    expect(numberOf("104901-1-ABC")).toBe("");
    expect(numberOf(`${"1".repeat(12)}-1-${TOKEN}`)).toBe("");
  });

  it("speaks English to a phone that does, unless the link says otherwise", () => {
    expect(firstLanguage("", ["sv-SE", "en"])).toBe("sv");
    expect(firstLanguage("", ["en-GB", "sv"])).toBe("en");
    expect(firstLanguage("", ["fi"])).toBe("sv");
    expect(firstLanguage("", [])).toBe("sv");
    expect(firstLanguage("?lang=sv", ["en-GB"])).toBe("sv");
  });
});
