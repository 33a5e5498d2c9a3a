import { expect, test } from "vitest";
import { anna, close, connected, disconnected, Phone, photo, settled, type Network } from "./testing/world";
import type { Sync } from "./types";

async function begin(phone: Phone, orders: number): Promise<Sync> {
  for (let index = 1; index <= orders; index += 1) {
    phone.server.put("anna", "work_order", `o${String(index)}`, { state: "started" });
  }
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

/** Everything that was saved is in the log once, in order, with the bytes it was saved with. */
function expectDelivered(phone: Phone, ids: readonly string[]): void {
  expect(phone.server.log.map((logged) => logged.id)).toEqual(ids);
  expect(phone.server.effects).toEqual(ids);
}

function bodies(phone: Phone, path: string): string[] {
  return phone.trace.filter((line) => line.startsWith(`POST ${path} `)).map((line) => line.slice(`POST ${path} `.length));
}

/** Lets `count` requests to `path` meet a fate, then is connected again. */
function once(path: string, fate: Network, count = 1): Network {
  let left = count;
  return (to, init, deliver) => {
    if (to !== path || left === 0) return deliver();
    left -= 1;
    return fate(to, init, deliver);
  };
}

test("a command is on the phone, then on the server, then gone from the outbox", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.network = disconnected;
  const saved = await sync.enqueue(close("o1"));
  await settled();
  expect(saved.seq).toBe(1);
  expect(sync.state).toMatchObject({ phase: "offline", unsent: 1, lastError: "network" });
  expect(sync.state.oldestUnsentAt).not.toBeNull();
  expect(await sync.outbox()).toMatchObject([{ seq: 1, state: "waiting", type: "work_order.close", lastError: "network" }]);
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "closed" });
  phone.network = connected;
  phone.callbacks.online?.();
  await settled();
  expectDelivered(phone, [saved.id]);
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "closed", done: [saved.id] });
  expect(sync.state).toMatchObject({ phase: "idle", unsent: 0, oldestUnsentAt: null, lastError: null, notApplied: 0 });
  expect((await sync.verdicts())[0]).toMatchObject({ id: saved.id, verdict: "applied" });
});

test("a response that is lost after the commit: sent again, one effect, the same bytes", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.network = once("/api/sync/push", async (_path, _init, deliver) => {
    await deliver();
    throw new TypeError("connection reset");
  });
  const saved = await sync.enqueue(close("o1"));
  await settled();
  expect(sync.state.unsent).toBe(1);
  await sync.syncNow("test");
  expectDelivered(phone, [saved.id]);
  const commands = bodies(phone, "/api/sync/push").map((body) => body.slice(body.indexOf('"commands":')));
  expect(commands).toHaveLength(2);
  expect(commands[0]).toBe(commands[1]);
  expect(phone.server.log[0]?.raw).toBe(commands[0]?.slice('"commands":['.length, -2));
  expect(await sync.outbox()).toEqual([]);
});

test("a captive portal's 200 is no success: the outbox stays", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  for (const answer of ["<html>Log in</html>", "{}", '{"proto":"fieldsync/1","push_id":"x","results":[]}']) {
    phone.network = () => Promise.resolve(new Response(answer, { status: 200 }));
    if ((await sync.outbox()).length === 0) await sync.enqueue(close("o1"));
    await settled();
    await sync.syncNow("test");
    expect(await sync.outbox()).toMatchObject([{ state: "waiting", lastError: "sync.not_our_server" }]);
    expect(sync.state).toMatchObject({ unsent: 1, phase: "offline" });
  }
  phone.network = connected;
  await sync.syncNow("test");
  expect(phone.server.log).toHaveLength(1);
});

test("answers that lack a verdict, or name another command, are no success", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  const spoil = (change: (body: Record<string, unknown>) => void): Network =>
    async (path, _init, deliver) => {
      if (path !== "/api/sync/push") throw new TypeError("Failed to fetch");
      const body = (await (await deliver()).json()) as Record<string, unknown>;
      change(body);
      return new Response(JSON.stringify(body), { status: 202 });
    };
  phone.network = spoil((body) => (body["results"] = []));
  await sync.enqueue(close("o1"));
  await settled();
  expect((await sync.outbox())[0]?.state).toBe("waiting");
  phone.network = spoil((body) => (body["results"] = [{ seq: 1, id: "another", verdict: "applied" }]));
  await sync.syncNow("test");
  expect((await sync.outbox())[0]?.state).toBe("waiting");
  phone.network = spoil((body) => (body["push_id"] = "another push"));
  await sync.syncNow("test");
  expect((await sync.outbox())[0]?.state).toBe("waiting");
  phone.network = connected;
  await sync.syncNow("test");
  expect(await sync.outbox()).toHaveLength(0);
  expect(phone.server.effects).toHaveLength(1);
});

test("401 with our code leaves the outbox; the install registers anew with the same command ids", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 2);
  const first = await sync.enqueue(close("o1"));
  await settled();
  phone.network = disconnected;
  const second = await sync.enqueue(close("o2"));
  await settled();
  phone.server.installs.clear();
  phone.server.session = null;
  phone.network = connected;
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ phase: "needs_sign_in", unsent: 1 });
  expect(await sync.outbox()).toMatchObject([{ id: second.id, state: "waiting" }]);
  phone.server.session = "anna";
  await sync.start(anna);
  await settled();
  expectDelivered(phone, [first.id, second.id]);
  expect(await sync.outbox()).toEqual([]);
  expect(sync.state.phase).toBe("idle");
});

test("what has its verdict is not read again for every push", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.network = disconnected;
  const saved: string[] = [];
  for (let number = 0; number < 170; number += 1) saved.push((await sync.enqueue(close("o1"))).id);
  await settled();
  phone.network = connected;
  let read = 0;
  const real = IDBObjectStore.prototype.getAll;
  IDBObjectStore.prototype.getAll = function (this: IDBObjectStore, query?: IDBValidKey | IDBKeyRange | null, count?: number) {
    const request = real.call(this, query, count) as IDBRequest<unknown[]>;
    if (this.name === "outbox" && count !== undefined) request.addEventListener("success", () => (read += request.result.length));
    return request;
  };
  await sync.syncNow("test");
  IDBObjectStore.prototype.getAll = real;
  expectDelivered(phone, saved);
  // Once to be sent, and once at the end, to find what was set back meanwhile.
  expect(read).toBeLessThanOrEqual(2 * saved.length);
});

test("whoever is signing in is not sent away by rounds that go on meanwhile", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.server.session = null;
  await sync.syncNow("test");
  const phases = new Set<string>();
  sync.subscribe(({ phase }) => phases.add(phase));
  await sync.enqueue(close("o1"));
  await settled();
  phone.network = disconnected;
  await sync.syncNow("test");
  expect([...phases]).toEqual(["needs_sign_in"]);
  phone.network = connected;
  phone.server.session = "anna";
  await sync.syncNow("test");
  expect(sync.state.phase).toBe("idle");
});

test("without a session sending goes on and nothing readable is lost", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.server.session = null;
  const saved = await sync.enqueue(close("o1"));
  await settled();
  expectDelivered(phone, [saved.id]);
  expect(sync.state).toMatchObject({ phase: "needs_sign_in", unsent: 0 });
  expect(await sync.outbox()).toMatchObject([{ state: "sent" }]);
  expect(await sync.rows("work_order")).toHaveLength(1);
});

test("413 halves the push until it fits; 50 commands are the most", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 60);
  phone.network = disconnected;
  const ids: string[] = [];
  for (let index = 1; index <= 60; index += 1) ids.push((await sync.enqueue(close(`o${String(index)}`))).id);
  await settled();
  phone.network = connected;
  phone.server.maxCommands = 10;
  phone.trace.length = 0;
  await sync.syncNow("online");
  expectDelivered(phone, ids);
  const sizes = bodies(phone, "/api/sync/push").map((body) => (JSON.parse(body) as { commands: unknown[] }).commands.length);
  expect(Math.max(...sizes)).toBe(50);
  expect(sizes.filter((size) => size <= 10).reduce((sum, size) => sum + size)).toBe(60);
});

test("a push stays under 256 KB in UTF-8, and a command that never fits is refused at once", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 3);
  phone.network = disconnected;
  for (const order of ["o1", "o2", "o3"]) {
    await sync.enqueue({ ...close(order), args: { ...close(order).args, note: "å".repeat(50_000) } });
  }
  await expect(sync.enqueue({ ...close("o1"), args: { note: "å".repeat(130_000) } })).rejects.toThrow("command.too_large");
  await settled();
  phone.network = connected;
  await sync.syncNow("online");
  expect(phone.server.log).toHaveLength(3);
  const sent = bodies(phone, "/api/sync/push").map((body) => new TextEncoder().encode(body).byteLength);
  expect(Math.max(...sent)).toBeLessThanOrEqual(256 * 1024);
});

test("a gap brings back what the journal has", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 3);
  const ids = [(await sync.enqueue(close("o1"))).id];
  await settled();
  const [install] = phone.server.installs.values();
  ids.push((await sync.enqueue(close("o2"))).id);
  await settled();
  expect(await sync.outbox()).toEqual([]);
  // The server loses the second command, as if it had never come.
  phone.server.log.pop();
  phone.server.effects.pop();
  if (install) install.lastSeq = 1;
  ids.push((await sync.enqueue(close("o3"))).id);
  await settled();
  expectDelivered(phone, ids);
  expect(phone.server.log.map((logged) => logged.seq)).toEqual([1, 2, 3]);
  expect(await sync.outbox()).toEqual([]);
});

test("a cloned phone gets a new identity and keeps its command ids", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 2);
  phone.network = disconnected;
  const mine = [(await sync.enqueue(close("o1"))).id, (await sync.enqueue(close("o2"))).id];
  await settled();
  // The other phone with the same identity has used number 1.
  const [install] = phone.server.installs.values();
  if (install) install.lastSeq = 1;
  phone.server.log.push({ id: "others", seq: 1, device: install?.id ?? "", type: "x", raw: "", verdict: "applied" });
  phone.network = connected;
  await sync.syncNow("online");
  expect(phone.server.log.slice(1).map(({ id, seq }) => ({ id, seq }))).toEqual([
    { id: mine[0], seq: 1 },
    { id: mine[1], seq: 2 },
  ]);
  expect(phone.server.installs.size).toBe(2);
  expect(await sync.outbox()).toEqual([]);
});

test("a clone's number in last_seq acknowledges nothing that this phone has not had a verdict on", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  const [install] = phone.server.installs.values();
  phone.network = once("/api/sync/push", () => Promise.resolve(new Response("", { status: 503 })));
  if (install) install.lastSeq = 1;
  await sync.enqueue(close("o1"));
  await settled();
  expect(await sync.outbox()).toMatchObject([{ seq: 1, state: "waiting", lastError: "http.503" }]);
});

test("a server restored from a backup gets everything back (case 27)", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 3);
  const ids = [(await sync.enqueue(close("o1"))).id];
  await settled();
  const restore = phone.server.backup();
  ids.push((await sync.enqueue(close("o2"))).id, (await sync.enqueue(close("o3"))).id);
  await settled();
  expect(phone.server.log).toHaveLength(3);
  restore();
  expect(phone.server.log).toHaveLength(1);
  await sync.syncNow("test");
  expectDelivered(phone, ids);
  expect(await sync.outbox()).toEqual([]);
  expect(sync.state).toMatchObject({ phase: "idle", unsent: 0 });
});

test("a backup from before the registration: registers anew and sends the journal", async () => {
  const phone = new Phone();
  const restore = phone.server.backup();
  const sync = await begin(phone, 2);
  const first = await sync.enqueue(close("o1"));
  await settled();
  restore();
  for (const order of ["o1", "o2"]) phone.server.put("anna", "work_order", order, { state: "started" });
  const second = await sync.enqueue(close("o2"));
  await settled();
  expectDelivered(phone, [first.id, second.id]);
  expect(await sync.outbox()).toEqual([]);
});

test("a journal that is too short for the gap gives the install a new identity instead of blocking", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 3);
  for (const order of ["o1", "o2"]) await sync.enqueue(close(order));
  await settled();
  await sync.stop({ keepRows: true });
  phone.clock += 31 * 24 * 3600 * 1000;
  const [install] = phone.server.installs.values();
  if (install) install.lastSeq = 0;
  const again = phone.page();
  await again.start(anna);
  await settled();
  const third = await again.enqueue(close("o3"));
  await settled();
  expect(phone.server.log.at(-1)).toMatchObject({ id: third.id, seq: 1 });
  expect(phone.server.installs.size).toBe(2);
  expect(await again.outbox()).toEqual([]);
});

test("a recorded verdict is shown, and the overlay stays until a pull has acknowledged it (R8)", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 1);
  phone.server.put("anna", "work_order", "o1", { state: "cancelled" });
  phone.network = once("/api/sync/pull", disconnected);
  const saved = await sync.enqueue(close("o1"));
  await settled();
  expect((await sync.outbox())[0]).toMatchObject({ id: saved.id, state: "sent" });
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "closed" });
  expect(sync.state).toMatchObject({ unsent: 0, notApplied: 1, phase: "offline" });
  await sync.syncNow("test");
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "cancelled" });
  expect(await sync.outbox()).toEqual([]);
  expect(sync.state).toMatchObject({ notApplied: 1, phase: "idle" });
  const row = phone.server.rows.get(`command:${saved.id}`)?.row ?? {};
  phone.server.put("anna", "command", saved.id, { ...row, review: { state: "decided", decision: "keep_office" } });
  await sync.syncNow("test");
  expect(sync.state.notApplied).toBe(0);
});

test("photos of a forked phone's acknowledged commands are sent under the new identity", async () => {
  const phone = new Phone();
  const sync = await begin(phone, 2);
  phone.network = (path, _init, deliver) => (path.startsWith("/api/blobs/") ? disconnected(path, {}, deliver) : deliver());
  const first = await sync.enqueue(close("o1", photo(50, 1)));
  await settled();
  expect(sync.state.unsentBlobs).toBe(1);
  const [install] = phone.server.installs.values();
  if (install) install.lastSeq = 2;
  phone.network = connected;
  await sync.enqueue(close("o2"));
  await settled();
  const last = JSON.parse(bodies(phone, "/api/sync/push").at(-1) ?? "") as { commands: { id: string; seq: number }[] };
  expect(last.commands[0]).toMatchObject({ id: first.id, seq: 1 });
  expect(sync.state.unsentBlobs).toBe(0);
});
