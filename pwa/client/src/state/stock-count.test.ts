import { beforeEach, expect, it, vi } from "vitest";

const disk = new Map<string, unknown>();
const log: string[] = [];
let full = false;
vi.mock("./kept", () => ({
  readKept: (key: string) => Promise.resolve(disk.get(key)),
  keep: (key: string, value: unknown) => {
    if (full) return Promise.reject(new Error("quota"));
    disk.set(key, structuredClone(value));
    return Promise.resolve();
  },
  forget: (key: string) => (log.push("forget"), disk.delete(key), Promise.resolve()),
}));
const sent: { args: { devices: { number: string; scan_raw?: string }[]; location_id: string }; aggregate: string }[] = [];
vi.mock("./sync", () => ({ sync: () => ({ enqueue: (command: (typeof sent)[number]) => (log.push("enqueue"), full ? Promise.reject(new Error("quota")) : (sent.push(command), Promise.resolve({ id: "c" }))) }) }));

const { readPlaces, StockCount } = await import("./stock-count.svelte");
const place = { id: "p1", kind: "van", number: "1", name: "Bil 1" } as const;
const now = new Date("2026-11-24T08:00:00Z");

beforeEach(() => {
  disk.clear();
  sent.length = log.length = 0;
  full = false;
});

async function counting(user = "u1"): Promise<InstanceType<typeof StockCount>> {
  const count = new StockCount(user);
  await count.open();
  return count;
}

it("is on the disk after each scan, and goes on after the phone was off", async () => {
  const first = await counting();
  await first.begin(place, now);
  expect(await first.add("104901", "raw", now)).toBe(false);
  expect(await first.add("104901", null, now)).toBe(true);
  await first.add("75082", null, now);
  await first.remove("75082");
  const second = await counting();
  expect(second.draft?.items.map(({ number, repeats }) => [number, repeats])).toEqual([["104901", 1]]);
  expect(second.draft?.place.name).toBe("Bil 1");
});

it("is nobody else's on the same phone", async () => {
  await (await counting("u1")).begin(place, now);
  expect((await counting("u2")).draft).toBeNull();
  expect((await counting("u1")).draft).not.toBeNull();
});

it("is sent with its own id before the draft goes", async () => {
  const count = await counting();
  await count.begin(place, now);
  await count.add("104901", "raw", now);
  await count.add("75082", null, now);
  const id = await count.send();
  expect(log).toEqual(["enqueue", "forget"]);
  expect(sent[0]?.aggregate).toBe(id);
  expect(sent[0]?.args.devices).toEqual([
    { number: "75082", at: now.toISOString() },
    { number: "104901", at: now.toISOString(), scan_raw: "raw" },
  ]);
  expect((await counting()).draft).toBeNull();
});

it("says when the disk is full, and loses nothing", async () => {
  const count = await counting();
  await count.begin(place, now);
  await count.add("104901", null, now);
  full = true;
  await expect(count.add("75082", null, now)).rejects.toThrow("quota");
  await expect(count.send()).rejects.toThrow("quota");
  full = false;
  expect((await counting()).draft?.items.map(({ number }) => number)).toEqual(["104901"]);
  expect(count.draft?.items.map(({ number }) => number)).toEqual(["75082", "104901"]);
});

it("knows the places without a network once it has had them", async () => {
  expect(await readPlaces(() => Promise.reject(new Error("offline")))).toEqual([]);
  await readPlaces(() => Promise.resolve([place]));
  expect(await readPlaces(() => Promise.reject(new Error("offline")))).toEqual([place]);
});
