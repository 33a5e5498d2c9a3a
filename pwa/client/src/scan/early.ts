/**
 * The camera and the reader, woken by the press that leads to the scan screen: they take as long to start as the screen
 * takes to be built, so the two go on together.
 */
import { Camera } from "./camera";
import { Decoder } from "./decoder";

export interface Early {
  readonly deviceId: string;
  readonly camera: Promise<Camera>;
  readonly decoder: Decoder;
}

/** A screen that has not come by then does not come: the camera must not stay on for nobody. */
const PATIENCE_MS = 4000;

let woken: Early | null = null;

export function wake(deviceId: string): void {
  if (woken) return;
  const early: Early = { deviceId, camera: Camera.open(deviceId), decoder: new Decoder() };
  woken = early;
  early.camera.catch(() => undefined);
  setTimeout(() => {
    if (woken === early) letGo(early);
  }, PATIENCE_MS);
}

/** What was woken, once; null when nothing was. */
export function takeEarly(): Early | null {
  const early = woken;
  woken = null;
  return early;
}

/** Neither camera nor reader is wanted. */
export function letGo(early: Early): void {
  if (woken === early) woken = null;
  early.decoder.stop();
  early.camera.then(
    (camera) => camera.stop(),
    () => undefined,
  );
}
