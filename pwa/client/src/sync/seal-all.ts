/**
 * Seals what the store held before it had a key. Each value is replaced on its own, so a phone that dies in the middle goes
 * on where it was, and a value that changes meanwhile is left: whoever changed it has sealed it.
 */
import { isSealed, type Codec } from "./codec";
import type { Store, StoreName, StoredCommand } from "./store";

const AT_ONCE = 200;
/** Photos are large: a few at a time. */
const PHOTOS_AT_ONCE = 4;

type Kept = { sealed: unknown } & Record<string, unknown>;

async function sealStore(store: Store, codec: Codec, name: StoreName, atOnce: number): Promise<void> {
  for (;;) {
    const plain = await store.read("read_plain", [name], async (transaction) => {
      const found: { key: IDBValidKey; sealed: unknown }[] = [];
      for (let cursor = await transaction.objectStore(name).openCursor(); cursor && found.length < atOnce; cursor = await cursor.continue()) {
        const value = cursor.value as Kept;
        if (!isSealed(value.sealed)) found.push({ key: cursor.key as IDBValidKey, sealed: value.sealed });
      }
      return found;
    });
    if (plain.length === 0) return;
    const sealed = await Promise.all(plain.map((one) => codec.seal(one.sealed)));
    await store.write("seal_plain", [name], async (transaction) => {
      const objects = transaction.objectStore(name) as unknown as { get(key: IDBValidKey): Promise<Kept | undefined>; put(value: Kept): Promise<unknown> };
      for (const [index, { key }] of plain.entries()) {
        const now = await objects.get(key);
        if (now && !isSealed(now.sealed)) await objects.put({ ...now, sealed: sealed[index] });
      }
    });
  }
}

async function sealJournal(store: Store, codec: Codec): Promise<void> {
  const entries = await store.read("read_journal", ["journal"], (transaction) => transaction.objectStore("journal").getAll());
  for (const { id, command } of entries) {
    if (isSealed(command.sealed)) continue;
    const sealed = await codec.seal(command.sealed);
    await store.write("seal_journal", ["journal"], async (transaction) => {
      const now = await transaction.objectStore("journal").get(id);
      if (now && !isSealed(now.command.sealed)) {
        await transaction.objectStore("journal").put({ ...now, command: { ...now.command, sealed } satisfies StoredCommand });
      }
    });
  }
}

async function sealKeys(store: Store, codec: Codec): Promise<void> {
  const plain = await store.read("read_keys", ["meta"], (transaction) => transaction.objectStore("meta").get("keys"));
  if (plain === undefined || isSealed(plain)) return;
  const sealed = await codec.seal(plain);
  await store.write("seal_keys", ["meta"], async (transaction) => {
    const now: unknown = await transaction.objectStore("meta").get("keys");
    if (now !== undefined && !isSealed(now)) await transaction.objectStore("meta").put(sealed, "keys");
  });
}

/** Unsent work first. Nothing is removed by it; afterwards the store holds no readable value. */
export async function sealAll(store: Store, codec: Codec): Promise<void> {
  await sealKeys(store, codec);
  for (const name of ["outbox", "drafts", "kept", "rows", "shadow", "reference"] as const) await sealStore(store, codec, name, AT_ONCE);
  await sealJournal(store, codec);
  await sealStore(store, codec, "bytes", PHOTOS_AT_ONCE);
}
