/** Our reader and the others on the same pixels, in turn; benchmarks/bench_scan.py drives it and keeps the score. */
import { scanImageData } from "zbar-wasm-inlined";
import { Html5QrcodeShim } from "html5-qrcode/esm/code-decoder";
import { Html5QrcodeSupportedFormats } from "html5-qrcode/esm/core";
import jsQR from "jsqr";
import QrScanner from "qr-scanner";
import { advise } from "../../pwa/client/src/index/advice";
import { DeviceIndex } from "../../pwa/client/src/index/format";
import { notices, tokenCheck } from "../../pwa/client/src/index/verdict";
import { parseScan } from "../../pwa/client/src/scan/payload";
import { readOthers, readQr, readSharpened } from "../../pwa/client/src/scan/read-frame";
import { middleOf } from "../../pwa/client/src/scan/sharpen";
import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

interface Seen {
  readonly canvas: HTMLCanvasElement;
  readonly pixels: ImageData;
}

type Reader = (seen: Seen) => Promise<string | null>;

const quiet = { log() {}, warn() {}, logError() {}, logErrors() {} };
const html5 = new Html5QrcodeShim([Html5QrcodeSupportedFormats.QR_CODE], false, false, quiet);
const engine = QrScanner.createQrEngine(QrScanner.WORKER_PATH);

const readers: Readonly<Record<string, Reader>> = {
  turbil: async ({ pixels }) => (await readQr(pixels))?.text ?? null,
  jsqr: async ({ pixels }) => jsQR(pixels.data, pixels.width, pixels.height)?.data || null,
  "qr-scanner": async ({ canvas }) => QrScanner.scanImage(canvas, { qrEngine: await engine, returnDetailedScanResult: true }).then(({ data }) => data, () => null),
  "html5-qrcode": ({ canvas }) => html5.decodeAsync(canvas).then(({ text }) => text, () => null),
  "zbar-wasm": async ({ pixels }) => (await scanImageData(pixels)).find((symbol) => symbol.typeName === "ZBAR_QRCODE")?.decode() ?? null,
};

async function open(address: string): Promise<Seen> {
  const image = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(image, 0, 0);
  return { canvas, pixels: context.getImageData(0, 0, canvas.width, canvas.height) };
}

/** @returns for each reader what it read and how long it took, milliseconds; `shift` says who begins */
async function read(address: string, names: readonly string[], shift: number): Promise<Record<string, [string | null, number]>> {
  const seen = await open(address);
  const answers: Record<string, [string | null, number]> = {};
  for (const [turn] of names.entries()) {
    const name = names[(turn + shift) % names.length] ?? "";
    const begin = performance.now();
    const text = await readers[name]?.(seen);
    answers[name] = [text ?? null, performance.now() - begin];
  }
  return answers;
}

/** Our look at the next frame of the same label: the middle, sharpened. Its time counts from the pixels, as the readers' do. */
async function sharpened(address: string): Promise<[string | null, number]> {
  const { canvas } = await open(address);
  const { left, top, side } = middleOf(canvas.width, canvas.height);
  const middle = canvas.getContext("2d", { willReadFrequently: true })?.getImageData(left, top, side, side);
  if (!middle) throw new Error("no canvas");
  const begin = performance.now();
  const found = await readSharpened(middle);
  return [found?.text ?? null, performance.now() - begin];
}

/** The other kinds of code, which are looked for on some frames only. */
async function thorough(address: string): Promise<[string | null, string | null, number]> {
  const { pixels } = await open(address);
  const begin = performance.now();
  const found = await readOthers(pixels);
  return [found?.text ?? null, found?.format ?? null, performance.now() - begin];
}

/** From a read's text to what to do: the first one reads the whole index, the others only look it up. */
async function verdict(address: string, scans: readonly string[]): Promise<number[]> {
  const content = new Uint8Array(await (await fetch(address)).arrayBuffer());
  let index: DeviceIndex | null = null;
  const times: number[] = [];
  for (const text of scans) {
    const begin = performance.now();
    index ??= DeviceIndex.read(content);
    const scan = parseScan(text);
    if (!("number" in scan)) throw new Error(text);
    const facts = index.find(scan.number);
    const label = scan.kind === "own_label" ? { version: scan.version, check: await tokenCheck(scan.token) } : null;
    advise(facts, notices(facts, label, "2026-11-24"), { place: "visit", orders: [], wanted: null, known: false }, new Date());
    times.push(performance.now() - begin);
  }
  return times;
}

Object.assign(window, { bench: { names: Object.keys(readers), read, sharpened, thorough, verdict } });
