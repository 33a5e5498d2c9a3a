/** A phone in a world where time, chance, network and disk do as the test says. Test data only. */
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { createSync, type SyncOptions } from "../index";
import type { Channel, Locks } from "../triggers";
import type { NewCommand, Sync, SyncSession } from "../types";
import { ModelServer } from "./server";

/** Mulberry32: the same seed gives the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 64 hexadecimal digits from FNV, at once: the real digest runs on other threads and would come in any order. */
export function fakeSha256(bytes: ArrayBuffer): Promise<string> {
  let text = "";
  for (let part = 0; part < 8; part += 1) {
    let hash = (0x811c9dc5 ^ part) >>> 0;
    for (const byte of new Uint8Array(bytes)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    text += hash.toString(16).padStart(8, "0");
  }
  return Promise.resolve(text);
}

/** What stands for the death of the page. */
export class Crash extends Error {}

/** Decides the fate of a request; `deliver` hands it to the server. */
export type Network = (path: string, init: RequestInit, deliver: () => Promise<Response>) => Promise<Response>;

export const connected: Network = (_path, _init, deliver) => deliver();
export const disconnected: Network = () => Promise.reject(new TypeError("Failed to fetch"));

/** One phone: a disk that outlives its pages, a clock, timers that run when told, and one server. */
export class Phone {
  readonly server = new ModelServer(fakeSha256);
  readonly trace: string[] = [];
  network: Network = connected;
  indexedDB: IDBFactory = new IDBFactory();
  clock = Date.parse("2026-03-02T08:00:00Z");
  /** Crash at this boundary, counted from 1; 0 is never. */
  crashAt = 0;
  boundaries = 0;
  private life = { alive: true };
  readonly timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  readonly channels = new Map<string, Set<Channel>>();
  readonly held = new Set<string>();
  readonly marks = new Map<string, string>();
  readonly callbacks: { online?: () => void; offline?: () => void; visibility?: (visible: boolean) => void; worker?: (message: unknown) => void } = {};
  private readonly random: () => number;
  private serial = 0;

  constructor(readonly seed = 1) {
    this.random = seeded(seed);
    this.server.session = anna.user.id;
  }

  page(options: SyncOptions = {}): Sync {
    const life = { alive: true };
    this.life = life;
    return createSync({
      fetch: (path, init) => this.fetch(life, path, init),
      now: () => (this.clock += 1),
      monotonic: () => this.clock,
      random: this.random,
      uuid: () => this.uuid(),
      sha256: fakeSha256,
      seal: (key, pushKey, tail) => Promise.resolve(`fake.${key.kid}.${JSON.stringify([pushKey, tail])}`),
      indexedDB: this.indexedDB as unknown as globalThis.IDBFactory,
      storage: null,
      marker: { getItem: (key) => this.marks.get(key) ?? null, setItem: (key, value) => void this.marks.set(key, value) },
      locks: this.locks(),
      timers: {
        set: (callback, milliseconds) => {
          this.serial += 1;
          this.timers.set(this.serial, { at: this.clock + milliseconds, callback });
          return this.serial;
        },
        clear: (handle) => void this.timers.delete(handle as number),
      },
      surroundings: {
        visible: () => true,
        onOnline: (callback) => {
          this.callbacks.online = callback;
          return () => undefined;
        },
        onOffline: (callback) => {
          this.callbacks.offline = callback;
          return () => undefined;
        },
        onVisibility: (callback) => {
          this.callbacks.visibility = callback;
          return () => undefined;
        },
        onWorkerMessage: (callback) => {
          this.callbacks.worker = callback;
          return () => undefined;
        },
      },
      channel: (name) => this.channel(name),
      pokes: () => null,
      build: "1.0.0",
      boundary: (label) => {
        this.boundary(life, label);
      },
      ...options,
    });
  }

  get crashed(): boolean {
    return !this.life.alive;
  }

  /** The page is killed: nothing of it reaches disk or network any more, what is on disk stays. */
  kill(): void {
    this.life.alive = false;
    this.crashAt = 0;
    this.timers.clear();
    this.channels.clear();
    this.held.clear();
  }

  /** Lets the clock run, and with it the timers that are due. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.clock + milliseconds;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((one, other) => one[1].at - other[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.clock = Math.max(this.clock, due[1].at);
      due[1].callback();
      await settled();
    }
    this.clock = Math.max(this.clock, end);
  }

  private boundary(life: { alive: boolean }, label: string): void {
    if (!life.alive) throw new Crash(label);
    this.boundaries += 1;
    this.trace.push(label);
    if (this.boundaries === this.crashAt) life.alive = false;
    if (!life.alive) throw new Crash(label);
  }

  private async fetch(life: { alive: boolean }, path: string, init: RequestInit): Promise<Response> {
    if (!life.alive) throw new Crash(path);
    this.trace.push(`${String(init.method)} ${path} ${typeof init.body === "string" ? init.body : ""}`);
    const response = await this.network(path, init, () => this.server.handle(path, init));
    this.trace.push(`${String(response.status)} ${path}`);
    return response;
  }

  private uuid(): string {
    const part = (length: number): string =>
      Array.from({ length }, () => Math.floor(this.random() * 16).toString(16)).join("");
    return `${part(8)}-${part(4)}-4${part(3)}-8${part(3)}-${part(12)}`;
  }

  private locks(): Locks {
    return {
      request: async (name, _options, callback) => {
        if (this.held.has(name)) return callback(null);
        this.held.add(name);
        try {
          await callback({ name });
        } finally {
          this.held.delete(name);
        }
      },
    };
  }

  private channel(name: string): Channel {
    const all = this.channels.get(name) ?? new Set<Channel>();
    this.channels.set(name, all);
    const channel: Channel = {
      onmessage: null,
      postMessage: (message) => {
        for (const other of all) if (other !== channel) other.onmessage?.({ data: message } as MessageEvent);
      },
      close: () => void all.delete(channel),
    };
    all.add(channel);
    return channel;
  }
}

/** Waits until all that was set going on the fake disk has come to rest. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

export const anna: SyncSession = { user: { id: "anna", name: "Anna Test", teams: [{ id: "t1", name: "Lag 1" }] } };
export const bertil: SyncSession = { user: { id: "bertil", name: "Bertil Test", teams: [] } };

export function close(aggregate: string, ...photos: readonly Uint8Array[]): NewCommand {
  return {
    type: "work_order.close",
    v: 1,
    aggregate,
    base_rv: 1,
    args: { outcome: "repaired", time_entries: [{ id: `time-${aggregate}`, minutes: 30 }], parts: [], note: "åäö" },
    blobs: photos.map((photo) => ({ role: "photo", mime: "image/jpeg", bytes: photo.slice().buffer })),
  };
}

export function photo(size: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
}
