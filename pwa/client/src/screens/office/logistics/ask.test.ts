import { describe, expect, it } from "vitest";
import { checkDigitIsRight, parseAsk } from "./ask";

const today = "2026-11-25";
const ask = (text: string) => parseAsk(text, today);

describe("the one search box", () => {
  it("takes a personal number in every way people write it, and only as a person", () => {
    for (const text of ["191212121212", "19121212-1212", "19 12 12 12 12 12", "121212+1212", " 191212121212\n"]) {
      expect(ask(text), text).toEqual({ kind: "person", personalNumber: "191212121212", checked: true });
    }
    // Without the plus sign the last century that lies behind us.
    expect(ask("1212121212")).toEqual({ kind: "person", personalNumber: "201212121212", checked: true });
    expect(ask("301212-1212")).toMatchObject({ kind: "person", personalNumber: "193012121212" });
  });

  it("takes coordination and reserve numbers", () => {
    expect(ask("20050178-1234")).toMatchObject({ kind: "person", personalNumber: "200501781234" });
    expect(ask("0501781234")).toMatchObject({ kind: "person", personalNumber: "200501781234" });
    expect(ask("19121212tf12")).toEqual({ kind: "person", personalNumber: "19121212TF12", checked: true });
  });

  it("says when the check digit is wrong and refuses a day that does not exist", () => {
    expect(ask("191212121213")).toEqual({ kind: "person", personalNumber: "191212121213", checked: false });
    expect(ask("191213121212")).toEqual({ kind: "refused", why: "date" });
    expect(ask("19120230-1212")).toEqual({ kind: "refused", why: "date" });
    expect(ask("209912121212")).toEqual({ kind: "refused", why: "date" });
  });

  it("never lets nine digits or more become a part of an address", () => {
    for (const text of ["123456789", "7350053850019", "Testa 19121212-1212", "191212-12121", "1912121212121", "*123456789", "tel 070-174 06 05"]) {
      expect(ask(text).kind, text).toBe("refused");
    }
  });

  it("leaves it to the server what eight digits stand for", () => {
    for (const number of ["15510441", "104901", "75082", "6878"]) expect(ask(number)).toEqual({ kind: "number", number });
    expect(ask("1551 0441")).toEqual({ kind: "number", number: "15510441" });
  });

  it("reads a scanned label and a component's number", () => {
    expect(ask("HTTPS://TURBIL.EXAMPLE/F/104901-2-0123456789ABCDEFGHJKMNPQRS")).toEqual({ kind: "number", number: "104901" });
    expect(ask("K-104901")).toEqual({ kind: "number", number: "104901" });
  });

  it("reads 123* and *123, and explains other stars", () => {
    expect(ask("123*")).toEqual({ kind: "devices", pattern: "123*" });
    expect(ask("*123")).toEqual({ kind: "devices", pattern: "*123" });
    for (const text of ["*", "1*3", "rull*", "*12*"]) expect(ask(text), text).toEqual({ kind: "refused", why: "pattern" });
  });

  it("takes the rest as words", () => {
    expect(ask("  rollator   gemino 30 ")).toEqual({ kind: "words", words: "rollator gemino 30" });
    expect(ask("12")).toEqual({ kind: "article", start: "12" });
    expect(ask(" ")).toEqual({ kind: "nothing" });
    const long = ask("å".repeat(300));
    expect(long.kind === "words" && long.words.length).toBe(100);
  });

  it("knows the rule of Luhn", () => {
    expect(checkDigitIsRight("1212121212")).toBe(true);
    expect(checkDigitIsRight("1212121221")).toBe(false);
  });
});
