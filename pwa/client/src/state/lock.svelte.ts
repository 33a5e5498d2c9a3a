/**
 * Whether what this phone keeps is open (SR-15): the PIN, the wait after wrong ones, and the lock after a while in the
 * pocket. The key is in memory, and for a moment in the service worker's, so that a reload asks for nothing.
 */
import { api } from "../api/client";
import type { Session } from "../api/types";
import type { Codec } from "../sync/codec";
import type { Vaults } from "../sync/vault";
import { askWorker, tellWorker } from "./lock-worker";

/** `choose`: there is no PIN yet, or a new one is due. `shut`: nothing opens the store but its owner's unsent work is in it. */
export type Gate = "open" | "choose" | "locked" | "shut";

/** How long the app may lie in the pocket before it asks again. */
export const LOCK_AFTER_MS = 5 * 60_000;

type Raw = Uint8Array<ArrayBuffer>;

const MARK = (userId: string): string => `turbil-${userId}.vault`;

function marked(userId: string): boolean {
  try {
    return localStorage.getItem(MARK(userId)) !== null;
  } catch {
    return false;
  }
}

class Lock {
  gate: Gate = $state("open");
  /** Wrong tries that are left; null before the first wrong one. */
  left: number | null = $state(null);
  waitUntil = $state(0);
  /** The PIN was thrown away after too many tries, or is forgotten: the password opens. */
  needsPassword = $state(false);
  codec: Codec | undefined;
  private userId = "";
  private raw: Raw | null = null;
  /** The server's key is known to lie in the vault, or is being asked for. */
  private serverAsked = false;

  /** Whether this user's store has a lock, or is to get one. */
  applies(session: Session): boolean {
    return session.pin || marked(session.user.id);
  }

  /** At the start of the page, before anything of the store is read. */
  async begin(session: Session): Promise<void> {
    this.userId = session.user.id;
    this.needsPassword = false;
    await this.withVaults(async (vaults) => {
      const vault = await vaults.read();
      if (!vault) {
        this.gate = "choose";
        return;
      }
      const raw = await askWorker(this.userId);
      if (raw) return this.open(raw);
      this.gate = "locked";
      this.needsPassword = vault.pin === null;
      this.waitUntil = vault.waitUntil;
    });
  }

  /** After a sign-in with the password, on line. */
  async signedIn(session: Session): Promise<void> {
    this.userId = session.user.id;
    const forgotten = this.needsPassword;
    await this.withVaults(async (vaults) => {
      const vault = await vaults.read();
      if (!vault) {
        this.gate = "choose";
        return;
      }
      const raw = vault.device ? await this.serverKey(vault.device).then((key) => (key ? vaults.tryServer(key) : null)) : null;
      if (raw) {
        await this.open(raw);
        if (vault.pin === null || forgotten) this.gate = "choose";
      } else if (vault.pin !== null && !forgotten) this.gate = "locked";
      else await this.startOver(vaults);
    });
  }

  /** The first PIN, or a new one. */
  async choose(pin: string): Promise<void> {
    await this.withVaults(async (vaults) => {
      if (this.raw) await vaults.setPin(this.raw, pin);
      const raw = this.raw ?? (await vaults.create(pin));
      try {
        localStorage.setItem(MARK(this.userId), "1");
      } catch {
        // Only a policy that is turned off later would miss it.
      }
      await this.open(raw);
    });
  }

  async tryPin(pin: string): Promise<"open" | "wrong" | "wait" | "gone"> {
    return this.withVaults(async (vaults) => {
      const tried = await vaults.tryPin(pin, Date.now());
      this.left = tried.state === "wrong" ? tried.left : null;
      this.waitUntil = "waitUntil" in tried ? tried.waitUntil : 0;
      if (tried.state === "open") await this.open(tried.raw);
      if (tried.state === "gone") this.needsPassword = true;
      return tried.state;
    });
  }

  /** Lets the server's key open the store too, as soon as the server knows this install. */
  async addServerKey(): Promise<void> {
    const raw = this.raw;
    if (!raw || this.serverAsked) return;
    this.serverAsked = true;
    await this.withVaults(async (vaults) => {
      const [vault, device] = await Promise.all([vaults.read(), vaults.deviceId()]);
      if (vault?.server) return;
      const key = vault && device ? await this.serverKey(device) : null;
      if (key && device) await vaults.setServer(raw, key, device);
      else this.serverAsked = false;
    });
  }

  /** Shuts: the key leaves the memory. The caller has stopped the sync core. */
  shut(): void {
    this.raw = null;
    this.serverAsked = false;
    this.codec = undefined;
    this.left = null;
    void tellWorker(this.userId, null);
    this.gate = "locked";
  }

  /** Another user, or nobody. */
  forget(): void {
    this.shut();
    this.needsPassword = false;
    this.waitUntil = 0;
    this.gate = "open";
  }

  private async open(raw: Raw): Promise<void> {
    const [{ aesCodec }, { storeKey }] = await Promise.all([import("../sync/codec"), import("../sync/vault")]);
    this.codec = aesCodec(await storeKey(raw));
    this.raw = raw;
    this.left = null;
    this.waitUntil = 0;
    this.needsPassword = false;
    void tellWorker(this.userId, raw);
    this.gate = "open";
  }

  /** Nothing opens it: what is unsent has gone to the server as envelopes, the rest the server gives again. */
  private async startOver(vaults: Vaults): Promise<void> {
    const { sync } = await import("./sync");
    await sync().carrySealed(this.userId).catch(() => undefined);
    this.gate = (await vaults.startOver()) ? "choose" : "shut";
  }

  private async serverKey(device: string): Promise<Raw | null> {
    try {
      const text = (await api.vaultKey(device)).replaceAll("-", "+").replaceAll("_", "/");
      return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    } catch {
      return null;
    }
  }

  private async withVaults<T>(work: (vaults: Vaults) => Promise<T>): Promise<T> {
    const { Vaults: Opened } = await import("../sync/vault");
    const vaults = new Opened({ factory: indexedDB, userId: this.userId });
    try {
      return await work(vaults);
    } finally {
      vaults.close();
    }
  }
}

export const lock = new Lock();
