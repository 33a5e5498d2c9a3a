import { beforeEach, expect, it, vi } from "vitest";

const signals: string[] = [];
vi.mock("svelte", async (original) => ({ ...(await original<object>()), mount: () => ({}) }));
vi.mock("../screens/ScanQuestion.svelte", () => ({ default: {} }));
vi.mock("../scan/feedback", () => ({ signal: (kind: string) => void signals.push(kind) }));
vi.mock("./settings.svelte", () => ({ settings: {} }));
vi.mock("./device-index", () => ({ deviceIndex: () => Promise.resolve({ find: (number: string) => (number === "104901" ? { article: { name: "Telefontillkoppling" } } : null) }) }));

const { isCertain, question } = await import("./certain.svelte");
vi.stubGlobal("document", { body: {} });

const LABEL = "HTTPS://HJALPMEDEL.EXAMPLE/F/104901-1-0123456789ABCDEFGHJKMNPQRS";
let now = 1000;
beforeEach(() => {
  question.answer(false);
  signals.length = 0;
  now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

async function asked(): Promise<unknown> {
  await vi.waitFor(() => expect(question.asked).not.toBeNull());
  return question.asked;
}

it("asks with the number and what it is, and believes the answer", async () => {
  for (const yes of [true, false]) {
    const sure = isCertain("104901", "Code128");
    expect(await asked()).toEqual({ number: "104901", article: "Telefontillkoppling" });
    question.answer(yes);
    expect(await sure).toBe(yes);
    expect(question.asked).toBeNull();
  }
});

it("says when the region has no such number", async () => {
  void isCertain("777777", null);
  expect(await asked()).toEqual({ number: "777777", article: null });
});

it("does not ask about a label with a token", async () => {
  expect(await isCertain(LABEL, null)).toBe(true);
  expect(await isCertain("104901", "QRCode")).toBe(true);
  expect(signals).toEqual([]);
});

it("takes the same code again for a yes, but not its echo, and acts once", async () => {
  const sure = isCertain("104901", null);
  await asked();
  now += 600;
  expect(await isCertain("104901", null)).toBe(false);
  expect(question.asked).not.toBeNull();
  now += 200;
  expect(await isCertain("104901", null)).toBe(false);
  expect(await sure).toBe(true);
});

it("takes another code for a no to the one before", async () => {
  const first = isCertain("104901", null);
  await asked();
  const second = isCertain("104902", null);
  expect(await first).toBe(false);
  await vi.waitFor(() => expect(question.asked?.number).toBe("104902"));
  expect(await isCertain(LABEL, "QRCode")).toBe(true);
  expect(await second).toBe(false);
});
