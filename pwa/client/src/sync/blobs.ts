/**
 * Photos and signatures: after their commands, the smallest first, two at a time, from where they were cut off.
 * The bytes stay until the server has said, in our own words, that it has all of them.
 */
import { dropDelivered, loadDevice } from "./outbox";
import type { Wire } from "./push";
import { problemCode, RegisterAgain, TransportFailure, unexpected, type Answer, type Call } from "./transport";
import { SyncError, type DeviceKeys } from "./types";

/** Bytes in one request: what is lost when the connection breaks. */
export const PIECE = 256 * 1024;
const AT_ONCE = 2;
const DEADLINE = 60_000;
/** Wrong offsets and refused hashes in one round, before the photo waits for the next. */
const PATIENCE = 4;

interface Upload {
  readonly sha256: string;
  readonly size: number;
}

/** Sends what the server lacks; returns how many photos it got. */
export async function uploadAll(wire: Wire, sha256: (bytes: ArrayBuffer) => Promise<string>): Promise<number> {
  const { keys } = await loadDevice(wire.store, wire.codec);
  if (!keys) return 0;
  const queue = await waiting(wire);
  let sent = 0;
  let failure: unknown = null;
  let cutOff = false;
  const worker = async (): Promise<void> => {
    for (let upload = queue.shift(); upload && !cutOff; upload = queue.shift()) {
      try {
        if (await send(wire, keys, upload, sha256)) sent += 1;
      } catch (reason) {
        failure ??= reason;
        // One photo that the server will not have must not hold up the others; no connection holds up all.
        const onlyThisOne = reason instanceof TransportFailure ? reason.reached : errorCode(reason) === "blob.damaged";
        cutOff ||= !onlyThisOne;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failure !== null) throw failure;
  return sent;
}

function errorCode(reason: unknown): string {
  return reason instanceof SyncError ? reason.code : "";
}

/** Smallest first, and only photos whose command the server has: it refuses hashes that nobody has named. */
function waiting(wire: Wire): Promise<Upload[]> {
  return wire.store.read("read_blobs", ["blobs", "outbox"], async (transaction) => {
    const commands = await transaction.objectStore("outbox").getAll();
    const unknown = new Set(commands.filter((command) => command.state === "waiting").map((command) => command.id));
    const uploads: Upload[] = [];
    for (const blob of await transaction.objectStore("blobs").index("unsent").getAll()) {
      const known = blob.waitingFor.length === 0 || blob.waitingFor.some((id) => !unknown.has(id));
      if (known) uploads.push({ sha256: blob.sha256, size: blob.size });
    }
    return uploads;
  });
}

async function send(
  wire: Wire,
  keys: DeviceKeys,
  upload: Upload,
  sha256: (bytes: ArrayBuffer) => Promise<string>,
): Promise<boolean> {
  const call = (rest: Pick<Call, "method" | "bytes" | "headers">): Promise<Answer> =>
    wire.transport.call({
      ...rest,
      path: `/api/blobs/${upload.sha256}`,
      headers: { ...rest.headers, authorization: `Bearer ${keys.push_key}` },
      deadline: DEADLINE,
    });
  let offset = await askOffset(upload, call);
  if (offset === null) return false;
  let patience = PATIENCE;
  let whole = offset === upload.size;
  let bytes = offset === upload.size ? null : await readBytes(wire, upload);
  while (offset < upload.size && bytes) {
    const piece = bytes.slice(offset, offset + PIECE);
    const answer = await call({ method: "PATCH", bytes: piece, headers: { "upload-offset": String(offset) } });
    const told = readOffset(answer);
    const complete = answer.headers.get("upload-complete");
    if ((answer.status === 200 || answer.status === 201) && complete === "?1") {
      whole = true;
      break;
    }
    if (answer.status === 204 && complete === "?0" && told === offset + piece.byteLength) {
      offset = told;
      continue;
    }
    if (answer.status === 401 && problemCode(answer) === "push_key.unknown") throw new RegisterAgain();
    patience -= 1;
    if (patience > 0 && answer.status === 409 && told !== null) offset = Math.min(told, upload.size);
    else if (patience > 0 && answer.status === 422) {
      // Somewhere on the way or on the disk bytes were changed: read them again and begin again.
      bytes = await readBytes(wire, upload);
      if ((await sha256(bytes)) !== upload.sha256) throw new SyncError("blob.damaged");
      offset = 0;
    } else throw unexpected(answer);
  }
  // The server's own word that it is whole; an answer in between may have come from anybody.
  if (!whole && (await askOffset(upload, call)) !== upload.size) throw new TransportFailure("blob.incomplete", true);
  await wire.store.write("blob_sent", ["blobs", "bytes"], async (transaction) => {
    const blob = await transaction.objectStore("blobs").get(upload.sha256);
    if (!blob) return;
    const { sha256: key, size, mime, waitingFor } = blob;
    await transaction.objectStore("blobs").put({ sha256: key, size, mime, waitingFor });
    await dropDelivered(transaction, key);
  });
  await wire.changed(["outbox"]);
  return true;
}

/** How much the server has; null when it does not know the hash (yet). */
async function askOffset(
  upload: Upload,
  call: (rest: Pick<Call, "method">) => Promise<Answer>,
): Promise<number | null> {
  const answer = await call({ method: "HEAD" });
  if (answer.status === 404) return null;
  const complete = answer.headers.get("upload-complete");
  if (answer.status === 200 && complete === "?1") return upload.size;
  const offset = readOffset(answer);
  if (answer.status !== 200 || complete !== "?0" || offset === null || offset >= upload.size) throw unexpected(answer);
  return offset;
}

function readOffset(answer: Answer): number | null {
  const header = answer.headers.get("upload-offset");
  return header !== null && /^[0-9]{1,12}$/.test(header) ? Number(header) : null;
}

async function readBytes(wire: Wire, upload: Upload): Promise<ArrayBuffer> {
  const stored = await wire.store.read("read_bytes", ["bytes"], (transaction) =>
    transaction.objectStore("bytes").get(upload.sha256),
  );
  const bytes = stored === undefined ? undefined : await wire.codec.open(stored.sealed);
  if (!(bytes instanceof ArrayBuffer)) throw new SyncError("blob.damaged");
  return bytes;
}
