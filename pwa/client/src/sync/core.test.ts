import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { backoff, EVERY, SyncError } from "./index";
import { migrations, Store } from "./store";
import { anna, bertil, close, connected, disconnected, Phone, photo, seeded, settled } from "./testing/world";
import type { Sync } from "./types";

async function begin(phone: Phone, orders = 2): Promise<Sync> {
  for (let index = 1; index <= orders; index += 1) {
    phone.server.put("anna", "work_order", `o${String(index)}`, { state: "started" });
  }
  const sync = phone.page();
  await sync.start(anna);
  await settled();
  return sync;
}

test("two tabs take different numbers, and one of them syncs for both", async () => {
  const phone = new Phone();
  const one = await begin(phone, 6);
  const two = phone.page();
  await two.start(anna);
  await settled();
  const heard: string[] = [];
  two.onChange((kinds) => heard.push(...kinds));
  const saved = await Promise.all(
    ["o1", "o2", "o3", "o4", "o5", "o6"].map((order, index) => (index % 2 ? one : two).enqueue(close(order))),
  );
  await settled();
  await settled();
  expect(saved.map(({ seq }) => seq).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(phone.server.log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(phone.server.effects).toHaveLength(6);
  expect(phone.server.installs.size).toBe(1);
  expect(heard).toContain("work_order");
  expect(one.state).toMatchObject({ unsent: 0, phase: "idle" });
  expect(two.state).toMatchObject({ unsent: 0, phase: "idle" });
});

test("logout and another user: the work goes sealed under its author, the outbox waits for its owner, nobody reads the other's rows", async () => {
  const phone = new Phone();
  phone.server.put("bertil", "work_order", "b1", { state: "started" });
  const sync = await begin(phone);
  phone.network = disconnected;
  const saved = await sync.enqueue(close("o1", photo(100, 1)));
  await sync.saveDraft("o2", { text: "halvfärdig" });
  await sync.stop();
  expect(sync.state).toMatchObject({ unsent: 0, phase: "idle" });
  await expect(sync.enqueue(close("o1"))).rejects.toThrow("sync.not_started");
  expect(await sync.rows("work_order")).toEqual([]);
  expect(await sync.drafts()).toEqual([]);
  phone.network = connected;
  phone.server.session = "bertil";
  await sync.start(bertil);
  await settled();
  expect((await sync.rows<{ id: string }>("work_order")).map(({ id }) => id)).toEqual(["b1"]);
  expect(await sync.outbox()).toEqual([]);
  expect(await sync.drafts()).toEqual([]);
  expect(phone.server.log.map(({ id, device }) => [id, phone.server.installs.get(device)?.user])).toEqual([[saved.id, "anna"]]);
  phone.server.session = "anna";
  await sync.start(anna);
  expect((await sync.outbox()).map(({ id }) => id)).toEqual([saved.id]);
  expect(await sync.draft("o2")).toEqual({ text: "halvfärdig" });
  await settled();
  expect(phone.server.log.map(({ id }) => id)).toEqual([saved.id]);
  expect([...phone.server.installs.values()].find(({ id }) => id === phone.server.log[0]?.device)?.user).toBe("anna");
  expect(sync.state).toMatchObject({ unsent: 0, unsentBlobs: 0 });
});

test("logging out leaves no readable row in the database", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  expect(await sync.rows("work_order")).toHaveLength(2);
  await sync.stop();
  phone.network = disconnected;
  const again = phone.page();
  await again.start(anna);
  expect(await again.rows("work_order")).toEqual([]);
});

test("backoff is full jitter from 1 s to 5 min, and `online` begins anew at once", async () => {
  expect(backoff(1, () => 0.999)).toBeLessThan(1000);
  expect(backoff(4, () => 0.999)).toBe(7992);
  expect(backoff(40, () => 0.999)).toBe(299_700);
  expect(backoff(40, () => 0)).toBe(0);
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  await sync.enqueue(close("o1"));
  await settled();
  phone.trace.length = 0;
  await phone.pass(10 * 60_000);
  const tries = phone.trace.filter((line) => line.includes("/api/sync/push")).length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(30);
  phone.network = connected;
  phone.callbacks.online?.();
  await settled();
  expect(phone.server.log).toHaveLength(1);
});

test("syncs every minute, when visible, and when the service worker says so", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const changed = async (cause: () => unknown): Promise<void> => {
    phone.server.put("anna", "work_order", "o1", { state: String(phone.clock) });
    await cause();
    await settled();
    expect(await sync.row("work_order", "o1")).toMatchObject({ state: phone.server.rows.get("work_order:o1")?.row["state"] });
  };
  await changed(() => phone.pass(EVERY + 1));
  await changed(() => phone.callbacks.visibility?.(true));
  await changed(() => phone.callbacks.worker?.({ type: "push" }));
  await changed(() => phone.callbacks.worker?.({ type: "sync" }));
});

test("when the browser says offline the phone finds out at once, even behind a request that hangs", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  const phases: string[] = [];
  sync.subscribe(({ phase }) => phases.push(phase));
  const hanging = (_path: string, init: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  phone.network = hanging;
  void sync.syncNow("timer");
  await settled();
  expect(sync.state.phase).toBe("syncing");
  phone.network = disconnected;
  phone.callbacks.offline?.();
  await settled();
  // No time has passed: no deadline and no timer told it.
  expect(sync.state.phase).toBe("offline");
  // The browser was wrong about the network: the round tells the truth.
  phone.network = connected;
  phone.callbacks.offline?.();
  await settled();
  expect(sync.state).toMatchObject({ phase: "idle", lastError: null });
});

test("the first round waits until the screen stands", async () => {
  const phone = new Phone();
  phone.server.put("anna", "work_order", "o1", { state: "started" });
  let stands = (): void => undefined;
  const sync = phone.page({ calm: () => new Promise((resolve) => (stands = resolve)) });
  await sync.start(anna);
  await settled();
  expect(phone.trace.filter((line) => line.includes("/api/"))).toEqual([]);
  stands();
  await settled();
  expect(await sync.rows("work_order")).toHaveLength(1);
});

test("a phone that is too old for the server is told so", async () => {
  const phone = new Phone();
  phone.server.minBuild = "1.2.0";
  const sync = phone.page({ build: "1.1.9" });
  await sync.start(anna);
  await settled();
  expect(sync.state).toMatchObject({ updateNeeded: true, lastError: "sync.schema" });
});

test("a request that hangs is given up after its deadline", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = (_path, init) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => {
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  await sync.enqueue(close("o1"));
  await settled();
  expect(sync.state.phase).toBe("syncing");
  await phone.pass(30_001);
  await settled();
  expect(sync.state).toMatchObject({ phase: "offline", lastError: "timeout", unsent: 1 });
});

test("stopping does not wait for a request that hangs", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = (_path, init) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => {
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  void sync.syncNow("test");
  await settled();
  await sync.stop();
  expect(sync.state.phase).toBe("idle");
});

/** A disk that is full for writes to some stores. */
function fullDisk(factory: IDBFactory, full: { stores: string[]; error: string }): IDBFactory {
  const proto = Object.getPrototypeOf(factory) as IDBFactory;
  const wrapped = Object.create(proto) as IDBFactory;
  wrapped.open = (name: string, version?: number) => {
    const request = factory.open(name, version);
    request.addEventListener("success", () => {
      const database = request.result;
      const transaction = database.transaction.bind(database);
      database.transaction = ((...given: Parameters<typeof transaction>) => {
        const names = ([] as string[]).concat(given[0] as string | string[]);
        if (given[1] === "readwrite" && names.some((it) => full.stores.includes(it))) throw new DOMException("full", full.error);
        return transaction(...given);
      }) as typeof database.transaction;
    });
    return request;
  };
  return wrapped;
}

test("a full disk gives up what can be fetched again, never what only this phone has", async () => {
  const phone = new Phone();
  const full = { stores: [] as string[], error: "QuotaExceededError" };
  phone.indexedDB = fullDisk(phone.indexedDB, full);
  const sync = await begin(phone);
  phone.network = disconnected;
  const kept = await sync.enqueue(close("o1", photo(100, 1)));
  await sync.saveDraft("o2", 1);
  await settled();
  full.stores = ["bytes"];
  await expect(sync.enqueue(close("o2"))).rejects.toEqual(new SyncError("storage.full"));
  expect(sync.state.lastError).toBe("storage.full");
  expect(await sync.rows("work_order")).toEqual([]);
  expect(await sync.outbox()).toMatchObject([{ id: kept.id, seq: 1 }]);
  expect(await sync.drafts()).toHaveLength(1);
  full.stores = [];
  const next = await sync.enqueue(close("o2"));
  expect(next.seq).toBe(2);
  phone.network = connected;
  await sync.syncNow("online");
  expect(phone.server.log.map(({ id }) => id)).toEqual([kept.id, next.id]);
  expect(await sync.rows("work_order")).toHaveLength(2);
  expect(sync.state).toMatchObject({ unsent: 0, unsentBlobs: 0, lastError: null });
});

test("a full disk during a pull leaves cookie and outbox as they were", async () => {
  const phone = new Phone();
  const full = { stores: [] as string[], error: "QuotaExceededError" };
  phone.indexedDB = fullDisk(phone.indexedDB, full);
  const sync = await begin(phone);
  phone.server.put("anna", "work_order", "o1", { state: "closed" });
  full.stores = ["journal"];
  await sync.syncNow("test");
  expect(sync.state).toMatchObject({ phase: "offline", lastError: "storage.full" });
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "started" });
  full.stores = [];
  await sync.syncNow("test");
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "closed" });
});

test("a broken connection is reopened once, then nothing more is written", async () => {
  const phone = new Phone();
  const full = { stores: [] as string[], error: "UnknownError" };
  phone.indexedDB = fullDisk(phone.indexedDB, full);
  const sync = await begin(phone);
  phone.network = disconnected;
  const kept = await sync.enqueue(close("o1"));
  full.stores = ["outbox"];
  await expect(sync.enqueue(close("o2"))).rejects.toEqual(new SyncError("storage.broken"));
  full.stores = [];
  await expect(sync.enqueue(close("o2"))).rejects.toEqual(new SyncError("storage.broken"));
  await settled();
  expect(sync.state.lastError).toBe("storage.broken");
  phone.kill();
  phone.network = connected;
  const again = phone.page();
  await again.start(anna);
  await settled();
  expect(phone.server.log.map(({ id }) => id)).toEqual([kept.id]);
});

test("a connection that the browser closed is opened again without a word", async () => {
  const factory = new IDBFactory();
  const store = new Store({ factory: factory as unknown as globalThis.IDBFactory, name: "turbil-x" });
  await store.write("one", ["drafts"], (it) => it.objectStore("drafts").put({ key: "a", sealed: 1 }));
  (await store.open()).close();
  expect(await store.read("two", ["drafts"], (it) => it.objectStore("drafts").count())).toBe(1);
  expect(store.broken).toBe(false);
});

test("a newer version of the database keeps the outbox", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  phone.network = disconnected;
  const saved = await sync.enqueue(close("o1"));
  await sync.stop();
  const store = new Store({
    factory: phone.indexedDB as unknown as globalThis.IDBFactory,
    name: "turbil-anna",
    migrations: [...migrations, (database) => void database.createObjectStore("extra")],
  });
  const kept = await store.read("outbox", ["outbox"], (it) => it.objectStore("outbox").getAll());
  expect(kept.map(({ id }) => id)).toEqual([saved.id]);
  store.close();
});

test("an evicted database is told", async () => {
  const phone = new Phone();
  const sync = await begin(phone);
  await sync.stop();
  phone.indexedDB = new IDBFactory();
  phone.network = disconnected;
  const again = phone.page();
  const errors: (string | null)[] = [];
  again.subscribe((state) => errors.push(state.lastError));
  await again.start(anna);
  expect(errors[0]).toBe("storage.evicted");
});

test("asks the browser to keep the storage", async () => {
  const phone = new Phone();
  let asked = 0;
  const sync = phone.page({ storage: { persist: () => Promise.resolve((asked += 1) > 0) } });
  await sync.start(anna);
  expect(asked).toBe(1);
});

test("what is stored passes the codec", async () => {
  const phone = new Phone();
  const seal = (value: unknown): unknown => ({ sealed: value instanceof ArrayBuffer ? value : JSON.stringify(value) });
  const open = (stored: unknown): unknown => {
    const { sealed } = stored as { sealed: string | ArrayBuffer };
    return typeof sealed === "string" ? (JSON.parse(sealed) as unknown) : sealed;
  };
  phone.server.put("anna", "work_order", "o1", { state: "started" });
  const sync = phone.page({
    codec: {
      // A real codec takes its time: no transaction may be open while it does.
      seal: async (value) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return seal(value);
      },
      open: async (stored) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return open(stored);
      },
    },
  });
  await sync.start(anna);
  await sync.syncNow("test");
  await sync.saveDraft("o1", { a: 1 });
  await sync.enqueue(close("o1", photo(100, 1)));
  await sync.syncNow("test");
  expect(await sync.draft("o1")).toEqual({ a: 1 });
  expect(await sync.rows("work_order")).toMatchObject([{ id: "o1", state: "closed" }]);
  expect(phone.server.effects).toHaveLength(1);
  expect(sync.state.unsentBlobs).toBe(0);
});

test("a poke starts a round; the ear is opened after the first good round and closed when hidden", async () => {
  const phone = new Phone();
  phone.server.put("anna", "work_order", "o1", { state: "started" });
  const listeners: (() => void)[] = [];
  let closed = 0;
  const sync = phone.page({
    pokes: () => ({ addEventListener: (_type, listener) => listeners.push(listener), close: () => (closed += 1), readyState: 1 }),
  });
  await sync.start(anna);
  await settled();
  expect(listeners).toHaveLength(1);
  phone.server.put("anna", "work_order", "o1", { state: "closed" });
  listeners[0]?.();
  await settled();
  expect(await sync.row("work_order", "o1")).toMatchObject({ state: "closed" });
  phone.callbacks.visibility?.(false);
  expect(closed).toBe(1);
});

test("the same seed gives the same trace", async () => {
  const run = async (seed: number): Promise<string[]> => {
    const phone = new Phone(seed);
    const random = seeded(seed);
    const sync = await begin(phone, 4);
    phone.network = (_path, _init, deliver) => {
      const fate = random();
      if (fate < 0.2) return Promise.reject(new TypeError("Failed to fetch"));
      if (fate < 0.4) return deliver().then(() => Promise.reject(new TypeError("connection reset")));
      if (fate < 0.5) return Promise.resolve(new Response("<html>", { status: 200 }));
      return deliver();
    };
    const ids: string[] = [];
    for (const order of ["o1", "o2", "o3", "o4"]) {
      ids.push((await sync.enqueue(close(order, photo(200, ids.length)))).id);
      await settled();
      await phone.pass(20_000);
    }
    phone.network = connected;
    await phone.pass(10 * 60_000);
    expect(phone.server.effects).toEqual(ids);
    expect(sync.state).toMatchObject({ unsent: 0, unsentBlobs: 0, phase: "idle" });
    return phone.trace;
  };
  const first = await run(42);
  expect(await run(42)).toEqual(first);
  expect(await run(43)).not.toEqual(first);
}, 60_000);
