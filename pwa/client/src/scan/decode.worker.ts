/** Decodes frames off the main thread. The wasm comes from our own origin and lies in the phone's cache. */
import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { DecodeAnswer, DecodeRequest } from "./decoder";
import { readOthers, readQr, readSharpened } from "./read-frame";
import { middleOf } from "./sharpen";

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

/** One canvas for all frames: to make one anew for each costs as much as to read it. */
const canvas = new OffscreenCanvas(1280, 720);
const context = canvas.getContext("2d", { willReadFrequently: true });

function pixelsOf(image: ImageBitmap, left: number, top: number, width: number, height: number): ImageData | null {
  if (canvas.width < width) canvas.width = width;
  if (canvas.height < height) canvas.height = height;
  context?.drawImage(image, left, top, width, height, 0, 0, width, height);
  return context?.getImageData(0, 0, width, height) ?? null;
}

async function decode({ id, image, thorough, second, sharp }: DecodeRequest): Promise<DecodeAnswer> {
  const { width, height } = image;
  if (sharp) {
    const { left, top, side } = middleOf(width, height);
    const middle = pixelsOf(image, left, top, side, side);
    image.close();
    return { id, read: middle && (await readSharpened(middle)) };
  }
  const pixels = pixelsOf(image, 0, 0, width, height);
  image.close();
  if (!pixels) return { id, read: null };
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
