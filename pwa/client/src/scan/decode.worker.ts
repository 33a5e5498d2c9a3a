/** Decodes frames off the main thread. The wasm comes from our own origin and lies in the phone's cache. */
import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { DecodeAnswer, DecodeRequest } from "./decoder";
import { readOthers, readQr } from "./read-frame";

void prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

type SecondReader = typeof import("./second-reader");

/** Null until it is wanted and here. Frames go on meanwhile: the first reader may read the next one. */
let secondReader: SecondReader | null = null;
let fetching = false;

function wantSecondReader(): void {
  if (secondReader || fetching) return;
  fetching = true;
  import("./second-reader")
    .then(async (reader) => {
      await reader.prepare();
      secondReader = reader;
    })
    .catch(() => undefined)
    .finally(() => (fetching = false));
}

async function decode({ id, image, thorough, second }: DecodeRequest): Promise<DecodeAnswer> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return { id, read: null };
  context.drawImage(image, 0, 0);
  image.close();
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  // A label that shows both is read by its QR code, which needs no yes; bars come last.
  if (second) wantSecondReader();
  const qr = (await readQr(pixels)) ?? (second && secondReader ? await secondReader.readSecond(pixels) : null);
  return { id, read: qr ?? (thorough ? await readOthers(pixels) : null) };
}

self.addEventListener("message", (event: MessageEvent<DecodeRequest>) => {
  decode(event.data)
    .catch((): DecodeAnswer => ({ id: event.data.id, read: null }))
    .then((answer) => self.postMessage(answer));
});
