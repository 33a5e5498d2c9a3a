import { describe, expect, it } from "vitest";
import { Agreement, numberToConfirm } from "./certain";

const LABEL = "HTTPS://HJALPMEDEL.EXAMPLE/F/104901-1-0123456789ABCDEFGHJKMNPQRS";

describe("a number without a check of its own", () => {
  it.each([
    ["bars", "104901", "Code128", "104901"],
    ["bars of a component", "K-104901", "Code128", "104901"],
    ["a hand scanner, which does not say what it read", "104901", null, "104901"],
    ["spaces and a line end of a hand scanner", "104 901\r", null, "104901"],
    ["a kind of code that is not known to correct", "104901", "Code39", "104901"],
    ["a QR code corrects its errors", "104901", "QRCode", null],
    ["our label has its token", LABEL, null, null],
    ["an EAN names no device", "7310865004703", "EAN13", null],
    ["a worn label names no device", `${LABEL}X`, null, null],
  ])("%s", (_, text, format, number) => expect(numberToConfirm(text, format)).toBe(number));
});

describe("frames that agree", () => {
  const said = (...texts: (string | null)[]): boolean[] => {
    const agreement = new Agreement();
    return texts.map((text) => agreement.offer(text));
  };

  it("takes two in a row", () => expect(said("104901", "104901", "104901")).toEqual([false, true, true]));
  it("begins anew with another text", () => expect(said("104901", "104907", "104901")).toEqual([false, false, false]));
  it("begins anew after a frame without a code", () => expect(said("104901", null, "104901", "104901")).toEqual([false, false, false, true]));
  it("never agrees on nothing", () => expect(said(null, null, null)).toEqual([false, false, false]));
  it("says when it waits for one more", () => {
    const agreement = new Agreement();
    expect(agreement.waiting).toBe(false);
    agreement.offer("104901");
    expect(agreement.waiting).toBe(true);
    agreement.offer("104901");
    expect(agreement.waiting).toBe(false);
  });
});
