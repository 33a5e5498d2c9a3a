/** The page's side of the decoding worker: a picture in, the text of its code and the kind of it out. */
import type { Read } from "./certain";

export interface DecodeRequest {
  readonly id: number;
  readonly image: ImageBitmap;
  /** Look for other kinds of code than QR as well. */
  readonly thorough: boolean;
  /** Ask the second reader too, when the first finds nothing. */
  readonly second: boolean;
  /** Look at the middle only, with its edges sharpened, and for QR codes alone. */
  readonly sharp: boolean;
}

export type Look = Pick<DecodeRequest, "thorough" | "second" | "sharp">;

/** What is looked for in a frame: each look costs time, so that they take turns. */
export function lookAt(frame: number, now: { readonly barsWait: boolean; readonly secondWanted: boolean }): Look {
  const thorough = now.barsWait || frame % 5 === 0;
  const second = now.secondWanted && frame % 3 === 0;
  return { thorough, second, sharp: frame % 2 === 0 && !thorough && !second };
}

export interface DecodeAnswer {
  readonly id: number;
  readonly read: Read | null;
}

export class Decoder {
  private readonly worker = new Worker(new URL("./decode.worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, (read: Read | null) => void>();
  private next = 0;

  constructor() {
    this.worker.addEventListener("message", (event: MessageEvent<DecodeAnswer>) => {
      this.waiting.get(event.data.id)?.(event.data.read);
      this.waiting.delete(event.data.id);
    });
  }

  /** The image is handed over and is no longer usable here. */
  decode(image: ImageBitmap, look: Look): Promise<Read | null> {
    const id = (this.next += 1);
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, image, ...look } satisfies DecodeRequest, [image]);
    });
  }

  stop(): void {
    this.worker.terminate();
    for (const resolve of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }
}
