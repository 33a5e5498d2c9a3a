/** Reference bundles (docs/sync.md section 3): immutable, named by their content's hash, outside the view. */
import { DEADLINE, type Wire } from "./push";
import { getCursor, kindRange } from "./store";
import { unexpected } from "./transport";
import { isRecord } from "./types";

/** The device index's place among the bundles, which are named by their hashes. */
export const DEVICE_INDEX = "device_index";

const HASH = /^[0-9a-f]{64}$/;
/** A bundle that no row names any more is kept this long: a draft may still be written with it. Milliseconds. */
const KEPT = 30 * 24 * 3600 * 1000;

/** Fetches the bundles that the phone's rows name and that it does not have, checked against their names. */
export async function fetchReferences(wire: Wire, sha256: (bytes: ArrayBuffer) => Promise<string>): Promise<void> {
  const found = await wire.store.read("read_bundles", ["rows", "shadow", "reference", "meta"], async (transaction) => {
    const { active } = await getCursor(transaction);
    return {
      rows: await transaction.objectStore(active).getAll(kindRange("bundle")),
      kept: new Set(await transaction.objectStore("reference").getAllKeys()),
    };
  });
  const named = new Set<string>();
  for (const row of found.rows) {
    const bundle = await wire.codec.open(row.sealed);
    const hash = isRecord(bundle) ? bundle["sha256"] : undefined;
    if (typeof hash === "string" && HASH.test(hash)) named.add(hash);
  }
  found.kept.delete(DEVICE_INDEX);
  for (const hash of named) {
    if (found.kept.has(hash)) continue;
    const answer = await wire.transport.call({ method: "GET", path: `/api/reference/${hash}`, deadline: DEADLINE });
    if (answer.status !== 200 || answer.body === undefined || (await sha256(answer.bytes)) !== hash) {
      throw unexpected(answer);
    }
    const record = { sha256: hash, sealed: await wire.codec.seal(answer.body), storedAt: wire.now() };
    await wire.store.write("keep_reference", ["reference"], (transaction) =>
      transaction.objectStore("reference").put(record),
    );
    await wire.changed(["bundle"]);
  }
  if ([...found.kept].every((hash) => named.has(hash))) return;
  await wire.store.write("prune_reference", ["reference"], async (transaction) => {
    const store = transaction.objectStore("reference");
    for (const record of await store.getAll()) {
      if (record.sha256 !== DEVICE_INDEX && !named.has(record.sha256) && record.storedAt < wire.now() - KEPT) await store.delete(record.sha256);
    }
  });
}
