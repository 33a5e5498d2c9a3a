import { describe, expect, it } from "vitest";
import { newFault, oldFault } from "./like";

const own = { name: "AirSense 10", models: ["AirSense 10", "AirSense 10 For Her"] };
const facts = (name: string) => ({ article: { name } }) as Parameters<typeof newFault>[2];

describe("an exchange, like for like", () => {
  it("wants the order's own device first", () => {
    expect(oldFault("410001", "410001")).toBeNull();
    expect(oldFault("410009", "410001")).toBe("wrong_old");
  });

  it("takes one alike, or another of the region's list", () => {
    expect(newFault("410002", "410001", facts("AirSense 10"), false, own)).toBeNull();
    expect(newFault("410002", "410001", facts("AirSense 10 For Her"), false, own)).toBeNull();
    expect(newFault("410002", "410001", facts("AirSense 10 For Her"), false, { ...own, models: [] })).toBe("not_alike");
    expect(newFault("410002", "410001", facts("Rullstol"), false, own)).toBe("not_alike");
  });

  it("refuses the same one and what must not be used, and leaves what it does not know to the server", () => {
    expect(newFault("410001", "410001", null, false, own)).toBe("same");
    expect(newFault("410002", "410001", facts("AirSense 10"), true, own)).toBe("stopped");
    expect(newFault("410002", "410001", null, false, own)).toBeNull();
  });
});
