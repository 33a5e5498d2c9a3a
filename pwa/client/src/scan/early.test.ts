import { afterEach, beforeEach, expect, it, vi } from "vitest";

const opened: { stopped: boolean }[] = [];
const readers: { stopped: boolean }[] = [];

vi.mock("./camera", () => ({
  Camera: {
    open: () => {
      const camera = { stopped: false, stop: () => (camera.stopped = true) };
      opened.push(camera);
      return Promise.resolve(camera);
    },
  },
}));
vi.mock("./decoder", () => ({
  Decoder: class {
    stopped = false;
    constructor() {
      readers.push(this);
    }
    stop(): void {
      this.stopped = true;
    }
  },
}));

const { letGo, takeEarly, wake } = await import("./early");

beforeEach(() => {
  opened.length = readers.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("hands over what was woken, once, and wakes one at a time", () => {
  wake("");
  wake("");
  expect([opened.length, readers.length]).toEqual([1, 1]);
  expect(takeEarly()?.deviceId).toBe("");
  expect(takeEarly()).toBeNull();
});

it("does not leave a camera on for a screen that never came", async () => {
  wake("");
  await vi.advanceTimersByTimeAsync(4000);
  expect([opened[0]?.stopped, readers[0]?.stopped]).toEqual([true, true]);
  expect(takeEarly()).toBeNull();
});

it("leaves the camera alone when the screen has taken it", async () => {
  wake("");
  const early = takeEarly();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(opened[0]?.stopped).toBe(false);
  if (early) letGo(early);
  await vi.advanceTimersByTimeAsync(0);
  expect(opened[0]?.stopped).toBe(true);
});
