/**
 * Another reader for the frames that the first one gives up on: it sees through dirt and scratches that the first does
 * not. Its wasm is a file of its own, fetched when a label first resists, and kept for places without a network
 * (docs/decisions/zbar.md).
 */
import { scanImageData, setModuleArgs, ZBarSymbolType } from "@undecaf/zbar-wasm";
import wasm from "@undecaf/zbar-wasm/dist/zbar.wasm?url";
import { ASSET_CACHE } from "../service-worker/precache";
import type { Read } from "./certain";

const args = { locateFile: () => wasm };
setModuleArgs(args);
let isKept = false;

/** QR codes only: they correct their errors. Null as well when the wasm cannot be fetched. */
export async function readSecond(pixels: ImageData): Promise<Read | null> {
  try {
    const found = (await scanImageData(pixels)).find(({ type }) => type === ZBarSymbolType.ZBAR_QRCODE);
    if (!isKept) void keep().catch(() => undefined);
    return found ? { text: found.decode(), format: "QRCode" } : null;
  } catch {
    // Without a network this time; the next label asks anew.
    setModuleArgs(args);
    return null;
  }
}

async function keep(): Promise<void> {
  isKept = true;
  const cache = await caches.open(ASSET_CACHE);
  if (!(await cache.match(wasm))) await cache.add(wasm);
}
