import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DeviceIndex } from "../index/format";
import { anna, Phone, settled } from "./testing/world";
import type { Sync } from "./types";

const vectors = JSON.parse(readFileSync(new URL("../../../../tests/vectors/device_index.json", import.meta.url), "utf-8")) as Record<"old" | "new" | "delta" | "old_sha256" | "new_sha256", string>;
const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const sha256 = (content: ArrayBuffer): Promise<string> => Promise.resolve(createHash("sha256").update(new Uint8Array(content)).digest("hex"));

/** A phone whose server has an index and answers. */
class IndexedPhone extends Phone {
  deltas: { complete: boolean; deltas: string[] } = { complete: true, deltas: [gzipSync(bytes(vectors.delta)).toString("base64")] };
  snapshots: Record<string, Buffer> = {
    [vectors.old_sha256]: gzipSync(bytes(vectors.old)),
    [vectors.new_sha256]: gzipSync(bytes(vectors.new)),
  };
  readonly asked: string[] = [];

  constructor() {
    super();
    this.network = (path, _init, deliver) => {
      if (!path.startsWith("/api/device-index")) return deliver();
      this.asked.push(path);
      if (path.includes("?from=")) return Promise.resolve(Response.json(this.deltas));
      const packed = this.snapshots[path.slice("/api/device-index/".length)];
      return Promise.resolve(packed ? new Response(Uint8Array.from(packed)) : new Response("{}", { status: 404 }));
    };
  }

  name(hash: string): void {
    this.server.put("anna", "device_index", "region", { sha256: hash, size: 1 });
  }
}

async function begin(phone: Phone): Promise<Sync> {
  const sync = phone.page({ sha256 });
  await sync.start(anna);
  await settled();
  return sync;
}

async function indexed(sync: Sync): Promise<number | undefined> {
  const content = await sync.deviceIndex();
  return content && DeviceIndex.read(content).size;
}

test("the index is fetched whole once, then by its delta, and read without a network", async () => {
  const phone = new IndexedPhone();
  phone.name(vectors.old_sha256);
  const sync = await begin(phone);
  expect(await indexed(sync)).toBe(4);
  await sync.syncNow("test");
  expect(phone.asked).toEqual([`/api/device-index/${vectors.old_sha256}`]);
  phone.name(vectors.new_sha256);
  await sync.syncNow("test");
  expect(await indexed(sync)).toBe(5);
  expect(phone.asked.slice(1)).toEqual([`/api/device-index?from=${vectors.old_sha256}`]);
});

test.each([
  ["a delta that is another's", (phone: IndexedPhone) => (phone.deltas.deltas = [gzipSync(bytes(vectors.old)).toString("base64")])],
  ["a delta that is no gzip", (phone: IndexedPhone) => (phone.deltas.deltas = ["AAAA"])],
  ["a way that the server no longer knows", (phone: IndexedPhone) => (phone.deltas = { complete: false, deltas: [] })],
])("%s makes the phone fetch the whole", async (_what, spoil) => {
  const phone = new IndexedPhone();
  phone.name(vectors.old_sha256);
  const sync = await begin(phone);
  spoil(phone);
  phone.name(vectors.new_sha256);
  await sync.syncNow("test");
  expect(await indexed(sync)).toBe(5);
  expect(phone.asked.at(-1)).toBe(`/api/device-index/${vectors.new_sha256}`);
});

test("an index that is not what it is named by is not taken, and the old one stays", async () => {
  const phone = new IndexedPhone();
  phone.name(vectors.old_sha256);
  const sync = await begin(phone);
  phone.deltas = { complete: false, deltas: [] };
  phone.snapshots[vectors.new_sha256] = gzipSync(bytes(vectors.old));
  phone.name(vectors.new_sha256);
  await sync.syncNow("test");
  expect(sync.state.lastError).toBe("sync.not_our_server");
  expect(await indexed(sync)).toBe(4);
  // A newer one has taken its place: nothing is wrong, the next pull names it.
  delete phone.snapshots[vectors.new_sha256];
  await sync.syncNow("test");
  expect(sync.state.lastError).toBeNull();
});
