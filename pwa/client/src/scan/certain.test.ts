import { describe, expect, it } from "vitest";
import { Agreement, numberToConfirm, QR_FIRST_MS } from "./certain";

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
  /** Each frame as [text, milliseconds]. */
  const said = (...frames: (readonly [string | null, number])[]): boolean[] => {
    const agreement = new Agreement();
    return frames.map(([text, now]) => agreement.offer(text, now));
  };

  it("takes two in a row, and the time that a QR code beside the bars needs", () =>
    expect(said(["104901", 0], ["104901", 200], ["104901", QR_FIRST_MS], ["104901", 2000])).toEqual([false, false, true, true]));
  it("one frame is not enough, however late", () => expect(said(["104901", 9000])).toEqual([false]));
  it("begins anew with another text", () => expect(said(["104901", 0], ["104907", 1000], ["104907", 2000])).toEqual([false, false, false]));
  it("begins anew after a frame without a code", () => expect(said(["104901", 0], [null, 100], ["104901", 1600], ["104901", 1700])).toEqual([false, false, false, false]));
  it("never agrees on nothing", () => expect(said([null, 0], [null, 5000])).toEqual([false, false]));
  it("says when it waits for more", () => {
    const agreement = new Agreement();
    expect(agreement.waiting).toBe(false);
    agreement.offer("104901", 0);
    expect(agreement.waiting).toBe(true);
    agreement.offer(null, 100);
    expect(agreement.waiting).toBe(false);
  });
});
