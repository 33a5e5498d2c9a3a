import { describe, expect, it } from "vitest";
import { WedgeReader } from "./wedge";

function type(text: string, pause: number, end = "Enter", gap = 60, from = 1000): string | null {
  const reader = new WedgeReader(() => gap);
  let time = from;
  for (const character of text) reader.feed(character, (time += pause));
  return reader.feed(end, (time += pause));
}

describe("a hand scanner", () => {
  it("is read to its Enter or Tab", () => {
    expect(type("104901", 4)).toBe("104901");
    expect(type("104901", 4, "Tab")).toBe("104901");
  });

  it("is told from a person by its speed", () => {
    expect(type("104901", 61)).toBeNull();
    expect(type("104901", 60)).toBe("104901");
  });

  it("may be slower when the setting says so", () => {
    expect(type("104901", 200, "Enter", 250)).toBe("104901");
  });

  it("keeps upper case: Shift belongs to no scan", () => {
    const reader = new WedgeReader(() => 60);
    const keys = ["Shift", "K", "Shift", "-", "1", "0", "4", "9", "0", "1"];
    keys.forEach((key, index) => reader.feed(key, 1000 + index * 5));
    expect(reader.feed("Enter", 1060)).toBe("K-104901");
  });

  it("forgets what was typed before the scan, and gives a scan only once", () => {
    const reader = new WedgeReader(() => 60);
    reader.feed("j", 0);
    [..."104901"].forEach((key, index) => reader.feed(key, 5000 + index * 4));
    expect(reader.feed("Enter", 5030)).toBe("104901");
    expect(reader.feed("Enter", 5032)).toBeNull();
  });

  it("gives no tail of a code for the whole when the machine stumbles in the middle", () => {
    for (const [before, hiccup] of [[2, 61], [1, 150], [3, 399]] as const) {
      const reader = new WedgeReader(() => 60);
      let time = 9000;
      [..."71049012"].forEach((key, index) => reader.feed(key, (time += index === before ? hiccup : 4)));
      expect(reader.feed("Enter", time + 4)).toBe("");
      expect(reader.feed("Enter", time + 8)).toBeNull();
      for (const key of "104901") reader.feed(key, (time += key === "1" && time < 9900 ? 900 : 4));
      expect(reader.feed("Enter", time + 4)).toBe("104901");
    }
  });

  it("is not three quick keys", () => {
    expect(type("jkj", 4)).toBeNull();
  });
});
