/** Decodes frames off the main thread. The wasm comes from our own origin and lies in the phone's cache. */
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { DecodeAnswer, DecodeRequest } from "./decoder";

void prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

/** QR on every frame; the others only now and then, because they cost ten times as much. */
const often: ReadInputBarcodeFormat[] = ["QRCode"];
const all: ReadInputBarcodeFormat[] = ["QRCode", "DataMatrix", "Code128", "Code39", "EAN13"];

async function decode({ id, image, thorough }: DecodeRequest): Promise<DecodeAnswer> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return { id, text: null };
  context.drawImage(image, 0, 0);
  image.close();
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const found = await readBarcodes(pixels, { formats: thorough ? all : often, maxNumberOfSymbols: 1, tryHarder: true });
  return { id, text: found.find((code) => code.isValid)?.text ?? null };
}

self.addEventListener("message", (event: MessageEvent<DecodeRequest>) => {
  decode(event.data)
    .catch((): DecodeAnswer => ({ id: event.data.id, text: null }))
    .then((answer) => self.postMessage(answer));
});
