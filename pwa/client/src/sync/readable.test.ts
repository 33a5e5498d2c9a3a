import { expect, test } from "vitest";
import { anna, close, connected, disconnected, Phone, photo, settled } from "./testing/world";
import type { Sync } from "./types";

const HOUR = 3600_000;

async function begin(phone: Phone): Promise<Sync> {
  for (const order of ["o1", "o2"]) phone.server.put("anna", "work_order", order, { state: "started", name: "kanariefågel" });
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  expect(await sync.rows("work_order")).toHaveLength(2);
  return sync;
}

/** All that lies in a store, as text. */
async function onDisk(phone: Phone, names: readonly string[]): Promise<string> {
  const found = await Promise.all(
    names.map(
      (name) =>
        new Promise<unknown>((resolve) => {
          const request = phone.indexedDB.open("turbil-anna");
          request.onsuccess = () => {
            const all = request.result.transaction(name).objectStore(name).getAll();
            all.onsuccess = () => {
              request.result.close();
              resolve(all.result);
            };
          };
        }),
    ),
  );
  return JSON.stringify(found);
}

test("a day without the server: the rows go from screen and disk, the work stays, and contact brings all back", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await sync.enqueue(close("o1", photo(300, 1)));
  await sync.saveDraft("order:o2", { text: "halvfärdig" });
  phone.clock += 23 * HOUR;
  await sync.syncNow("test");
  expect(sync.state.outdated).toBe(false);
  expect(await sync.rows("work_order")).toHaveLength(2);
  phone.clock += HOUR;
  // Nobody touches the phone: its own minute finds out.
  await phone.pass(5 * 60_000);
  expect(sync.state).toMatchObject({ outdated: true, unsent: 1, unsentBlobs: 1, phase: "offline" });
  expect(await sync.rows("work_order")).toEqual([]);
  expect(await sync.row("work_order", "o2")).toBeUndefined();
  expect(await sync.rows("work_order_kept")).toEqual([]);
  expect(await onDisk(phone, ["rows", "shadow"])).not.toContain("kanarie");
  expect(await sync.outbox()).toHaveLength(1);
  expect(await sync.draft("order:o2")).toEqual({ text: "halvfärdig" });
  phone.network = connected;
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ outdated: false, unsent: 0, unsentBlobs: 0 });
  expect(await sync.rows("work_order")).toHaveLength(2);
  expect(phone.server.effects).toHaveLength(1);
});

test("a page that is opened after the time shows nothing, not even at first", async () => {
  const phone = new Phone();
  await begin(phone);
  phone.kill();
  phone.network = disconnected;
  phone.clock += 25 * HOUR;
  const sync = phone.page();
  const starting = sync.start(anna);
  expect(await sync.rows("work_order")).toEqual([]);
  await starting;
  expect(sync.state.outdated).toBe(true);
});

test("the server says for how long, within 8 to 72 hours", async () => {
  for (const [told, hours] of [
    [8, 8],
    [1, 8],
    [1000, 72],
    [undefined, 24],
  ] as const) {
    const phone = new Phone();
    phone.server.readableHours = told;
    const sync = await begin(phone);
    const last = Date.parse(sync.state.lastSyncAt ?? "");
    expect(Date.parse(sync.state.readableUntil ?? "") - last).toBe(hours * HOUR);
  }
});

test("a clock that was set back by a year gives nobody another year", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  phone.clock -= 365 * 24 * HOUR;
  await sync.syncNow("test");
  expect(sync.state.outdated).toBe(true);
  expect(await sync.rows("work_order")).toEqual([]);
});

test("a session that is over counts as no contact, and signing in brings the rows back", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.server.session = null;
  phone.clock += 25 * HOUR;
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ outdated: true, phase: "needs_sign_in" });
  phone.server.session = "anna";
  await sync.start(anna);
  await settled();
  expect(sync.state.outdated).toBe(false);
  expect(await sync.rows("work_order")).toHaveLength(2);
});

test("killed between forgetting and saying so: the next page does both", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  phone.clock += 25 * HOUR;
  const before = phone.boundaries;
  phone.crashAt = before + 2;
  await sync.syncNow("test");
  expect(phone.crashed).toBe(true);
  phone.kill();
  const again = phone.page();
  await again.start(anna);
  expect(again.state.outdated).toBe(true);
});
