/** One frame's pixels to the text of a code: what the decoding worker does, and what the benchmark measures. */
import { readBarcodes, type ReadInputBarcodeFormat } from "zxing-wasm/reader";
import type { Read } from "./certain";
import { sharpen } from "./sharpen";

/** Looked for on every frame. */
export const readQr = (pixels: ImageData): Promise<Read | null> => first(pixels, ["QRCode"]);

/**
 * Looked for in place of it on every other frame: what is out of focus, moving or in a shadow.
 *
 * @param middle the middle square of a frame (`middleOf`); changed by this
 */
export const readSharpened = (middle: ImageData): Promise<Read | null> => first(sharpen(middle), ["QRCode"]);

/** Looked for now and then only: they cost several times as much. */
export const readOthers = (pixels: ImageData): Promise<Read | null> => first(pixels, ["DataMatrix", "Code128", "Code39", "EAN13"]);

async function first(pixels: ImageData, formats: ReadInputBarcodeFormat[]): Promise<Read | null> {
  const found = (await readBarcodes(pixels, { formats, maxNumberOfSymbols: 1, tryHarder: true, downscaleFactor: 2 })).find((code) => code.isValid);
  return found ? { text: found.text, format: found.format } : null;
}
