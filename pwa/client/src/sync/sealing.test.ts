import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { MOST_COMMANDS, writeUnsentFiles } from "./unsent-file";
import { anna, bertil, close, connected, disconnected, Phone, photo, settled, type Network } from "./testing/world";
import type { Sync } from "./types";

const refused: Network = (path, _init, deliver) => (path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver());
const noPush: Network = (path, _init, deliver) => (path === "/api/sync/push" ? Promise.reject(new TypeError("lost")) : deliver());

async function begin(phone: Phone): Promise<Sync> {
  for (const order of ["o1", "o2", "o3"]) phone.server.put("anna", "work_order", order, { state: "started" });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

/** The fields of the outbox as they lie on the disk. */
async function onDisk(phone: Phone, name = "turbil-anna"): Promise<{ id: string; envelope?: string; carried?: true }[]> {
  return new Promise((resolve, reject) => {
    const request = phone.indexedDB.open(name);
    request.onsuccess = () => {
      const all = request.result.transaction("outbox").objectStore("outbox").getAll();
      all.onsuccess = () => {
        request.result.close();
        resolve(all.result as { id: string }[]);
      };
    };
    request.onerror = () => {
      reject(new Error("no database"));
    };
  });
}

test("a command is sealed in the moment it is saved, without a network", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  const { id } = await sync.enqueue(close("o1"));
  const [command] = await onDisk(phone);
  expect(command?.id).toBe(id);
  expect(command?.envelope).toMatch(/^fake\.key-1\./);
  expect(command?.envelope).toContain(id);
});

test("what was saved before there was a key is sealed with the next round; a key that fails hinders no save", async () => {
  const phone = new Phone();
  phone.server.sealKey = {};
  const sync = await begin(phone);
  phone.network = refused;
  await sync.enqueue(close("o1"));
  await settled();
  expect((await onDisk(phone))[0]?.envelope).toBeUndefined();
  phone.kill();
  phone.server.sealKey = { kid: "key-2", x: "x", y: "y" };
  const again = phone.page();
  await again.start(anna);
  await settled();
  await again.syncNow("test");
  expect((await onDisk(phone))[0]?.envelope).toMatch(/^fake\.key-2\./);

  phone.kill();
  const broken = phone.page({ seal: () => Promise.reject(new Error("no crypto here")) });
  await broken.start(anna);
  await broken.enqueue(close("o2"));
  expect(await broken.outbox()).toHaveLength(2);
});

test("a round goes on when the server tells no key", async () => {
  const phone = new Phone();
  phone.server.sealKey = {};
  phone.server.sealKeyStatus = 503;
  const sync = await begin(phone);
  await sync.enqueue(close("o1"));
  await settled();
  expect(sync.state).toMatchObject({ phase: "idle", unsent: 0, lastError: null });
});

test("an acknowledged command leaves no envelope behind", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.enqueue(close("o1"));
  await settled();
  expect(await onDisk(phone)).toEqual([]);
  expect((await sync.exportUnsent()).commands).toBe(0);
});

test("another user's sign-in sends the former's work sealed and never reads it (SR-16)", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  const saved = [await sync.enqueue(close("o1")), await sync.enqueue(close("o2", photo(300, 1)))];
  await sync.stop();
  phone.network = connected;
  phone.server.session = "bertil";
  phone.trace.length = 0;
  await sync.start(bertil);
  await settled();
  expect(phone.server.log.map(({ id, device }) => [id, phone.server.installs.get(device)?.user])).toEqual(saved.map(({ id }) => [id, "anna"]));
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.verdicts()).toEqual([]);
  expect(await sync.rows("work_order")).toEqual([]);
  const sent = phone.trace.filter((line) => line.startsWith("POST /api/sync/sealed"));
  expect(sent).toHaveLength(1);
  expect((await onDisk(phone)).map(({ carried }) => carried)).toEqual([true, true]);
  // Once is enough.
  await sync.syncNow("test");
  await sync.stop();
  await sync.start(bertil);
  await settled();
  expect(phone.trace.filter((line) => line.startsWith("POST /api/sync/sealed"))).toHaveLength(1);
  // Anna is back: the same commands, one effect each, and her photo goes as well.
  await sync.stop();
  phone.server.session = "anna";
  await sync.start(anna);
  await settled();
  expect(phone.server.log).toHaveLength(2);
  expect(phone.server.effects).toHaveLength(2);
  expect([...phone.server.blobs.values()].every((blob) => blob.complete)).toBe(true);
  expect(await sync.outbox()).toEqual([]);
});

test("sealed work that did not get through is tried again with the next round", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await sync.enqueue(close("o1"));
  await sync.stop();
  phone.server.session = "bertil";
  phone.network = (path, _init, deliver) => (path === "/api/sync/sealed" ? Promise.resolve(new Response("<html>")) : deliver());
  await sync.start(bertil);
  await settled();
  expect(phone.server.log).toHaveLength(0);
  expect(sync.state).toMatchObject({ phase: "idle", lastError: null });
  phone.network = connected;
  await sync.syncNow("test");
  expect(phone.server.log).toHaveLength(1);
});

test("work of a phone that the server does not know waits for its own user", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await sync.enqueue(close("o1"));
  await sync.stop();
  for (const [id, install] of phone.server.installs) if (install.user === "anna") phone.server.installs.delete(id);
  phone.server.session = "bertil";
  phone.network = connected;
  await sync.start(bertil);
  await settled();
  expect((await onDisk(phone))[0]?.carried).toBeUndefined();
  await sync.stop();
  phone.server.session = "anna";
  await sync.start(anna);
  await settled();
  expect(phone.server.effects).toHaveLength(1);
});

test("the file holds all unsent work of the phone, whole and unreadable", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await sync.enqueue(close("o1"));
  await sync.stop();
  phone.server.session = "bertil";
  phone.network = (path, _init, deliver) => (path === "/api/sync/sealed" ? Promise.reject(new TypeError("lost")) : deliver());
  await sync.start(bertil);
  await settled();
  phone.network = disconnected;
  await sync.enqueue(close("o9"));
  const exported = await sync.exportUnsent();
  expect(exported).toMatchObject({ commands: 2, left: 0 });
  const [file] = exported.files;
  if (!file) throw new Error("no file");
  expect(file.name).toMatch(/^turbil-20260302-08\d\d\.txt$/);
  const lines = file.content.split("\n");
  expect(lines).toHaveLength(5);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: "turbil-unsent/1", commands: 2 });
  expect(lines.slice(1, 3).map((line) => Object.keys(JSON.parse(line) as object))).toEqual([["seq", "envelope"], ["seq", "envelope"]]);
  expect(JSON.parse(lines[3] ?? "")).toMatchObject({ end: 2 });
  // Making a file changes nothing: all of it is still here and still sent.
  expect(await sync.outbox()).toHaveLength(1);
  phone.network = connected;
  await sync.syncNow("test");
  expect(phone.server.log).toHaveLength(2);
});

test("more than the office reads in at once goes into several files, each whole and in the order of the work", async () => {
  const sha256 = (bytes: ArrayBuffer): Promise<string> => Promise.resolve(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));
  const sealed = Array.from({ length: MOST_COMMANDS + 5 }, (_, index) => ({ seq: index + 1, id: String(index), envelope: "ts1.x" }));
  const { files, commands } = await writeUnsentFiles(sealed, "2026-03-02T08:00:00.000Z", { sha256, left: 0 });
  expect(commands).toBe(MOST_COMMANDS + 5);
  expect(files.map((file) => [file.name, file.commands])).toEqual([
    ["turbil-20260302-0800-1-av-2.txt", MOST_COMMANDS],
    ["turbil-20260302-0800-2-av-2.txt", 5],
  ]);
  expect(files[1]?.content).toContain(`{"seq":${String(MOST_COMMANDS + 1)},`);
  const large = sealed.slice(0, 20).map((one) => ({ ...one, envelope: "y".repeat(400_000) }));
  const heavy = await writeUnsentFiles(large, "2026-03-02T08:00:00.000Z", { sha256, left: 0 });
  expect(heavy.files.every((file) => file.content.length < 4 * 1024 * 1024)).toBe(true);
  expect(heavy.files.reduce((sum, file) => sum + file.commands, 0)).toBe(20);
});

test("the file ends with the hash of all before", async () => {
  const sha256 = (bytes: ArrayBuffer): Promise<string> => Promise.resolve(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));
  const written = await writeUnsentFiles([{ seq: 1, id: "1", envelope: "ts1.x" }], "2026-03-02T08:00:00.000Z", { sha256, left: 0 });
  const content = written.files[0]?.content ?? "";
  const end = content.lastIndexOf("\n", content.length - 2) + 1;
  expect(JSON.parse(content.slice(end))).toEqual({ end: 1, sha256: createHash("sha256").update(content.slice(0, end)).digest("hex") });
});

test("a new identity seals anew", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = noPush;
  await sync.enqueue(close("o1"));
  await settled();
  const before = (await onDisk(phone))[0]?.envelope;
  phone.server.installs.clear();
  phone.network = connected;
  const stuck: Network = (path, init, deliver) => {
    const keys = new Headers(init.headers).get("authorization") ?? "";
    return path === "/api/sync/push" && [...phone.server.installs.values()].some((install) => keys.endsWith(install.pushKey)) ? Promise.reject(new TypeError("lost")) : deliver();
  };
  phone.network = stuck;
  await sync.syncNow("test");
  await settled();
  phone.network = noPush;
  await sync.syncNow("test");
  const after = (await onDisk(phone))[0]?.envelope;
  expect(after).toBeDefined();
  expect(after).not.toBe(before);
});
