/**
 * Writes a `.br` and a `.gz` beside every text-like file of a build, so that the server compresses nothing while it serves.
 * Node's zlib does both; the same input gives the same bytes (gzip's time stamp is zero).
 */
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = new Set([".html", ".js", ".mjs", ".css", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);
/** Below this a response fits in one packet anyway; bytes. */
const SMALLEST = 512;

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Compresses one file; a result that saves nothing is not written. */
async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const smaller = await Promise.all([
    brotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }).then((bytes) => ({ suffix: ".br", bytes })),
    deflate(content, { level: 9 }).then((bytes) => ({ suffix: ".gz", bytes })),
  ]);
  for (const { suffix, bytes } of smaller) {
    if (bytes.length < content.length) await writeFile(path + suffix, bytes);
  }
}

export function precompress(): Plugin {
  let folder = "";
  return {
    name: "turbil-precompress",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle(error?: Error) {
      if (error) return;
      for await (const path of filesBelow(folder)) {
        if (!COMPRESSIBLE.has(extname(path)) || (await stat(path)).size < SMALLEST) continue;
        await compress(path);
      }
    },
  };
}
