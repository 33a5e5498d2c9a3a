import { expect, test } from "vitest";
import { anna, bertil, close, disconnected, Phone, settled } from "./testing/world";
import type { Sync } from "./types";

const ORDER = "0198c0de-0000-7000-8000-000000000001";
const OTHER = "0198c0de-0000-7000-8000-000000000002";
const DRAFT = `order:${ORDER}`;

async function begin(phone: Phone): Promise<Sync> {
  phone.server.put("anna", "work_order", ORDER, { number: "AO-1", state: "booked" });
  phone.server.put("anna", "work_order", OTHER, { number: "AO-2", state: "booked" });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

const ids = async (sync: Sync, kind: string): Promise<string[]> => (await sync.rows<{ id: string }>(kind)).map(({ id }) => id);

function lastDigest(phone: Phone): { n: number } | null {
  const start = "POST /api/sync/pull ";
  const line = phone.trace.filter((one) => one.startsWith(start)).at(-1) ?? "";
  return (JSON.parse(line.slice(start.length)) as { digest: { n: number } | null }).digest;
}

test("an order that leaves the view stays as a copy while it has a draft, uncounted, and goes with the draft", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.saveDraft(DRAFT, { order_id: ORDER });
  const changed: string[] = [];
  sync.onChange((kinds) => changed.push(...kinds));
  phone.server.remove("work_order", ORDER);
  phone.server.remove("work_order", OTHER);
  await sync.syncNow("test");
  expect(changed).toContain("work_order_kept");
  expect(await sync.rows("work_order")).toEqual([]);
  expect(await sync.rows("work_order_kept")).toEqual([expect.objectContaining({ id: ORDER, number: "AO-1", no_longer_yours: true })]);
  await sync.syncNow("test");
  expect(lastDigest(phone)?.n).toBe(0);
  expect(await ids(sync, "work_order_kept")).toEqual([ORDER]);
  await sync.dropDraft(DRAFT);
  expect(await sync.rows("work_order_kept")).toEqual([]);
});

test("a clear keeps the copy, and the order's return replaces it", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.saveDraft(DRAFT, { order_id: ORDER });
  phone.server.remove("work_order", ORDER);
  for (const install of phone.server.installs.values()) Object.assign(install, { base: null, pending: "unknown" });
  await sync.syncNow("test");
  expect(await ids(sync, "work_order")).toEqual([OTHER]);
  expect(await ids(sync, "work_order_kept")).toEqual([ORDER]);
  phone.server.put("anna", "work_order", ORDER, { number: "AO-1", state: "started" });
  await sync.syncNow("test");
  expect(await ids(sync, "work_order")).toEqual([ORDER, OTHER]);
  expect(await sync.rows("work_order_kept")).toEqual([]);
});

test("a copy outlives signing out, and nobody else sees it", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.saveDraft(DRAFT, { order_id: ORDER });
  await sync.stop();
  phone.server.remove("work_order", ORDER);
  phone.server.session = bertil.user.id;
  await sync.start(bertil);
  await settled();
  expect(await sync.rows("work_order_kept")).toEqual([]);
  await sync.stop();
  phone.server.session = anna.user.id;
  await sync.start(anna);
  await settled();
  expect(await ids(sync, "work_order_kept")).toEqual([ORDER]);
});

test("a command in the outbox keeps the copy until it is acknowledged", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = (path, _init, deliver) => (path === "/api/sync/push" ? Promise.resolve(new Response("", { status: 503 })) : deliver());
  await sync.enqueue(close(ORDER));
  phone.server.remove("work_order", ORDER);
  await sync.syncNow("test");
  await settled();
  expect(await ids(sync, "work_order_kept")).toEqual([ORDER]);
  phone.network = (_path, _init, deliver) => deliver();
  await sync.syncNow("online");
  await sync.syncNow("test");
  await settled();
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.rows("work_order_kept")).toEqual([]);
});

test("a lost phone keeps no copy", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.saveDraft(DRAFT, { order_id: ORDER });
  phone.server.remove("work_order", ORDER);
  await sync.syncNow("test");
  expect(await ids(sync, "work_order_kept")).toEqual([ORDER]);
  for (const install of phone.server.installs.values()) Object.assign(install, { state: "lost" });
  await sync.syncNow("test");
  expect(await sync.rows("work_order_kept")).toEqual([]);
  phone.network = disconnected;
});

test("a stop that moves to another driver stays while its draft is here, and only among the stops", async () => {
  const phone = new Phone();
  phone.server.put("anna", "stop", OTHER, { position: 3 });
  const sync = await begin(phone);
  await sync.saveDraft(`stop:${OTHER}`, { stop_id: OTHER });
  phone.server.remove("stop", OTHER);
  await sync.syncNow("test");
  expect(await ids(sync, "stop")).toEqual([]);
  expect(await sync.rows("stop_kept")).toEqual([expect.objectContaining({ id: OTHER, no_longer_yours: true })]);
  expect(await sync.rows("work_order_kept")).toEqual([]);
  await sync.dropDraft(`stop:${OTHER}`);
  expect(await sync.rows("stop_kept")).toEqual([]);
});
