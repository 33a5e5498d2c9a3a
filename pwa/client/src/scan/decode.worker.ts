/** Decodes frames off the main thread. The wasm comes from our own origin and lies in the phone's cache. */
import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { DecodeAnswer, DecodeRequest } from "./decoder";
import { readFrame } from "./read-frame";

void prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

async function decode({ id, image, thorough }: DecodeRequest): Promise<DecodeAnswer> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return { id, read: null };
  context.drawImage(image, 0, 0);
  image.close();
  return { id, read: await readFrame(context.getImageData(0, 0, canvas.width, canvas.height), thorough) };
}

self.addEventListener("message", (event: MessageEvent<DecodeRequest>) => {
  decode(event.data)
    .catch((): DecodeAnswer => ({ id: event.data.id, read: null }))
    .then((answer) => self.postMessage(answer));
});
