/** Sealing the outbox: every unsent command also lies here as an envelope that only the server opens (docs/sync.md 3). */
import type { Codec } from "./codec";
import { commandTail, loadDevice } from "./outbox";
import { DEADLINE, type Wire } from "./push";
import type { SealKey } from "./seal";
import { getMeta, putMeta, type Store, type StoredCommand } from "./store";
import { isRecord } from "./types";

export type Seal = (key: SealKey, pushKey: string, tail: string) => Promise<string>;

/** Seals for one install. What it needs is read once, so that saving a command waits for no other transaction. */
export class Sealer {
  private ready: Promise<{ key: SealKey; pushKey: string } | null> | null = null;

  constructor(
    private readonly store: Store,
    private readonly codec: Codec,
    private readonly make: Seal,
  ) {}

  /** The server's key or this install's identity has changed. */
  forget(): void {
    this.ready = null;
  }

  /** Reads what it needs; a page does it at its start. */
  prepare(): Promise<{ key: SealKey; pushKey: string } | null> {
    this.ready ??= this.load().catch(() => {
      this.ready = null;
      return null;
    });
    return this.ready;
  }

  /** The envelope, or undefined while there is no key: saving never waits or fails for it, the next round seals. */
  async seal(tail: string): Promise<string | undefined> {
    const ready = await this.prepare();
    if (!ready) return undefined;
    try {
      return await this.make(ready.key, ready.pushKey, tail);
    } catch {
      return undefined;
    }
  }

  private async load(): Promise<{ key: SealKey; pushKey: string } | null> {
    const key = await this.store.read("seal_key", ["meta"], (transaction) => getMeta(transaction, "seal_key"));
    const { keys } = await loadDevice(this.store, this.codec);
    if (key && keys) return { key, pushKey: keys.push_key };
    // Asked again once the install is registered.
    this.ready = null;
    return null;
  }
}

/** The key as the server tells it, or null when it is none. */
export function readSealKey(value: unknown): SealKey | null {
  if (!isRecord(value)) return null;
  const { kid, x, y } = value;
  return typeof kid === "string" && typeof x === "string" && typeof y === "string" ? { kid, x, y } : null;
}

/** Asks for the server's newest key when the phone has none, and once per page. */
export async function fetchSealKey(wire: Wire, ask: boolean): Promise<void> {
  const known = await wire.store.read("seal_key", ["meta"], (transaction) => getMeta(transaction, "seal_key"));
  if (known && !ask) return;
  const answer = await wire.transport.call({ method: "GET", path: "/api/sync/seal-key", deadline: DEADLINE });
  const told = answer.status === 200 ? readSealKey(answer.body) : null;
  if (!told || told.kid === known?.kid) return;
  await wire.store.write("keep_seal_key", ["meta"], (transaction) => putMeta(transaction, "seal_key", told));
  wire.sealer.forget();
}

/** Seals what was saved before there was a key, or under an identity that the install no longer has. */
export async function sealWaiting(wire: Wire): Promise<void> {
  const waiting = await wire.store.read("read_unsealed", ["outbox"], async (transaction) =>
    (await transaction.objectStore("outbox").getAll()).filter(isUnsealed),
  );
  const sealed = new Map<string, string>();
  for (const command of waiting) {
    const envelope = await wire.sealer.seal(await commandTail(command, wire.codec));
    if (envelope === undefined) return;
    sealed.set(command.id, envelope);
  }
  if (sealed.size === 0) return;
  await wire.store.write("keep_sealed", ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    for (const command of await outbox.getAll()) {
      const envelope = sealed.get(command.id);
      if (envelope !== undefined && isUnsealed(command)) await outbox.put({ ...command, envelope });
    }
  });
}

function isUnsealed(command: StoredCommand): boolean {
  return command.state === "waiting" && command.envelope === undefined;
}
