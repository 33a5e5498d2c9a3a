import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/day_hash.json";
import { contentDigest, dayHash, localDay } from "./day";
import { anna, close, connected, disconnected, Phone, photo, settled } from "./testing/world";
import type { Sync } from "./types";

const sha256 = (bytes: ArrayBuffer): Promise<string> => Promise.resolve(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));
const DAY = "2026-03-02";

async function begin(phone: Phone): Promise<Sync> {
  for (const order of ["o1", "o2", "o3"]) phone.server.put("anna", "work_order", order, { state: "started" });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

test("the hash is that of the server", async () => {
  for (const { name, commands, hash } of vectors.days) {
    const listed = await Promise.all(
      commands.map(async ({ id, raw }) => ({ id, content: await contentDigest(raw.replace(/^\{"seq":\d+,/, ""), sha256) })),
    );
    expect(await dayHash(listed, sha256), name).toBe(hash);
  }
});

test("a day is one of Stockholm's, also on the nights when the clocks change", () => {
  expect(localDay("2026-03-02T22:59:59Z")).toBe("2026-03-02");
  expect(localDay("2026-03-02T23:00:00Z")).toBe("2026-03-03");
  expect(localDay("2026-10-24T22:30:00Z")).toBe("2026-10-25");
  expect(localDay("2026-10-25T22:59:00Z")).toBe("2026-10-25");
  expect(localDay("2026-10-25T23:00:00Z")).toBe("2026-10-26");
});

test("a day is closed when all of it is on the server, and open again with the next command", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  expect(await sync.accountOfDay(DAY)).toMatchObject({ commands: 0, closed: true });
  await sync.enqueue(close("o1", photo(300, 1)));
  await sync.enqueue(close("o2"));
  await settled();
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.accountOfDay(DAY)).toMatchObject({ day: DAY, commands: 2, closed: true, missing: [], more: 0, pendingBlobs: 0 });
  phone.network = (path, _init, deliver) => (path === "/api/sync/push" ? Promise.reject(new TypeError("lost")) : deliver());
  const late = await sync.enqueue(close("o3"));
  await settled();
  expect(await sync.accountOfDay(DAY)).toMatchObject({ commands: 3, closed: false, missing: [late.id] });
});

test("without a network nothing is claimed", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await expect(sync.accountOfDay(DAY)).rejects.toThrow("network");
  phone.network = (path, init, deliver) => (path === "/api/sync/day" ? Promise.resolve(new Response("<html>", { status: 200 })) : connected(path, init, deliver));
  await expect(sync.accountOfDay(DAY)).rejects.toThrow("sync.not_our_server");
});

test("a photo that has not arrived keeps the day open", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = (path, _init, deliver) => (path.startsWith("/api/blobs/") ? Promise.reject(new TypeError("lost")) : deliver());
  await sync.enqueue(close("o1", photo(300, 1)));
  await settled();
  expect(await sync.accountOfDay(DAY)).toMatchObject({ closed: false, missing: [], pendingBlobs: 1 });
});

test("what the server has otherwise, or too much of, is told", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const { id } = await sync.enqueue(close("o1"));
  await settled();
  const [logged] = phone.server.log;
  if (!logged) throw new Error("nothing was logged");
  phone.server.log = [{ ...logged, raw: logged.raw.replace("repaired", "scrapped") }, { ...logged, id: "11111111-0000-4000-8000-000000000000" }];
  expect(await sync.accountOfDay(DAY)).toMatchObject({ closed: false, missing: [id], more: 1 });
});
