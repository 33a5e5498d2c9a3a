import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { aesCodec, isSealed } from "./codec";
import { sealAll } from "./seal-all";
import { databaseName, Store, type StoreName } from "./store";
import { anna, close, connected, disconnected, Phone, photo, settled } from "./testing/world";
import { isWeak, MOST_FAILURES, storeKey, Vaults } from "./vault";

const NOW = Date.UTC(2026, 2, 2, 8);

function vaults(factory = new IDBFactory()): Vaults {
  return new Vaults({ factory: factory as unknown as globalThis.IDBFactory, userId: "anna", rounds: 10 });
}

test("a PIN opens what it has shut, and nothing else does", async () => {
  const factory = new IDBFactory();
  const raw = await vaults(factory).create("482915");
  expect(await vaults(factory).tryPin("482914", NOW)).toEqual({ state: "wrong", left: MOST_FAILURES - 1, waitUntil: 0 });
  expect(await vaults(factory).tryPin("482915", NOW)).toEqual({ state: "open", raw });
  expect((await vaults(factory).read())?.failures).toBe(0);
  // On another phone with a copy of everything but the browser's own key it opens nothing.
  const copy = new IDBFactory();
  const stolen = await vaults(factory).read();
  await new Store({ factory: copy as unknown as globalThis.IDBFactory, name: databaseName("anna") }).write("copy", ["meta"], (it) => it.objectStore("meta").put(stolen, "vault"));
  expect(await vaults(copy).tryPin("482915", NOW)).toMatchObject({ state: "wrong" });
});

test("wrong PINs cost more and more time, also over a reload, and the tenth throws the lock away", async () => {
  const factory = new IDBFactory();
  await vaults(factory).create("482915");
  let now = NOW;
  const waits: number[] = [];
  for (let tries = 1; tries < MOST_FAILURES; tries += 1) {
    const tried = await vaults(factory).tryPin("000001", now);
    if (tried.state !== "wrong") throw new Error(tried.state);
    waits.push(Math.max(0, tried.waitUntil - now) / 1000);
    if (tried.waitUntil > now) {
      expect(await vaults(factory).tryPin("482915", tried.waitUntil - 1)).toEqual({ state: "wait", waitUntil: tried.waitUntil });
      now = tried.waitUntil;
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 300, 600]);
  expect(await vaults(factory).tryPin("000001", now)).toEqual({ state: "gone" });
  expect(await vaults(factory).tryPin("482915", now + 10 ** 9)).toEqual({ state: "gone" });
});

test("the server's key opens the store after the PIN is gone, and a new PIN takes its place", async () => {
  const factory = new IDBFactory();
  const server = crypto.getRandomValues(new Uint8Array(32));
  const raw = await vaults(factory).create("482915");
  expect(await vaults(factory).tryServer(server)).toBeNull();
  await vaults(factory).setServer(raw, server, "device-1");
  await vaults(factory).dropPin();
  expect(await vaults(factory).tryServer(crypto.getRandomValues(new Uint8Array(32)))).toBeNull();
  const opened = await vaults(factory).tryServer(server);
  expect(opened).toEqual(raw);
  await vaults(factory).setPin(raw, "517283");
  expect(await vaults(factory).tryPin("517283", NOW)).toEqual({ state: "open", raw });
  expect((await vaults(factory).read())?.device).toBe("device-1");
});

test("the PINs that everybody tries first are refused", () => {
  for (const pin of ["000000", "123456", "654321", "121212", "123123", "999999"]) expect(isWeak(pin), pin).toBe(true);
  for (const pin of ["482915", "135790", "112233", "246813"]) expect(isWeak(pin), pin).toBe(false);
});

test("what is sealed is opened as it was, and what was written before is read as it is", async () => {
  const codec = aesCodec(await storeKey(crypto.getRandomValues(new Uint8Array(32))));
  const values = [{ name: "Åsa", n: 1, list: [null, true] }, "text", null, [1, 2]];
  for (const value of values) expect(await codec.open(await codec.seal(value))).toEqual(value);
  const bytes = Uint8Array.from([1, 2, 3]);
  expect(await codec.open(await codec.seal(bytes))).toEqual(bytes);
  expect(await codec.open(await codec.seal(bytes.buffer))).toEqual(bytes.buffer);
  expect(await codec.open({ plain: "from before" })).toEqual({ plain: "from before" });
  const other = aesCodec(await storeKey(crypto.getRandomValues(new Uint8Array(32))));
  await expect(other.open(await codec.seal("text"))).rejects.toThrow();
});

const CANARIES = ["Kanarie Provsson", "Hemliga gatan 7", "KANARIEBILD"];

async function disk(phone: Phone): Promise<string> {
  const store = new Store({ factory: phone.indexedDB as unknown as globalThis.IDBFactory, name: databaseName("anna") });
  const names: StoreName[] = ["rows", "shadow", "kept", "outbox", "journal", "blobs", "bytes", "drafts", "reference", "meta"];
  const all = await store.read("all", names, (it) => Promise.all(names.map(async (name) => it.objectStore(name).getAll())));
  store.close();
  const decoder = new TextDecoder("latin1");
  return JSON.stringify(all, (_key, value: unknown) =>
    value instanceof ArrayBuffer ? decoder.decode(value) : value instanceof Uint8Array ? decoder.decode(value) : value,
  );
}

/** A day of work in a store without a key. */
async function plainDay(): Promise<Phone> {
  const phone = new Phone();
  phone.server.put("anna", "work_order", "o1", { state: "started", name: CANARIES[0] });
  phone.server.put("anna", "work_order", "o2", { state: "started", street: CANARIES[1] });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  await sync.enqueue(close("o1"));
  await settled();
  phone.network = disconnected;
  await sync.enqueue({ ...close("o2", photo(30, 1)), blobs: [{ role: "photo", mime: "image/jpeg", bytes: new TextEncoder().encode(CANARIES[2]).buffer as ArrayBuffer }] });
  await sync.saveDraft("close/o2", { text: CANARIES[0] });
  await sync.stop({ keepRows: true });
  return phone;
}

test("a store from before the PIN is sealed whole: no word of it is on the disk, and the work is sent as it was", async () => {
  const phone = await plainDay();
  const before = await disk(phone);
  for (const canary of CANARIES) expect(before, canary).toContain(canary);
  const codec = aesCodec(await storeKey(crypto.getRandomValues(new Uint8Array(32))));
  const sync = phone.page();
  await sync.start(anna, codec);
  await settled();
  await settled();
  const whole = new Store({ factory: phone.indexedDB as unknown as globalThis.IDBFactory, name: databaseName("anna") });
  await sealAll(whole, codec);
  whole.close();
  const after = await disk(phone);
  for (const canary of CANARIES) expect(after, canary).not.toContain(canary);
  expect(await sync.draft("close/o2")).toEqual({ text: CANARIES[0] });
  expect((await sync.rows<{ id: string; name?: string }>("work_order")).find(({ id }) => id === "o1")?.name).toBe(CANARIES[0]);
  phone.network = connected;
  await sync.syncNow("test");
  await settled();
  expect(phone.server.log).toHaveLength(2);
  expect([...phone.server.blobs.values()].every((blob) => blob.complete)).toBe(true);
  expect(await sync.outbox()).toEqual([]);
});

test("sealing that dies anywhere goes on where it was and loses nothing", async () => {
  const codec = aesCodec(await storeKey(crypto.getRandomValues(new Uint8Array(32))));
  for (let crash = 1; crash < 200; crash += 3) {
    const phone = await plainDay();
    let boundaries = 0;
    const dying = new Store({
      factory: phone.indexedDB as unknown as globalThis.IDBFactory,
      name: databaseName("anna"),
      boundary: () => {
        boundaries += 1;
        if (boundaries === crash) throw new Error("killed");
      },
    });
    const whole = await sealAll(dying, codec).then(() => true, () => false);
    dying.close();
    const again = new Store({ factory: phone.indexedDB as unknown as globalThis.IDBFactory, name: databaseName("anna") });
    await sealAll(again, codec);
    again.close();
    const after = await disk(phone);
    for (const canary of CANARIES) expect(after, `${String(crash)} ${canary}`).not.toContain(canary);
    phone.network = connected;
    const sync = phone.page();
    await sync.start(anna, codec);
    await sync.syncNow("test");
    await settled();
    expect(phone.server.log, String(crash)).toHaveLength(2);
    await sync.stop();
    if (whole) return;
  }
  throw new Error("it never ended");
}, 60_000);

test("isSealed knows its own", () => {
  expect([null, 1, "x", {}, { iv: 1, data: 2 }, new ArrayBuffer(1)].some(isSealed)).toBe(false);
});
