/** Three ways to bring the same rows into this browser's IndexedDB, and the same writes to a server. Called by bench_sync.py. */
import PouchDB from "pouchdb";
import { createRxDatabase } from "rxdb";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { createSync } from "../../pwa/client/src/sync";
import { aesCodec } from "../../pwa/client/src/sync/codec";

interface Session {
  readonly user: { readonly id: string; readonly name: string };
}

const BATCH = 500;
let serial = 0;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** Our sync core with the codec that phones of the field have. */
async function ours(session: Session, writes: number): Promise<{ first: number; writes: number; rows: number }> {
  for (const { name } of await indexedDB.databases()) if (name?.startsWith("turbil-")) indexedDB.deleteDatabase(name);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const sync = createSync({ build: "bench", locks: null });
  const until = (ready: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const stop = sync.subscribe(() => {
        if (!ready()) return;
        stop();
        resolve();
      });
    });
  const first = await seconds(async () => {
    const whole = until(() => sync.state.lastSyncAt !== null && sync.state.phase === "idle");
    await sync.start(session, aesCodec(key));
    if (sync.state.lastSyncAt === null) await whole;
  });
  const rows = (await sync.rows("work_order")).length + (await sync.rows("device")).length;
  await sync.stop({ keepRows: true });
  // Without a network that answers pushes the writes wait on the disk; then the clock runs until all have their verdict.
  const real = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(new TypeError("offline"));
  const offline = createSync({ build: "bench", locks: null });
  await offline.start(session, aesCodec(key));
  for (let count = 0; count < writes; count += 1) {
    await offline.enqueue({ type: "device.scan", v: 1, aggregate: null, base_rv: null, args: { raw: `https://bench.invalid/${String(count)}` }, blobs: [] });
  }
  globalThis.fetch = real;
  const sent = await seconds(async () => {
    const all = new Promise<void>((resolve) => {
      const stop = offline.subscribe((state) => {
        if (state.unsent > 0) return;
        stop();
        resolve();
      });
    });
    void offline.syncNow("online");
    await all;
  });
  await offline.stop();
  return { first, writes: sent, rows };
}

async function pouch(remote: string, writes: number): Promise<{ first: number; writes: number; rows: number }> {
  const local = new PouchDB(`pouch-${String((serial += 1))}`);
  const first = await seconds(() => PouchDB.replicate(remote, local, { batch_size: BATCH }));
  const { doc_count: rows } = await local.info();
  await local.bulkDocs(Array.from({ length: writes }, (_, count) => ({ _id: `w-${String(serial)}-${String(count)}`, type: "device.scan", raw: `https://bench.invalid/${String(count)}` })));
  const sent = await seconds(() => PouchDB.replicate(local, remote, { batch_size: 50, filter: (doc: { _id: string }) => doc._id.startsWith(`w-${String(serial)}-`) }));
  await local.destroy();
  return { first, writes: sent, rows };
}

const SCHEMA = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: { id: { type: "string", maxLength: 100 }, updated: { type: "number" }, row: { type: "object" } },
  required: ["id"],
} as const;

interface Checkpoint {
  readonly at: number;
}

async function rx(writes: number): Promise<{ first: number; writes: number; rows: number }> {
  const database = await createRxDatabase({ name: `rx${String((serial += 1))}`, storage: getRxStorageDexie(), multiInstance: false });
  const { docs, out } = await database.addCollections({ docs: { schema: SCHEMA }, out: { schema: SCHEMA } });
  const first = await seconds(async () => {
    const replication = replicateRxCollection<Record<string, unknown>, Checkpoint>({
      collection: docs,
      replicationIdentifier: "pull",
      live: false,
      pull: {
        batchSize: BATCH,
        handler: async (checkpoint, batch) => (await fetch(`/rx/pull?from=${String(checkpoint?.at ?? 0)}&limit=${String(batch)}`)).json(),
      },
    });
    await replication.awaitInitialReplication();
  });
  const rows = await docs.count().exec();
  await out.bulkInsert(Array.from({ length: writes }, (_, count) => ({ id: `w-${String(serial)}-${String(count)}`, updated: count, row: { raw: `https://bench.invalid/${String(count)}` } })));
  const sent = await seconds(async () => {
    const replication = replicateRxCollection<Record<string, unknown>, Checkpoint>({
      collection: out,
      replicationIdentifier: "push",
      live: false,
      push: {
        batchSize: 50,
        handler: async (changed) => (await fetch("/rx/push", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(changed) })).json(),
      },
    });
    await replication.awaitInitialReplication();
  });
  await database.remove();
  return { first, writes: sent, rows };
}

Object.assign(window, { bench: { ours, pouch, rx } });
