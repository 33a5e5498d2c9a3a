import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { activate, ASSET_CACHE, install, KEEP_RETIRED_MS, kept, type Precache } from "./precache";

const ORIGIN = "https://turbil.example";
const DAY = 24 * 3600 * 1000;

class FakeCache {
  readonly store = new Map<string, Response>();

  private key(request: RequestInfo | URL): string {
    return new URL(request instanceof Request ? request.url : String(request), ORIGIN).href;
  }
  async match(request: RequestInfo | URL): Promise<Response | undefined> {
    return this.store.get(this.key(request))?.clone();
  }
  async put(request: RequestInfo | URL, response: Response): Promise<void> {
    this.store.set(this.key(request), response);
  }
  async delete(request: RequestInfo | URL): Promise<boolean> {
    return this.store.delete(this.key(request));
  }
  async keys(): Promise<Request[]> {
    return [...this.store.keys()].map((url) => new Request(url));
  }
}

class FakeCaches {
  readonly all = new Map<string, FakeCache>();

  async open(name: string): Promise<FakeCache> {
    const cache = this.all.get(name) ?? new FakeCache();
    this.all.set(name, cache);
    return cache;
  }
  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }
  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }
  async match(request: string, options?: MultiCacheQueryOptions): Promise<Response | undefined> {
    return options?.cacheName ? this.all.get(options.cacheName)?.match(request) : undefined;
  }
}

let fake: FakeCaches;
let storage: CacheStorage;
let fetched: string[];
let broken: Set<string>;

beforeEach(() => {
  fake = new FakeCaches();
  // The functions under test use these five calls only.
  storage = fake as unknown as CacheStorage;
  fetched = [];
  broken = new Set();
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) => {
    fetched.push(url);
    expect(options.integrity).toMatch(/^sha256-/);
    return broken.has(url) ? new Response("gone", { status: 404 }) : new Response(`body of ${url}`);
  });
});

afterEach(() => vi.unstubAllGlobals());

const version = (name: string, ...assets: string[]): Precache => ({
  version: name,
  assets: assets.map((asset) => ({ url: `/assets/${asset}`, integrity: "sha256-x" })),
  shell: [{ url: "/index.html", integrity: `sha256-${name}` }],
});
const assetsKept = (): string[] => [...(fake.all.get(ASSET_CACHE)?.store.keys() ?? [])].map((url) => new URL(url).pathname);

describe("keeping the build on the phone", () => {
  it("fetches only hashed files it does not have, and the shell each time", async () => {
    await install(version("one", "a.js", "b.js"), storage);
    fetched = [];
    await install(version("two", "b.js", "c.js"), storage);
    expect(fetched.sort()).toEqual(["/assets/c.js", "/index.html"]);
  });

  it("is not installed when one file is missing", async () => {
    broken.add("/assets/b.js");
    await expect(install(version("one", "a.js", "b.js"), storage)).rejects.toThrow("/assets/b.js: 404");
  });

  it("lets the running version answer with its own shell while another waits", async () => {
    const one = version("one", "a.js");
    await install(one, storage);
    vi.stubGlobal("fetch", async () => new Response("second shell"));
    await install(version("two", "b.js"), storage);
    expect(await (await kept(one, storage, "/index.html"))?.text()).toBe("body of /index.html");
  });

  it("claims pages only at the very first install", async () => {
    const one = version("one", "a.js");
    await install(one, storage);
    expect(await activate(one, storage, 0)).toBe(true);
    const two = version("two", "b.js");
    await install(two, storage);
    expect(await activate(two, storage, 1)).toBe(false);
    expect(await fake.keys()).not.toContain("turbil-shell-one");
  });

  it("keeps a replaced file 30 days from the update that replaced it", async () => {
    const versions = [version("1", "a.js"), version("2", "b.js"), version("3", "c.js"), version("4", "d.js")];
    // The first version was in use for 60 days: its files are still needed when the update comes.
    const times = [0, 60 * DAY, 89 * DAY, 60 * DAY + KEEP_RETIRED_MS + 1];
    const seen: string[][] = [];
    for (const [index, one] of versions.entries()) {
      await install(one, storage);
      await activate(one, storage, times[index] ?? 0);
      seen.push(assetsKept());
    }
    expect(seen[1]).toContain("/assets/a.js");
    expect(seen[2]).toContain("/assets/a.js");
    expect(seen[3]).not.toContain("/assets/a.js");
    expect(seen[3]).toEqual(["/assets/b.js", "/assets/c.js", "/assets/d.js"]);
  });

  it("forgets that a file was replaced when a later version names it again", async () => {
    for (const [one, now] of [
      [version("1", "a.js"), 0],
      [version("2", "b.js"), 1 * DAY],
      [version("3", "a.js"), 2 * DAY],
      [version("4", "b.js"), 50 * DAY],
    ] as const) {
      await install(one, storage);
      await activate(one, storage, now);
    }
    expect(assetsKept()).toContain("/assets/a.js");
  });

  it("has nothing to say about files the browser evicted", async () => {
    expect(await kept(version("one"), storage, "/index.html")).toBeUndefined();
  });
});
