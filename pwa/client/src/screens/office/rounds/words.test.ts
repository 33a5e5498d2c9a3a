import { describe, expect, it } from "vitest";
import type { RoundTask } from "../../../api/rounds";
import { codeWord, placeWord, progressWord, stopName, tasksWord, unservedWord, windowWord } from "./words";

const task = (kind: "deliver" | "collect", quantity = 1, state: RoundTask["state"] = "planned"): RoundTask => ({ id: `${kind}${quantity}`, position: 1, kind, device_number: null, article_number: "1", article_name: "Ferrul", quantity, state, done_quantity: 0, failed_code: null, hygiene: null, unplanned: false, order_number: null, repair: false, components: 0, loaded: false, parts: [] });

describe("a stop in a few words", () => {
  it("counts pieces, not lines, and leaves out what is called off", () => {
    expect(tasksWord({ tasks: [task("deliver"), task("deliver", 4), task("collect"), task("collect", 9, "cancelled")] })).toBe("Lämna 5 · Hämta 1");
    expect(tasksWord({ tasks: [task("collect", 2)] })).toBe("Hämta 2");
    expect(tasksWord({ tasks: [] })).toBe("");
  });

  it("says its window in Swedish time", () => {
    const [from, to] = ["2026-11-25T07:15:00Z", "2026-11-25T08:45:00Z"];
    expect(windowWord({ window_from: from, window_to: to })).toBe("08:15–09:45");
    expect(windowWord({ window_from: from, window_to: null })).toBe("tidigast 08:15");
    expect(windowWord({ window_from: null, window_to: to })).toBe("senast 09:45");
    expect(windowWord({ window_from: null, window_to: null })).toBe("När som helst");
  });

  it("has a name also where the name is not shown", () => {
    const where = { position: 4, name: "", street: "", town: "" };
    expect(stopName({ ...where, name: "Testa Testsson", town: "Boden" })).toBe("Testa Testsson");
    expect(stopName({ ...where, town: "Boden" })).toBe("Boden");
    expect(stopName(where)).toBe("Stopp 4");
    expect(placeWord({ ...where, name: "Testa Testsson", street: "Storgatan 4", town: "Boden" })).toBe("Storgatan 4, Boden");
    expect(placeWord({ ...where, town: "Boden" })).toBe("");
  });
});

describe("how it goes", () => {
  it("counts with one and many", () => {
    expect(progressWord({ done: 0, failed: 0 }, 0)).toBe("Inga stopp än");
    expect(progressWord({ done: 2, failed: 0 }, 6)).toBe("2 av 6 klara");
    expect(progressWord({ done: 2, failed: 1 }, 6)).toBe("2 av 6 klara, 1 misslyckat");
    expect(progressWord({ done: 2, failed: 3 }, 6)).toBe("2 av 6 klara, 3 misslyckade");
  });

  it("shows a code that it does not know as it came", () => {
    expect(codeWord("no_contact")).toBe("Ingen hemma");
    expect(codeWord("dog_at_home")).toBe("dog at home");
    expect(unservedWord("window")).toBe("Tiden går inte att hålla");
    expect(unservedWord("moon_full")).toBe("moon full");
  });
});
