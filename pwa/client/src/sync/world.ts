/** What the sync core needs of the world, and the browser's own. */
import type { Codec } from "./codec";
import { seal } from "./seal";
import type { Seal } from "./sealing";
import type { OverlayContext } from "./overlay";
import type { Fetch, Timers } from "./transport";
import { browserSurroundings, type Channel, type Locks, type PokeSource, type Surroundings } from "./triggers";

/** Everything the core needs of the world, so that a test can be the world. */
export interface World {
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly uuid: () => string;
  /** Lower-case hexadecimal. */
  readonly sha256: (bytes: ArrayBuffer) => Promise<string>;
  readonly indexedDB: IDBFactory;
  readonly storage: { persist?: () => Promise<boolean>; persisted?: () => Promise<boolean> } | null;
  /** Remembers outside the database that it existed. */
  readonly marker: Pick<globalThis.Storage, "getItem" | "setItem"> | null;
  readonly locks: Locks | null;
  readonly timers: Timers;
  readonly surroundings: Surroundings;
  readonly channel: (name: string) => Channel | null;
  readonly pokes: (address: string) => PokeSource | null;
  readonly codec?: Codec | undefined;
  readonly seal: Seal;
  /** Resolves when the screen stands: the first round reads much and would make the user wait. */
  readonly calm?: (() => Promise<void>) | undefined;
  /** The app's version, `1.2.3`. */
  readonly build: string;
  readonly chunk?: number | undefined;
  readonly boundary?: ((label: string) => void) | undefined;
  readonly protocolVerdict?: OverlayContext["protocolVerdict"];
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function browserWorld(): Omit<World, "indexedDB"> {
  const browser: Partial<Navigator> = typeof navigator === "undefined" ? {} : navigator;
  return {
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    uuid: () => crypto.randomUUID(),
    sha256,
    seal,
    storage: browser.storage ?? null,
    marker: typeof localStorage === "undefined" ? null : localStorage,
    locks: browser.locks ?? null,
    timers: {
      set: (callback, milliseconds) => setTimeout(callback, milliseconds),
      clear: (handle) => {
        clearTimeout(handle as ReturnType<typeof setTimeout>);
      },
    },
    surroundings: browserSurroundings(),
    channel: (name) => (typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)),
    pokes: (address) => (typeof EventSource === "undefined" ? null : new EventSource(address)),
    build: "0",
  };
}
