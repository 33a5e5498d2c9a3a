import { expect, test } from "vitest";
import { anna, close, connected, disconnected, Phone, settled, type Network } from "./testing/world";
import type { Sync } from "./types";

interface Order {
  readonly id: string;
  readonly state: string;
  readonly n?: number;
}

function fill(phone: Phone, orders: number): void {
  for (let index = 1; index <= orders; index += 1) {
    phone.server.put("anna", "work_order", `o${String(index).padStart(3, "0")}`, { state: "started", n: index });
  }
}

async function begin(phone: Phone, chunk = 500): Promise<Sync> {
  const sync = phone.page({ chunk });
  await sync.start(anna);
  await settled();
  return sync;
}

/** The phone shows exactly what the server would show it. */
async function expectSame(phone: Phone, sync: Sync): Promise<void> {
  const device = [...phone.server.installs.keys()].at(-1) ?? "";
  const seen = [...phone.server.view("anna", device).values()];
  for (const kind of ["work_order", "command", "device"]) {
    const wanted = seen.filter((row) => row.kind === kind).map((row) => row.row);
    const byId = (one: { id?: unknown }, other: { id?: unknown }): number => String(one.id).localeCompare(String(other.id));
    expect((await sync.rows<Record<string, unknown>>(kind)).sort(byId)).toEqual(wanted.sort(byId));
  }
}

function pulls(phone: Phone): { cookie: string | null; pull_seq: number; limit: number; digest: { n: number } | null }[] {
  const start = "POST /api/sync/pull ";
  return phone.trace
    .filter((line) => line.startsWith(start))
    .map((line) => JSON.parse(line.slice(start.length)) as { cookie: string | null; pull_seq: number; limit: number; digest: { n: number } | null });
}

test("changes, deletes and new rows arrive; nothing changed costs nothing", async () => {
  const phone = new Phone();
  fill(phone, 5);
  const sync = await begin(phone);
  await expectSame(phone, sync);
  const kinds: string[] = [];
  sync.onChange((changed) => kinds.push(...changed));
  phone.server.put("anna", "work_order", "o002", { state: "closed" });
  phone.server.remove("work_order", "o003");
  phone.server.put("anna", "device", "d1", { number: "104901" });
  await sync.syncNow("test");
  await expectSame(phone, sync);
  expect(new Set(kinds)).toEqual(new Set(["work_order", "device"]));
  await sync.syncNow("test");
  expect(pulls(phone).at(-1)?.digest?.n).toBe(5);
  await expectSame(phone, sync);
});

test("chunks grow as long as they come through, and no further than the server allows", async () => {
  const phone = new Phone();
  fill(phone, 40);
  phone.server.mostRows = 10;
  const sync = phone.page({ chunk: 3 });
  await sync.start(anna);
  await settled();
  await expectSame(phone, sync);
  expect(pulls(phone).slice(0, 6).map(({ limit }) => limit)).toEqual([3, 6, 10, 10, 10, 10]);
});

test("a server that does not say how many rows it gives is asked for the usual number", async () => {
  const phone = new Phone();
  fill(phone, 1200);
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  await expectSame(phone, sync);
  expect(new Set(pulls(phone).map(({ limit }) => limit))).toEqual(new Set([500]));
});

test("a first sync in chunks shows the old rows until the last chunk, then all new ones at once", async () => {
  const phone = new Phone();
  fill(phone, 25);
  const sync = await begin(phone, 10);
  await expectSame(phone, sync);
  // Another cookie: the server clears. The connection breaks after the second chunk.
  phone.server.put("anna", "work_order", "o001", { state: "closed" });
  for (const install of phone.server.installs.values()) Object.assign(install, { base: null, pending: "unknown" });
  let answers = 0;
  const breaking: Network = async (path, _init, deliver) => {
    if (path === "/api/sync/pull") answers += 1;
    if (answers > 2) throw new TypeError("Failed to fetch");
    return deliver();
  };
  phone.network = breaking;
  await sync.syncNow("test");
  expect(await sync.rows("work_order")).toHaveLength(25);
  expect(await sync.row<Order>("work_order", "o001")).toMatchObject({ state: "started" });
  phone.network = connected;
  await sync.syncNow("test");
  expect(await sync.row<Order>("work_order", "o001")).toMatchObject({ state: "closed" });
  await expectSame(phone, sync);
  await sync.syncNow("test");
  expect(pulls(phone).at(-1)?.cookie).not.toBeNull();
  await expectSame(phone, sync);
});

test("a page that dies between the chunks of a clear goes on where it was", async () => {
  const phone = new Phone();
  fill(phone, 30);
  let answers = 0;
  phone.network = async (path, _init, deliver) => {
    if (path === "/api/sync/pull" && (answers += 1) > 2) throw new TypeError("Failed to fetch");
    return deliver();
  };
  await begin(phone, 10);
  phone.kill();
  phone.network = connected;
  const again = await begin(phone, 10);
  await expectSame(phone, again);
  expect(phone.server.installs.size).toBe(1);
  expect(pulls(phone).filter((pull) => pull.cookie === null)).toHaveLength(1);
});

test("an answer that comes after a newer pull was issued is thrown away", async () => {
  const phone = new Phone();
  fill(phone, 3);
  const first = await begin(phone);
  let release: (() => void) | null = null;
  phone.network = async (path, _init, deliver) => {
    const response = await deliver();
    if (path === "/api/sync/pull" && release === null) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return response;
  };
  phone.server.put("anna", "work_order", "o001", { state: "older" });
  const late = first.syncNow("test");
  await settled();
  // Another page of the same phone, without locks, is faster.
  const second = phone.page({ locks: null, channel: () => null });
  await second.start(anna);
  phone.server.put("anna", "work_order", "o001", { state: "newer" });
  await second.syncNow("test");
  expect(await second.row<Order>("work_order", "o001")).toMatchObject({ state: "newer" });
  (release as (() => void) | null)?.();
  await late;
  await settled();
  expect(first.state.lastError).toBe("sync.late");
  expect(await second.row<Order>("work_order", "o001")).toMatchObject({ state: "newer" });
  phone.network = connected;
  await second.syncNow("test");
  await expectSame(phone, second);
});

test("a stale pull number is overtaken", async () => {
  const phone = new Phone();
  fill(phone, 2);
  const sync = await begin(phone);
  for (const install of phone.server.installs.values()) install.lastPull = 5000;
  phone.server.put("anna", "work_order", "o001", { state: "closed" });
  await sync.syncNow("test");
  await expectSame(phone, sync);
  expect(sync.state).toMatchObject({ phase: "idle", lastError: null });
  expect(pulls(phone).at(-1)?.pull_seq).toBeGreaterThan(5000);
});

test("rows that were lost on the phone are found by the digest and fetched again", async () => {
  const phone = new Phone();
  fill(phone, 4);
  const sync = await begin(phone);
  await sync.stop({ keepRows: true });
  const request = phone.indexedDB.open("turbil-anna");
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  const database = request.result;
  const transaction = database.transaction(["rows", "shadow"], "readwrite");
  transaction.objectStore("rows").delete(["work_order", "o002"]);
  transaction.objectStore("shadow").delete(["work_order", "o002"]);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
  const again = await begin(phone);
  await expectSame(phone, again);
});

test("last_seq acknowledges with the last chunk only", async () => {
  const phone = new Phone();
  fill(phone, 25);
  const sync = await begin(phone, 10);
  phone.network = disconnected;
  const saved = await sync.enqueue(close("o001"));
  await settled();
  for (const install of phone.server.installs.values()) Object.assign(install, { base: null, pending: "unknown" });
  // The server is made to say last_seq with every chunk: the phone must not believe it before the last one.
  let answers = 0;
  phone.network = async (path, _init, deliver) => {
    if (path === "/api/sync/pull" && (answers += 1) > 2) throw new TypeError("Failed to fetch");
    const response = await deliver();
    if (path !== "/api/sync/pull") return response;
    const body = (await response.json()) as Record<string, unknown>;
    return new Response(JSON.stringify({ ...body, last_seq: 1 }));
  };
  await sync.syncNow("online");
  expect(await sync.outbox()).toMatchObject([{ id: saved.id, state: "sent" }]);
  expect(await sync.row<Order>("work_order", "o001")).toMatchObject({ state: "closed" });
  phone.network = connected;
  await sync.syncNow("test");
  expect(await sync.outbox()).toEqual([]);
  await expectSame(phone, sync);
});

test("426 asks for an update; what was done is sent all the same", async () => {
  const phone = new Phone();
  fill(phone, 1);
  const sync = await begin(phone);
  phone.server.schemaRefused = true;
  await sync.enqueue(close("o001"));
  await settled();
  expect(phone.server.log).toHaveLength(1);
  expect(sync.state).toMatchObject({ updateNeeded: true, lastError: "sync.schema", unsent: 0 });
  phone.server.schemaRefused = false;
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ updateNeeded: false, lastError: null, phase: "idle" });
});

test("a lost phone shows nothing and still delivers; a wiped one forgets its drafts when it has", async () => {
  const phone = new Phone();
  fill(phone, 2);
  const sync = await begin(phone);
  await sync.saveDraft("work_order/o001", { text: "utkast" });
  for (const install of phone.server.installs.values()) install.state = "lost";
  phone.network = (path, _init, deliver) => (path === "/api/sync/push" ? disconnected(path, {}, deliver) : deliver());
  await sync.enqueue(close("o001"));
  await settled();
  phone.network = (path, _init, deliver) =>
    path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver();
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ deviceState: "lost", unsent: 1 });
  expect(await sync.rows("work_order")).toEqual([]);
  expect(await sync.drafts()).toHaveLength(1);
  for (const install of phone.server.installs.values()) install.state = "wipe";
  await sync.syncNow("test");
  expect(await sync.outbox()).toHaveLength(1);
  expect(await sync.drafts()).toHaveLength(1);
  phone.network = connected;
  await sync.syncNow("test");
  expect(phone.server.log).toHaveLength(1);
  await sync.syncNow("test");
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.drafts()).toEqual([]);
});

test("bundles are fetched once, checked against their names, and read without network", async () => {
  const phone = new Phone();
  const { fakeSha256 } = await import("./testing/world");
  const bytes = new TextEncoder().encode('[{"id":"patient_lift","title":{"sv":"Personlyft"}}]').buffer;
  const sha256 = await fakeSha256(bytes);
  phone.server.put("anna", "bundle", "b1", { name: "protocol_templates", sha256, size: bytes.byteLength });
  phone.server.bundles.set(sha256, new TextEncoder().encode("[]").buffer);
  const sync = await begin(phone);
  expect(await sync.reference(sha256)).toBeUndefined();
  expect(sync.state.lastError).toBe("sync.not_our_server");
  phone.server.bundles.set(sha256, bytes);
  await sync.syncNow("test");
  expect(await sync.reference(sha256)).toEqual([{ id: "patient_lift", title: { sv: "Personlyft" } }]);
  const before = phone.trace.filter((line) => line.startsWith("GET")).length;
  await sync.syncNow("test");
  expect(phone.trace.filter((line) => line.startsWith("GET"))).toHaveLength(before);
});

test("each pull tells what is unsent, how old it is, and once that the storage was emptied", async () => {
  const phone = new Phone();
  fill(phone, 1);
  const sync = await begin(phone);
  phone.network = (path, _init, deliver) =>
    path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver();
  const told = (): unknown => (pulls(phone).at(-1) as unknown as { told: unknown }).told;
  expect(told()).toEqual({ unsent: 0, oldest_seconds: 0, persisted: null, storage_lost: false });
  await sync.enqueue(close("o001"));
  await settled();
  expect(told()).toMatchObject({ unsent: 1 });
  phone.network = connected;
  await sync.syncNow("test");
  expect(told()).toMatchObject({ unsent: 0, oldest_seconds: 0 });
});

test("pinned names the rows that commands and drafts on this phone build on", async () => {
  const phone = new Phone();
  fill(phone, 1);
  const sync = await begin(phone);
  await sync.saveDraft("close/0198c0de-0000-7000-8000-000000000001", {});
  phone.network = (path, _init, deliver) =>
    path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver();
  await sync.enqueue(close("o001"));
  await settled();
  const last = pulls(phone).at(-1) as unknown as { pinned: string[] };
  expect(last.pinned).toEqual(["o001", "0198c0de-0000-7000-8000-000000000001"]);
});
