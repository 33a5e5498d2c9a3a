import { describe, expect, it, vi } from "vitest";
import { showLanguage } from "../../i18n/current.svelte";
import { partWord, sideWord } from "../../i18n/parts";
import { p } from "../../i18n/public";
import { centreTopics, firstLanguage, LONGEST_TEXT, mayHurt, missing, numberOf, pageOf, prescriberTopics, reportOf, stepsOf, toPrescriber, type Answers } from "./form";
import { partsOf, sidesOf, tipsFor, type DeviceKind } from "./parts";

const answers = (changes: Partial<Answers> = {}): Answers => ({ number: "", region: "", topic: null, part: null, side: null, text: "", name: "", phone: "", ...changes });
const TOKEN = "0123456789ABCDEFGHJKMNPQRS";

describe("the questions", () => {
  it("asks for the number only where no label has told it", () => {
    expect(stepsOf(false, "other", answers())).toEqual(["topic", "words", "photos", "contact"]);
    expect(stepsOf(true, "other", answers())[0]).toBe("number");
  });

  it("asks for part and side where there is one to point at, and says what to try where that helps", () => {
    expect(stepsOf(false, "walker", answers({ topic: "broken" }))).toEqual(["topic", "part", "words", "photos", "contact"]);
    expect(stepsOf(false, "walker", answers({ topic: "broken", part: "brake" }))).toEqual(["topic", "part", "side", "words", "photos", "contact"]);
    expect(stepsOf(false, "lift", answers({ topic: "not_working", part: "hand_control" }))).toEqual(["topic", "part", "help", "words", "photos", "contact"]);
    expect(stepsOf(false, "lift", answers({ topic: "needs_training" }))).toEqual(["topic", "words", "photos", "contact"]);
    expect(stepsOf(false, "sling", answers({ topic: "not_working" }))).not.toContain("help");
  });

  it("has words for each part, side and piece of advice, also in easy Swedish", () => {
    vi.stubGlobal("document", { documentElement: {} });
    const kinds: readonly DeviceKind[] = ["wheelchair", "powered_wheelchair", "walker", "lift", "sling", "bed", "breathing", "other"];
    for (const language of ["sv", "easy", "en"] as const) {
      showLanguage(language);
      for (const kind of kinds) {
        for (const part of partsOf(kind, "broken")) {
          expect(partWord(part), part).not.toBe("");
          for (const side of sidesOf(part)) expect(sideWord(side), side).not.toBe("");
        }
        for (const tip of tipsFor(kind, "not_working")) expect(p.maybe(`help.${kind}.${String(tip)}`), kind).not.toBe("");
      }
    }
    showLanguage("easy");
    expect(p("topic.title")).toBe("Vad är fel?");
    expect(p("form.next"), "what has no easier word is said as it is").toBe("Fortsätt");
    showLanguage("sv");
    expect(p("topic.title")).toBe("Vad gäller det?");
    vi.unstubAllGlobals();
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

  it("says part and side as long as they are asked for", () => {
    const pointed = { ...filled, part: "brake", side: "left" } as const;
    expect(reportOf(null, pointed, "broken", "sv", "walker")).toMatchObject({ part: "brake", side: "left" });
    expect(reportOf(null, pointed, "needs_training", "sv", "walker")).not.toHaveProperty("part");
    expect(reportOf(null, pointed, "broken", "sv", "bed")).not.toHaveProperty("part");
    expect(reportOf(null, { ...pointed, part: "frame" }, "broken", "sv", "walker")).not.toHaveProperty("side");
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
    expect(firstLanguage("?lang=easy", ["en-GB"])).toBe("easy");
  });
});
