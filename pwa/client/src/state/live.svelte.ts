/** Rows of the phone's store as reactive state: read at once from what is known, again whenever the store changes. */
import { SvelteMap } from "svelte/reactivity";
import { painted } from "./paint";
import { sync } from "./sync";

const cache = new SvelteMap<string, readonly unknown[]>();
const loaded = new SvelteMap<string, true>();
const wanted = new Map<string, Promise<void>>();
const waiting = new Set<string>();
let listening = false;

async function load(kind: string): Promise<void> {
  cache.set(kind, await sync().rows<unknown>(kind));
  loaded.set(kind, true);
}

/** Reads a kind again, if a screen has asked for it: after the screen's own answer to a tap has been painted. */
export async function reread(kind: string): Promise<void> {
  if (!wanted.has(kind) || waiting.has(kind)) return;
  waiting.add(kind);
  await painted();
  waiting.delete(kind);
  if (wanted.has(kind)) await load(kind);
}

function want(kind: string): void {
  if (!listening) {
    listening = true;
    sync().onChange((kinds) => {
      for (const kind of kinds) void reread(kind);
    });
  }
  if (!wanted.has(kind)) wanted.set(kind, load(kind));
}

/** Call while a component is being set up; read `rows` and `ready` in its template. */
export function live<T>(kind: string): { readonly rows: readonly T[]; readonly ready: boolean } {
  want(kind);
  return {
    get rows() {
      return (cache.get(kind) ?? []) as readonly T[];
    },
    get ready() {
      return loaded.has(kind);
    },
  };
}

/** Waits until a kind has been read once; for code outside components. */
export async function ready<T>(kind: string): Promise<readonly T[]> {
  want(kind);
  await wanted.get(kind);
  return (cache.get(kind) ?? []) as readonly T[];
}

/** Forgets what the signed-out user saw. */
export function forgetRows(): void {
  cache.clear();
  loaded.clear();
  wanted.clear();
}
