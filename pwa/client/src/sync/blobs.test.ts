import { expect, test } from "vitest";
import { PIECE } from "./blobs";
import { anna, close, connected, disconnected, fakeSha256, Phone, photo, settled, type Network } from "./testing/world";
import type { Sync } from "./types";

async function begin(phone: Phone): Promise<Sync> {
  for (const order of ["o1", "o2", "o3"]) phone.server.put("anna", "work_order", order, { state: "started" });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

async function stored(phone: Phone): Promise<number> {
  const request = phone.indexedDB.open("turbil-anna");
  return new Promise((resolve) => {
    request.onsuccess = () => {
      const database = request.result;
      const count = database.transaction(["bytes"]).objectStore("bytes").count();
      count.onsuccess = () => {
        database.close();
        resolve(count.result);
      };
    };
  });
}

test("photos follow their command, the smallest first, and are kept until the server has them and the command is acknowledged", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  const photos = [photo(3000, 1), photo(100, 2), photo(900, 3)];
  await sync.enqueue(close("o1", ...photos));
  await settled();
  expect(sync.state).toMatchObject({ unsent: 1, unsentBlobs: 3 });
  phone.trace.length = 0;
  phone.network = (path, _init, deliver) => (path === "/api/sync/pull" ? Promise.resolve(new Response("", { status: 503 })) : deliver());
  await sync.syncNow("online");
  expect(sync.state).toMatchObject({ unsent: 0, unsentBlobs: 0 });
  expect(await stored(phone)).toBe(3);
  expect((await sync.outbox())[0]?.blobs.map((blob) => blob.sent)).toEqual([true, true, true]);
  const patches = phone.trace.filter((line) => line.startsWith("PATCH"));
  const hashes = await Promise.all([photos[1], photos[2], photos[0]].map((it) => fakeSha256(it?.slice().buffer ?? new ArrayBuffer(0))));
  expect(patches.map((line) => line.split("/")[3]?.trim())).toEqual(hashes);
  phone.network = connected;
  await sync.syncNow("test");
  expect(await stored(phone)).toBe(0);
  for (const [index, hash] of hashes.entries()) {
    const wanted = [photos[1], photos[2], photos[0]][index];
    expect(phone.server.blobs.get(hash)).toMatchObject({ complete: true, bytes: wanted });
  }
});

test("no photo is offered before its command has a verdict", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = (path, _init, deliver) => (path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver());
  await sync.enqueue(close("o1", photo(100, 1)));
  await settled();
  expect(phone.trace.filter((line) => line.includes("/api/blobs/"))).toEqual([]);
});

test("an upload that breaks goes on where it was, and after a wrong offset where the server says", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const big = photo(PIECE * 2 + 500, 7);
  let pieces = 0;
  phone.network = async (_path, init, deliver) => {
    if (init.method === "PATCH" && (pieces += 1) === 2) throw new TypeError("connection reset");
    return deliver();
  };
  await sync.enqueue(close("o1", big));
  await settled();
  expect(sync.state).toMatchObject({ unsentBlobs: 1, lastError: "network" });
  const hash = await fakeSha256(big.slice().buffer);
  expect(phone.server.blobs.get(hash)?.bytes).toHaveLength(PIECE);
  // The HEAD's answer is made old: the server then tells the right offset with 409.
  let asked = 0;
  phone.network = async (_path, init, deliver) => {
    if (init.method === "HEAD" && (asked += 1) === 1) {
      return new Response(null, { status: 200, headers: { "upload-offset": "5", "upload-complete": "?0" } });
    }
    return deliver();
  };
  phone.trace.length = 0;
  await sync.syncNow("test");
  expect(phone.server.blobs.get(hash)).toMatchObject({ complete: true, bytes: big });
  expect(phone.trace).toContain(`409 /api/blobs/${hash}`);
  expect(await stored(phone)).toBe(0);
  expect(sync.state).toMatchObject({ unsentBlobs: 0, phase: "idle" });
});

test("bytes that were changed on the way are sent again from the start", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const picture = photo(400, 9);
  let spoiled = 0;
  phone.network = (path, init, deliver) => {
    if (init.method !== "PATCH" || (spoiled += 1) > 1) return deliver();
    return phone.server.handle(path, { ...init, body: photo(400, 10).slice().buffer });
  };
  await sync.enqueue(close("o1", picture));
  await settled();
  const hash = await fakeSha256(picture.slice().buffer);
  expect(phone.server.blobs.get(hash)).toMatchObject({ complete: true, bytes: picture });
  expect(phone.trace).toContain(`422 /api/blobs/${hash}`);
});

test("a captive portal's answers never drop a photo", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const portal: Network = (path, _init, deliver) =>
    path.startsWith("/api/blobs/") ? Promise.resolve(new Response("<html>", { status: 200 })) : deliver();
  phone.network = portal;
  await sync.enqueue(close("o1", photo(100, 1)));
  await settled();
  expect(sync.state).toMatchObject({ unsentBlobs: 1, unsent: 0 });
  phone.network = (_path, init, deliver) =>
    init.method === "PATCH" ? Promise.resolve(new Response(null, { status: 201 })) : deliver();
  await sync.syncNow("test");
  expect(sync.state.unsentBlobs).toBe(1);
  expect(await stored(phone)).toBe(1);
  phone.network = connected;
  await sync.syncNow("test");
  expect(sync.state.unsentBlobs).toBe(0);
});

test("one photo that the server refuses does not hold up the others", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const [small, large] = [photo(50, 1), photo(500, 2)];
  const refused = await fakeSha256(small.slice().buffer);
  phone.network = (path, init, deliver) =>
    init.method === "PATCH" && path.endsWith(refused) ? Promise.resolve(new Response(null, { status: 413 })) : deliver();
  await sync.enqueue(close("o1", small, large));
  await settled();
  expect(sync.state).toMatchObject({ unsentBlobs: 1, lastError: "http.413" });
});

test("a photo that two commands name is stored and sent once", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const picture = photo(100, 4);
  phone.network = disconnected;
  await sync.enqueue(close("o1", picture));
  await sync.enqueue(close("o2", picture));
  await settled();
  expect(await stored(phone)).toBe(1);
  phone.network = connected;
  phone.trace.length = 0;
  await sync.syncNow("online");
  expect(phone.trace.filter((line) => line.startsWith("PATCH"))).toHaveLength(1);
  expect(await stored(phone)).toBe(0);
});
