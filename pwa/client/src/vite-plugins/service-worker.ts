/**
 * Builds the service worker to /sw.js as one classic script, with the list of files it must keep offline inside.
 *
 * The list names every file of the build with its SHA-256, so that a worker either holds exactly the build it came with
 * or does not install at all (a deploy in the middle of an install, a captive portal that answers 200).
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin, type ResolvedConfig, type Rolldown } from "vite";
import type { Precache, PrecacheFile } from "../service-worker/precache";

interface Options {
  /** The worker's source, relative to the project root. */
  entry: string;
  /** Further workers that keep no files: name in the build -> source. */
  without?: Readonly<Record<string, string>>;
}

/**
 * Files that are read by something else than the running page: never kept offline. The second reader's wasm is kept by
 * itself when it is first needed (src/scan/second-reader.ts).
 */
const NOT_KEPT = /^((report-)?sw\.js|robots\.txt|apple-touch-icon\.png|icon-.*\.png|assets\/zbar-.*\.wasm)$/;

/** Screens that show nothing without the server: their files are fetched when they are opened. */
const ONLINE_ONLY = /\/src\/screens\/(office|admin)\//;

/** The names of scripts and styles that only such screens use. */
function onlineOnly(bundle: Rolldown.OutputBundle): Set<string> {
  const chunks = new Map(Object.values(bundle).flatMap((output) => (output.type === "chunk" ? [[output.fileName, output] as const] : [])));
  const stylesOf = (chunk: Rolldown.OutputChunk): Iterable<string> => (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [];
  const kept = new Set<string>();
  const waiting = [...chunks.values()].filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = chunks.get(name);
    if (!chunk || kept.has(name)) continue;
    kept.add(name);
    for (const style of stylesOf(chunk)) kept.add(style);
    waiting.push(...chunk.imports, ...chunk.dynamicImports.filter((next) => !ONLINE_ONLY.test(chunks.get(next)?.facadeModuleId ?? "")));
  }
  return new Set([...chunks.values()].flatMap((chunk) => [chunk.fileName, ...stylesOf(chunk)]).filter((name) => !kept.has(name)));
}

function describe(path: string, content: string | Uint8Array): PrecacheFile {
  return {
    url: `/${path}`,
    integrity: `sha256-${createHash("sha256").update(content).digest("base64")}`,
  };
}

async function publicFiles(folder: string): Promise<PrecacheFile[]> {
  const names = folder ? (await readdir(folder)).filter((name) => !NOT_KEPT.test(name)) : [];
  return Promise.all(names.map(async (name) => describe(name, await readFile(join(folder, name)))));
}

/** What belongs in the cache: hashed files under /assets/ and the shell (index.html and the public folder). */
async function collect(bundle: Rolldown.OutputBundle, config: ResolvedConfig): Promise<Precache> {
  const files = await publicFiles(config.publicDir);
  const unneeded = onlineOnly(bundle);
  for (const output of Object.values(bundle)) {
    if (NOT_KEPT.test(output.fileName) || unneeded.has(output.fileName) || output.fileName.endsWith(".map")) continue;
    files.push(describe(output.fileName, output.type === "chunk" ? output.code : output.source));
  }
  files.sort((one, other) => (one.url < other.url ? -1 : 1));
  const prefix = `/${config.build.assetsDir}/`;
  return {
    version: createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12),
    assets: files.filter((file) => file.url.startsWith(prefix)),
    shell: files.filter((file) => !file.url.startsWith(prefix)),
  };
}

async function bundleWorker(entry: string, name: string, define: Readonly<Record<string, string>>, config: ResolvedConfig): Promise<string> {
  const result = await build({
    configFile: false,
    root: config.root,
    logLevel: "warn",
    publicDir: false,
    define,
    build: {
      write: false,
      target: config.build.target as string[],
      rolldownOptions: { input: resolve(config.root, entry), output: { format: "iife", entryFileNames: name } },
    },
  });
  const chunks = (Array.isArray(result) ? result : [result]).flatMap((part) => ("output" in part ? part.output : []));
  const [worker, ...others] = chunks;
  if (worker?.type !== "chunk" || others.length > 0) throw new Error("The service worker must become one script.");
  return worker.code;
}

export function serviceWorker(options: Options): Plugin {
  let config: ResolvedConfig;
  return {
    name: "turbil-service-worker",
    apply: "build",
    enforce: "post",
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const precache = await collect(bundle, config);
        if (!precache.shell.some((file) => file.url === "/index.html")) {
          throw new Error("index.html is not in the bundle yet: the service worker would keep no shell.");
        }
        const define = { __PRECACHE__: JSON.stringify(precache) };
        this.emitFile({ type: "asset", fileName: "sw.js", source: await bundleWorker(options.entry, "sw.js", define, config) });
        for (const [name, entry] of Object.entries(options.without ?? {})) {
          this.emitFile({ type: "asset", fileName: name, source: await bundleWorker(entry, name, {}, config) });
        }
      },
    },
  };
}
