/** One frame's pixels to the text of a code: what the decoding worker does, and what the benchmark measures. */
import { readBarcodes, type ReadInputBarcodeFormat } from "zxing-wasm/reader";
import type { Read } from "./certain";

/** QR on every frame; the others only now and then, because they cost ten times as much. */
const often: ReadInputBarcodeFormat[] = ["QRCode"];
const seldom: ReadInputBarcodeFormat[] = ["DataMatrix", "Code128", "Code39", "EAN13"];

export async function readFrame(pixels: ImageData, thorough: boolean): Promise<Read | null> {
  // A label that shows both is read by its QR code, which needs no yes.
  return (await first(pixels, often)) ?? (thorough ? await first(pixels, seldom) : null);
}

async function first(pixels: ImageData, formats: ReadInputBarcodeFormat[]): Promise<Read | null> {
  const found = (await readBarcodes(pixels, { formats, maxNumberOfSymbols: 1, tryHarder: true, downscaleFactor: 2 })).find((code) => code.isValid);
  return found ? { text: found.text, format: found.format } : null;
}
