import { afterEach, expect, it, vi } from "vitest";
import { stayAwake } from "./awake";

const listeners = new Map<string, () => void>();

function phone(hidden: boolean, request: () => Promise<unknown>): void {
  vi.stubGlobal("document", { get hidden() { return hidden; }, addEventListener: (name: string, listener: () => void) => listeners.set(name, listener), removeEventListener: (name: string) => listeners.delete(name) });
  vi.stubGlobal("navigator", { wakeLock: { request } });
}

afterEach(() => {
  vi.unstubAllGlobals();
  listeners.clear();
});

it("keeps the screen on, asks again when the page is seen again, and lets go", async () => {
  const release = vi.fn(() => Promise.resolve());
  const request = vi.fn(() => Promise.resolve({ release }));
  phone(false, request);
  const sleep = stayAwake();
  listeners.get("visibilitychange")?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(request).toHaveBeenCalledTimes(2);
  sleep();
  expect(release).toHaveBeenCalledTimes(1);
  expect(listeners.size).toBe(0);
});

it("gives back a lock that came too late, and says nothing where there is none", async () => {
  const release = vi.fn(() => Promise.resolve());
  let give: (lock: unknown) => void = () => undefined;
  phone(false, () => new Promise((resolve) => (give = resolve)));
  stayAwake()();
  give({ release });
  await Promise.resolve();
  await Promise.resolve();
  expect(release).toHaveBeenCalledTimes(1);
  phone(false, () => Promise.reject(new Error("battery saver")));
  expect(() => stayAwake()()).not.toThrow();
});
