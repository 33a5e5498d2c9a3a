/**
 * Which reads are sure, and which need a yes. A QR code or DataMatrix corrects its errors and a label's token carries more
 * than a hundred bits; a bare number out of bars has nothing of its own to tell a wrong read from a right one. Pure.
 */
import { parseScan } from "./payload";

/** What a camera read. `format` is zxing's name of the kind of code. */
export interface Read {
  readonly text: string;
  readonly format: string;
}

/** These correct errors, or are refused when they cannot. */
const corrected: ReadonlySet<string> = new Set(["QRCode", "MicroQRCode", "rMQRCode", "DataMatrix", "Aztec", "PDF417"]);

/**
 * The number that somebody has to say yes to before it is acted on; null when the text is sure, or names no device.
 *
 * @param format the kind of code, or null when a hand scanner typed the text and did not say
 */
export function numberToConfirm(text: string, format: string | null): string | null {
  if (format !== null && corrected.has(format)) return null;
  const scan = parseScan(text);
  return scan.kind === "device_number" || scan.kind === "component_of" ? scan.number : null;
}

/** So many frames in a row must show the same bars before they are asked about: a wrong read seldom comes twice. */
export const AGREEING_FRAMES = 2;

/**
 * So long, in milliseconds, bars wait before they are asked about: our label shows a QR code beside them, which needs no
 * yes and is read within this time as soon as the label is held still.
 */
export const QR_FIRST_MS = 1500;

/** Counts frames that agree. */
export class Agreement {
  private text: string | null = null;
  private frames = 0;
  private since = 0;

  /**
   * @param now milliseconds
   * @returns true when this text has been read in enough frames in a row for long enough; null is a frame without a code
   */
  offer(text: string | null, now: number): boolean {
    if (text === null || text !== this.text) {
      this.frames = 0;
      this.since = now;
    }
    this.frames += 1;
    this.text = text;
    return text !== null && this.frames >= AGREEING_FRAMES && now - this.since >= QR_FIRST_MS;
  }

  /** Some bars wait for more frames that say the same. */
  get waiting(): boolean {
    return this.text !== null;
  }
}
