/**
 * Another reader for the frames that the first one gives up on: it sees through dirt and scratches that the first does
 * not. Its wasm is a file of its own, fetched when a label first resists, and kept for places without a network
 * (docs/decisions/zbar.md).
 */
import { getInstance, scanImageData, setModuleArgs, ZBarSymbolType } from "@undecaf/zbar-wasm";
import wasm from "@undecaf/zbar-wasm/dist/zbar.wasm?url";
import { ASSET_CACHE } from "../service-worker/precache";
import type { Read } from "./certain";

const args = { locateFile: () => wasm };
let isReady = false;
let isKept = false;

/** Resolves when the reader can read. Without a network it rejects, or takes its time: nobody should wait for it with a frame in hand. */
export async function prepare(): Promise<void> {
  // This starts the fetch at once, so it stands where its failure is waited for; a failed one is asked for anew.
  if (!isReady) setModuleArgs(args);
  await getInstance();
  isReady = true;
  if (!isKept) void keep().catch(() => undefined);
}

/** QR codes only: they correct their errors. */
export async function readSecond(pixels: ImageData): Promise<Read | null> {
  const found = (await scanImageData(pixels)).find(({ type }) => type === ZBarSymbolType.ZBAR_QRCODE);
  return found ? { text: found.decode(), format: "QRCode" } : null;
}

async function keep(): Promise<void> {
  isKept = true;
  const cache = await caches.open(ASSET_CACHE);
  if (!(await cache.match(wasm))) await cache.add(wasm);
}
