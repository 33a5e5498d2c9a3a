import { describe, expect, it } from "vitest";
import type { DeliveryLine } from "../../../api/logistics";
import { matchLine, waitsForDevice } from "./match-line";

const line = (position: number, more: Partial<DeliveryLine> = {}): DeliveryLine => ({ id: `l${position}`, position, article_number: "23993", article_name: "Telefontillkoppling", quantity: 1, numbered: true, loaded: false, device_number: null, state: "open", delivered_quantity: 0, delivered_at: null, ...more });

describe("a device for a line", () => {
  it("goes to the first line that waits for its article", () => {
    const lines = [line(1, { article_number: "6878" }), line(2, { device_number: "75082" }), line(3), line(4)];
    expect(matchLine(lines, { number: "104901", article_number: "23993" })).toEqual({ kind: "line", line: lines[2] });
  });

  it("is told apart when it is there already", () => {
    const lines = [line(1, { device_number: "104901" }), line(2)];
    expect(matchLine(lines, { number: "104901", article_number: "23993" })).toEqual({ kind: "already", line: lines[0] });
  });

  it("has no line when nothing waits for its article", () => {
    const lines = [line(1, { state: "delivered" }), line(2, { numbered: false }), line(3, { article_number: "6878" })];
    expect(matchLine(lines, { number: "104901", article_number: "23993" })).toEqual({ kind: "none" });
    expect(lines.filter(waitsForDevice)).toEqual([lines[2]]);
  });
});
