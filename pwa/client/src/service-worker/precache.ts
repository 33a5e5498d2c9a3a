/**
 * Which files the phone keeps, and for how long.
 *
 * - Hashed files (/assets/…) lie in one cache that all versions share: a version fetches only what it does not have.
 * - The shell (index.html, manifest, icons, recovery script) lies in one cache per version, so that a waiting version
 *   never changes what the running one answers.
 * - A hashed file that the current version no longer names stays 30 days: a page that was opened before the update may
 *   still need it (lazy screens, the scanner's wasm).
 */

export interface PrecacheFile {
  /** Path from the root, with its leading slash. */
  readonly url: string;
  /** Subresource-integrity hash; a body that does not match is refused by fetch itself. */
  readonly integrity: string;
}

export interface Precache {
  /** Changes whenever any file of the build does. */
  readonly version: string;
  readonly assets: readonly PrecacheFile[];
  readonly shell: readonly PrecacheFile[];
}

export const ASSET_CACHE = "turbil-assets";
export const SHELL_CACHE_PREFIX = "turbil-shell-";
/** Holds one JSON answer: url -> the time (ms) when an update stopped naming it. */
export const RETIRED_CACHE = "turbil-retired";
const RETIRED_KEY = "/retired.json";
export const KEEP_RETIRED_MS = 30 * 24 * 3600 * 1000;

const shellCacheName = (precache: Precache): string => SHELL_CACHE_PREFIX + precache.version;

async function fetchFile(file: PrecacheFile, cache: RequestCache): Promise<Response> {
  const response = await fetch(file.url, { integrity: file.integrity, cache, credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`${file.url}: ${response.status}`);
  return response;
}

/** Fetches what is missing. Rejects, so that the worker is not installed, unless every file is there and intact. */
export async function install(precache: Precache, caches: CacheStorage): Promise<void> {
  const assets = await caches.open(ASSET_CACHE);
  const shell = await caches.open(shellCacheName(precache));
  await Promise.all([
    ...precache.assets.map(async (file) => {
      if (!(await assets.match(file.url, { ignoreVary: true }))) {
        await assets.put(file.url, await fetchFile(file, "default"));
      }
    }),
    // "no-cache" asks the server each time: an old copy in the browser's own cache would fail the integrity check.
    ...precache.shell.map(async (file) => shell.put(file.url, await fetchFile(file, "no-cache"))),
  ]);
}

async function readRetired(cache: Cache): Promise<Record<string, number>> {
  const stored = await cache.match(RETIRED_KEY);
  return stored ? ((await stored.json()) as Record<string, number>) : {};
}

async function pruneAssets(precache: Precache, caches: CacheStorage, now: number): Promise<void> {
  const [assets, record] = await Promise.all([caches.open(ASSET_CACHE), caches.open(RETIRED_CACHE)]);
  const current = new Set(precache.assets.map((file) => file.url));
  const before = await readRetired(record);
  const after: Record<string, number> = {};
  for (const request of await assets.keys()) {
    const url = new URL(request.url).pathname;
    if (current.has(url)) continue;
    const since = before[url] ?? now;
    if (now - since > KEEP_RETIRED_MS) await assets.delete(request);
    else after[url] = since;
  }
  await record.put(RETIRED_KEY, new Response(JSON.stringify(after), { headers: { "content-type": "application/json" } }));
}

/**
 * Makes this version the one that answers: drops other shells, prunes hashed files that nobody can need.
 *
 * @param now milliseconds since the epoch
 * @returns true when no version was here before: only then may the worker claim open pages, because a page that runs
 *   another version must not be handed over without its own consent.
 */
export async function activate(precache: Precache, caches: CacheStorage, now: number): Promise<boolean> {
  const own = shellCacheName(precache);
  const others = (await caches.keys()).filter((name) => name.startsWith(SHELL_CACHE_PREFIX) && name !== own);
  await pruneAssets(precache, caches, now);
  await Promise.all(others.map((name) => caches.delete(name)));
  return others.length === 0;
}

/** The kept answer for a path, or undefined when it is not kept (or the browser evicted it). */
export async function kept(precache: Precache, caches: CacheStorage, url: string): Promise<Response | undefined> {
  const name = url.startsWith("/assets/") ? ASSET_CACHE : shellCacheName(precache);
  // Not caches.open: it would create an empty cache for a version that was pruned.
  return caches.match(url, { cacheName: name, ignoreVary: true, ignoreSearch: true });
}
