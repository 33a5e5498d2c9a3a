import { expect, test } from "vitest";
import { anna, close, fakeSha256, Phone, photo } from "./testing/world";
import type { Sync } from "./types";

const ORDERS = ["o1", "o2", "o3", "o4", "o5"];

interface Saved {
  readonly order: string;
  /** Null when the page died before it could say that the command was saved. */
  id: string | null;
}

/** A working day in small: a first sync in chunks, commands with photos, office changes, and a clear in between. */
async function day(phone: Phone, sync: Sync, saved: Saved[], office: Set<string>): Promise<void> {
  await sync.start(anna);
  await sync.syncNow("test");
  for (const order of ORDERS) {
    if (phone.crashed) return;
    if (!saved.some((it) => it.order === order)) {
      const entry: Saved = { order, id: null };
      saved.push(entry);
      const photos = order === "o2" || order === "o4" ? [photo(300, order.length), photo(40, order.charCodeAt(1))] : [];
      await sync.enqueue(close(order, ...photos)).then(
        ({ id }) => (entry.id = id),
        () => undefined,
      );
      await sync.syncNow("test");
    }
    if (phone.crashed) return;
    if (order === "o3" && !office.has("clear")) {
      office.add("clear");
      for (const install of phone.server.installs.values()) Object.assign(install, { base: null, pending: "unknown" });
      phone.server.put("anna", "device", "d1", { number: "104901" });
      phone.server.remove("device", "d0");
      await sync.syncNow("test");
    }
  }
  await sync.syncNow("test");
}

async function run(crashAt: number): Promise<number> {
  const phone = new Phone(7);
  for (const order of ORDERS) phone.server.put("anna", "work_order", order, { state: "started" });
  phone.server.put("anna", "device", "d0", { number: "104900" });
  const saved: Saved[] = [];
  const office = new Set<string>();
  phone.crashAt = crashAt;
  await day(phone, phone.page({ chunk: 3 }), saved, office);
  const boundaries = phone.boundaries;
  phone.kill();
  const sync = phone.page({ chunk: 3 });
  await day(phone, sync, saved, office);
  await sync.syncNow("test");

  const where = `crash at boundary ${String(crashAt)}: ${String(phone.trace.filter((line) => !line.includes("/"))[crashAt - 1])}`;
  const log = phone.server.log;
  // J1, J2: what was said to be saved is in the log once and had one effect; what was not said may be there once.
  for (const { id } of saved) if (id !== null) expect(log.filter((it) => it.id === id), where).toHaveLength(1);
  expect(new Set(log.map(({ id }) => id)).size, where).toBe(log.length);
  expect(log.length, where).toBeGreaterThanOrEqual(saved.filter(({ id }) => id !== null).length);
  expect(log.length, where).toBeLessThanOrEqual(saved.length);
  expect([...phone.server.effects].sort(), where).toEqual(log.map(({ id }) => id).sort());
  // J3: numbered 1..n per install, without a gap.
  for (const install of phone.server.installs.keys()) {
    const numbers = log.filter(({ device }) => device === install).map(({ seq }) => seq);
    expect(numbers, where).toEqual(numbers.map((_seq, index) => index + 1));
  }
  // J5: the phone shows what the server would show it.
  const device = log[0]?.device ?? "";
  const wanted = [...phone.server.view("anna", device).values()];
  for (const kind of ["work_order", "device", "command"]) {
    const rows = await sync.rows<{ id: string }>(kind);
    const expected = wanted.filter((row) => row.kind === kind).map(({ row }) => row);
    expect(rows.sort((one, other) => one.id.localeCompare(other.id)), where).toEqual(
      expected.sort((one, other) => String(one["id"]).localeCompare(String(other["id"]))),
    );
  }
  // J9, J11: nothing is left on the phone, and every photo is whole on the server.
  expect(await sync.outbox(), where).toEqual([]);
  expect(sync.state, where).toMatchObject({ unsent: 0, unsentBlobs: 0, phase: "idle", lastError: null });
  for (const [hash, blob] of phone.server.blobs) {
    expect(blob.complete, where).toBe(true);
    expect(await fakeSha256(blob.bytes.slice().buffer), where).toBe(hash);
  }
  await sync.stop();
  return boundaries;
}

test("a crash at every transaction boundary loses nothing and doubles nothing", async () => {
  const boundaries = await run(0);
  expect(boundaries).toBeGreaterThan(150);
  for (let crashAt = 1; crashAt <= boundaries; crashAt += 1) await run(crashAt);
}, 600_000);
