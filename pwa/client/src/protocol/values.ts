/**
 * Answer values, read exactly as field/protocols/values.py reads them.
 * Numbers are compared as whole millionths: 9 digits before the point and 6 after stay below 2**53.
 */

export const SCALE = 1_000_000;
export const MAXIMUM_ATTACHMENT_BYTES = 25 * 1024 * 1024;

const NUMBER = /^(-?)(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,6}))?$/;
const DATE = /^(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** The same four blanks in both languages; String.trim and str.strip do not agree on what white space is. */
const BLANK = /^[ \t\r\n\u00a0]*$/;
/** What PostgreSQL cannot store as text: NUL and lone surrogates. */
// eslint-disable-next-line no-control-regex -- NUL is exactly what is looked for
const UNSTORABLE = /[\u0000\ud800-\udfff]/u;
const MIME_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp"]);
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The number in millionths, or null when the text is not a decimal string of the wire format. */
export function parseNumber(text: string): number | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const fraction = match[3];
  const scaled = Number(match[2]) * SCALE + (fraction === undefined ? 0 : Number(fraction.padEnd(6, "0")));
  // Never -0: it would look like another answer than 0.
  return match[1] === "-" && scaled !== 0 ? -scaled : scaled;
}

/** What a person typed ("0,08", " 5 ", "007") as a decimal string for the wire, or null when it is no number. */
export function numberFromInput(text: string): string | null {
  if (!/[0-9]/.test(text)) return null;
  const plain = text
    .replace(/[\s\u00a0]/g, "")
    .replace("\u2212", "-")
    .replace(",", ".")
    .replace(/^(-?)0+(?=[0-9])/, "$1")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.$/, "");
  return parseNumber(plain) === null ? null : plain;
}

/** True for a calendar date YYYY-MM-DD of the years 1900 to 2199. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
  return Number(text.slice(8, 10)) <= last;
}

/** True when the text holds nothing a person would call an answer. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** False when no database text column would accept it. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** Length in Unicode code points, as the server counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** True for {sha256, size, mime} of an allowed picture; nothing else may ride along. */
export function isAttachment(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const sha256 = fields.get("sha256");
  const size = fields.get("size");
  const mime = fields.get("mime");
  if (fields.size !== 3 || typeof sha256 !== "string" || !SHA256.test(sha256)) return false;
  if (typeof size !== "number" || !Number.isInteger(size)) return false;
  return size >= 1 && size <= MAXIMUM_ATTACHMENT_BYTES && typeof mime === "string" && MIME_TYPES.has(mime);
}
