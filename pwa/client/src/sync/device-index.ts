/** The region's device index on the phone: fetched whole once, then brought up to date by deltas (docs/sync.md section 3). */
import { applyDelta, IndexFormatError } from "../index/format";
import { DEADLINE, type Wire } from "./push";
import { DEVICE_INDEX } from "./reference";
import { getCursor, kindRange } from "./store";
import { unexpected } from "./transport";
import { isRecord } from "./types";

interface KeptIndex {
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** The snapshot's bytes on this phone. It holds no personal data, so it is kept as it is. */
export async function readDeviceIndex(wire: Pick<Wire, "store">): Promise<KeptIndex | null> {
  const record = await wire.store.read("device_index", ["reference"], (it) => it.objectStore("reference").get(DEVICE_INDEX));
  const kept = record?.sealed;
  return isRecord(kept) && typeof kept["sha256"] === "string" && kept["content"] instanceof Uint8Array
    ? { sha256: kept["sha256"], content: kept["content"] }
    : null;
}

/** Fetches what the phone's row names and the phone does not have. */
export async function fetchDeviceIndex(wire: Wire, sha256: (bytes: ArrayBuffer) => Promise<string>): Promise<void> {
  const wanted = await wantedIndex(wire);
  if (wanted === null) return;
  const kept = await readDeviceIndex(wire);
  if (kept?.sha256 === wanted) return;
  const next = (kept && (await byDeltas(wire, kept, sha256))) ?? (await whole(wire, wanted, sha256));
  if (next === null) return;
  const record = { sha256: DEVICE_INDEX, sealed: next, storedAt: wire.now() };
  await wire.store.write("keep_device_index", ["reference"], (transaction) => transaction.objectStore("reference").put(record));
  await wire.changed([DEVICE_INDEX]);
}

async function wantedIndex(wire: Wire): Promise<string | null> {
  const rows = await wire.store.read("wanted_index", ["rows", "shadow", "meta"], async (transaction) => {
    const { active } = await getCursor(transaction);
    return transaction.objectStore(active).getAll(kindRange(DEVICE_INDEX));
  });
  const row = rows[0] && (await wire.codec.open(rows[0].sealed));
  return isRecord(row) && typeof row["sha256"] === "string" ? row["sha256"] : null;
}

/** From the snapshot that is here to the newest; null when the server has no way, or the outcome is not what it says. */
async function byDeltas(wire: Wire, kept: KeptIndex, sha256: (bytes: ArrayBuffer) => Promise<string>): Promise<KeptIndex | null> {
  const answer = await wire.transport.call({ method: "GET", path: `/api/device-index?from=${kept.sha256}`, deadline: DEADLINE });
  if (answer.status !== 200 || !isRecord(answer.body)) throw unexpected(answer);
  const { complete, deltas } = answer.body;
  if (complete !== true || !Array.isArray(deltas) || deltas.length === 0) return null;
  let current = kept;
  try {
    for (const delta of deltas) {
      const { content, from, to } = applyDelta(current.content, await unpack(fromBase64(String(delta))));
      if (from !== current.sha256) return null;
      current = { sha256: to, content };
    }
  } catch (reason) {
    if (reason instanceof IndexFormatError) return null;
    throw reason;
  }
  return (await sha256(exactly(current.content))) === current.sha256 ? current : null;
}

async function whole(wire: Wire, wanted: string, sha256: (bytes: ArrayBuffer) => Promise<string>): Promise<KeptIndex | null> {
  const answer = await wire.transport.call({ method: "GET", path: `/api/device-index/${wanted}`, deadline: DEADLINE });
  // A newer one has taken its place; the next pull names it.
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw unexpected(answer);
  const content = await unpack(new Uint8Array(answer.bytes)).catch(() => {
    throw unexpected(answer);
  });
  if ((await sha256(exactly(content))) !== wanted) throw unexpected(answer);
  return { sha256: wanted, content };
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new IndexFormatError("this is no base64");
  }
}

/** The bytes in a buffer of their own. */
function exactly(content: Uint8Array): ArrayBuffer {
  return content.slice().buffer;
}

async function unpack(packed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([exactly(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new IndexFormatError("this is no gzip");
  }
}
