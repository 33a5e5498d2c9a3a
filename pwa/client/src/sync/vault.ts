/**
 * The key of a user's store on this phone, and the two locks round it: the user's PIN, and a key that the server gives
 * after a sign-in (docs/sync.md section 9, docs/decisions/readable-cache.md).
 *
 * The key itself is 32 random bytes and is in memory only. On the disk it lies wrapped: under the PIN together with a key
 * of this browser that cannot be read out, and under the server's key. Ten wrong PINs throw the first away.
 */
import { databaseName, getMeta, putMeta, Store, type StoreName } from "./store";

export interface Wrapped {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

export interface Vault {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  /** Null when it was thrown away: only a sign-in opens the store then. */
  readonly pin: Wrapped | null;
  /** Null until the server has given its key once. */
  readonly server: Wrapped | null;
  /** Which registration the server's key belongs to. */
  readonly device: string | null;
  readonly failures: number;
  /** Milliseconds since the epoch: no PIN is tried before. */
  readonly waitUntil: number;
}

export type Tried =
  | { readonly state: "open"; readonly raw: Uint8Array<ArrayBuffer> }
  | { readonly state: "wrong"; readonly left: number; readonly waitUntil: number }
  | { readonly state: "wait"; readonly waitUntil: number }
  | { readonly state: "gone" };

export const PIN_LENGTH = 6;
export const MOST_FAILURES = 10;
const FREE_FAILURES = 4;
const ROUNDS = 600_000;
const WAITS = [30_000, 60_000, 120_000, 300_000, 600_000];
const encoder = new TextEncoder();

type Bytes = Uint8Array<ArrayBuffer>;

function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function storeKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function wrap(key: CryptoKey, bytes: BufferSource): Promise<Wrapped> {
  const iv = random(12);
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

/** Null when the key is not the one that wrapped it. */
async function unwrap(key: CryptoKey, wrapped: Wrapped): Promise<Bytes | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: wrapped.iv }, key, wrapped.data));
  } catch {
    return null;
  }
}

async function keyOfPin(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Six digits that are not the first ones anybody tries. */
export function isWeak(pin: string): boolean {
  if (/^(\d)\1*$/.test(pin) || /^(\d\d)\1\1$/.test(pin) || /^(\d\d\d)\1$/.test(pin)) return true;
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 && (steps.has(1) || steps.has(-1));
}

export class Vaults {
  private readonly store: Store;
  private readonly rounds: number;

  /** @param rounds of PBKDF2; tests take fewer. */
  constructor(options: { readonly factory: IDBFactory; readonly userId: string; readonly rounds?: number }) {
    this.store = new Store({ factory: options.factory, name: databaseName(options.userId) });
    this.rounds = options.rounds ?? ROUNDS;
  }

  close(): void {
    this.store.close();
  }

  read(): Promise<Vault | null> {
    return this.store.read("read_vault", ["meta"], async (transaction) => (await getMeta(transaction, "vault")) ?? null);
  }

  /** What the server knows this install as; null before it has registered. */
  deviceId(): Promise<string | null> {
    return this.store.read("read_device", ["meta"], async (transaction) => (await getMeta(transaction, "device")) ?? null);
  }

  /** A new key under a PIN. What the store holds already is sealed with it by the sync core (sealAll). */
  async create(pin: string): Promise<Bytes> {
    const raw = random(32);
    await this.setPin(raw, pin);
    return raw;
  }

  /** The PIN from now on. */
  async setPin(raw: Bytes, pin: string): Promise<void> {
    const salt = random(16);
    const own = await this.browserKey();
    const inner = await wrap(own, raw);
    const both = new Uint8Array(12 + inner.data.byteLength);
    both.set(inner.iv, 0);
    both.set(new Uint8Array(inner.data), 12);
    const wrapped = await wrap(await keyOfPin(pin, salt, this.rounds), both);
    const known = await this.read();
    const vault = { salt, rounds: this.rounds, pin: wrapped, server: known?.server ?? null, device: known?.device ?? null, failures: 0, waitUntil: 0 };
    await this.put(vault);
  }

  /** Lets the server's key open the store as well. */
  async setServer(raw: Bytes, serverKey: Bytes, device: string): Promise<void> {
    const server = await wrap(await storeKey(serverKey), raw);
    const known = await this.read();
    if (known) await this.put({ ...known, server, device });
  }

  async tryPin(pin: string, now: number): Promise<Tried> {
    const vault = await this.read();
    if (!vault?.pin) return { state: "gone" };
    if (now < vault.waitUntil) return { state: "wait", waitUntil: vault.waitUntil };
    // Counted first: whoever kills the page in the middle has used up a try.
    const failures = vault.failures + 1;
    const last = failures >= MOST_FAILURES;
    const waitUntil = failures > FREE_FAILURES ? now + (WAITS[Math.min(failures - FREE_FAILURES, WAITS.length) - 1] ?? 0) : 0;
    await this.put({ ...vault, failures, waitUntil });
    const both = await unwrap(await keyOfPin(pin, vault.salt, vault.rounds), vault.pin);
    const raw = both && (await unwrap(await this.browserKey(), { iv: both.slice(0, 12), data: both.slice(12).buffer }));
    if (raw) {
      await this.put({ ...vault, failures: 0, waitUntil: 0 });
      return { state: "open", raw };
    }
    if (!last) return { state: "wrong", left: MOST_FAILURES - failures, waitUntil };
    await this.dropPin();
    return { state: "gone" };
  }

  /** Null when the server's key is not the one, or has never been given. */
  async tryServer(serverKey: Bytes): Promise<Bytes | null> {
    const vault = await this.read();
    return vault?.server ? unwrap(await storeKey(serverKey), vault.server) : null;
  }

  /** The PIN opens nothing any more; the rows go, for the server can give them again. */
  async dropPin(): Promise<void> {
    await this.store.write("drop_pin", ["meta", "rows", "shadow"], async (transaction) => {
      const vault = await getMeta(transaction, "vault");
      if (vault) await putMeta(transaction, "vault", { ...vault, pin: null, failures: 0, waitUntil: 0 });
      await transaction.objectStore("rows").clear();
      await transaction.objectStore("shadow").clear();
      await transaction.objectStore("meta").delete("cursor");
    });
  }

  /**
   * The store begins anew when no lock opens it any more: all that was readable goes. False when unsent work lies here
   * that nobody has brought to the server (`carrySealed`): it stays, and so does the lock.
   */
  startOver(): Promise<boolean> {
    const names: StoreName[] = ["rows", "shadow", "kept", "outbox", "journal", "blobs", "bytes", "drafts", "reference", "meta"];
    return this.store.write("start_over", names, async (transaction) => {
      const left = (await transaction.objectStore("outbox").getAll()).filter(({ state, carried }) => state === "waiting" && carried !== true);
      if (left.length > 0) return false;
      for (const name of names) await transaction.objectStore(name).clear();
      return true;
    });
  }

  private async put(vault: Vault): Promise<void> {
    await this.store.write("put_vault", ["meta"], (transaction) => putMeta(transaction, "vault", vault), "strict");
  }

  /** A key of this browser that no script can read out; made once. */
  private async browserKey(): Promise<CryptoKey> {
    const known = await this.store.read("read_browser_key", ["meta"], (transaction) => getMeta(transaction, "browser_key"));
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return this.store.write("make_browser_key", ["meta"], async (transaction) => {
      const meanwhile = await getMeta(transaction, "browser_key");
      if (meanwhile) return meanwhile;
      await putMeta(transaction, "browser_key", made);
      return made;
    });
  }
}
