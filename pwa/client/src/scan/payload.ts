/**
 * What a scan or a typed line means. The twin of labels/payload.py: both are held to tests/vectors/qr_payloads.json.
 *
 * Own labels read HTTPS://<HOST>/F/<number>-<version>-<26 characters of Crockford's base 32>. No framework, no IO.
 */

/** Code points of a scan that are looked at. */
export const LONGEST_SCAN = 500;

export type UnreadableReason = "empty" | "too_long" | "not_text" | "number_too_short" | "damaged_label";

/** Our own grammar; `host` is lower case with the port if there is one, and may be another centre's. */
export interface OwnLabel {
  readonly kind: "own_label";
  readonly raw: string;
  readonly host: string;
  readonly number: string;
  readonly version: number;
  readonly token: string;
}

/** A bare device number of 4-8 digits, typed or read from Code 128. */
export interface DeviceNumber {
  readonly kind: "device_number";
  readonly raw: string;
  readonly number: string;
}

/** `K-104901`: a component that belongs to device 104901. */
export interface ComponentOf {
  readonly kind: "component_of";
  readonly raw: string;
  readonly number: string;
}

/** Somebody else's code, kept as read. */
export interface ForeignCode {
  readonly kind: "foreign_code";
  readonly raw: string;
}

/** Nothing that can be acted on. When `truncated`, `raw` is the first 500 code points. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly raw: string;
  readonly reason: UnreadableReason;
  readonly truncated: boolean;
}

export type Scan = OwnLabel | DeviceNumber | ComponentOf | ForeignCode | Unreadable;

// The same character classes as in Python, spelled out: \d, \s, trim() and the i flag differ between the two languages.
const SPACE = " \\u00a0\\u2009\\u202f";
const EDGE = `${SPACE}\\t\\r\\n\\ufeff`;
const HOST = "[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?";
const LEADING_EDGE = new RegExp(`^[${EDGE}]+`);
const SPACES = new RegExp(`[${SPACE}]`, "g");
const OWN_LABEL = new RegExp(
  `^[Hh][Tt][Tt][Pp][Ss]?://(${HOST})/[Ff]/([0-9]{4,8})-([1-9][0-9]{0,3})-([0-9A-Za-z]{26})$`,
);
const OWN_LABEL_BEGINNING = new RegExp(`^[Hh][Tt][Tt][Pp][Ss]?://${HOST}/[Ff]/[0-9]{4,8}-[0-9]{1,4}-`);
const SPACED_DIGITS = new RegExp(`^[0-9][0-9${SPACE}]*$`);
const COMPONENT = new RegExp(`^[Kk][${SPACE}]*-[${SPACE}]*([0-9][0-9${SPACE}]*)$`);
const EDGE_CHARACTER = new RegExp(`^[${EDGE}]$`);
const DEVICE_NUMBER = /^[0-9]{4,8}$/;
const TOKEN = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The token in upper case with O read as 0, I and L as 1; null unless it is 26 characters of Crockford's base 32. */
export function canonicalToken(token: string): string | null {
  // The first test keeps out letters whose upper case is ASCII (U+0131, U+017F).
  if (!/^[0-9A-Za-z]{26}$/.test(token)) return null;
  const canonical = token.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  return TOKEN.test(canonical) ? canonical : null;
}

/** Say what a scanned or typed text is. Never throws, whatever the text. `raw` in the answer is the text as it came. */
export function parseScan(text: string): Scan {
  const beginning = firstCodePoints(text, LONGEST_SCAN);
  if (beginning.length < text.length) return unreadable(beginning, "too_long", true);
  if (isUnstorable(text)) return unreadable(text, "not_text");
  const trimmed = trim(text);
  if (trimmed === "") return unreadable(text, "empty");
  if (SPACED_DIGITS.test(trimmed)) return bareNumber(text, trimmed.replace(SPACES, ""));
  const component = COMPONENT.exec(trimmed);
  if (component !== null) {
    const number = (component[1] ?? "").replace(SPACES, "");
    return DEVICE_NUMBER.test(number)
      ? { kind: "component_of", raw: text, number }
      : { kind: "foreign_code", raw: text };
  }
  return address(text, trimmed);
}

function unreadable(raw: string, reason: UnreadableReason, truncated = false): Unreadable {
  return { kind: "unreadable", raw, reason, truncated };
}

function bareNumber(raw: string, number: string): Scan {
  if (number.length < 4) return unreadable(raw, "number_too_short");
  // Nine digits and more are an EAN/GTIN, or somebody's identity number: never a device number.
  return number.length <= 8 ? { kind: "device_number", raw, number } : { kind: "foreign_code", raw };
}

function address(raw: string, trimmed: string): Scan {
  const own = OWN_LABEL.exec(trimmed);
  if (own !== null) {
    const [, host = "", number = "", version = "", written = ""] = own;
    const token = canonicalToken(written);
    if (token === null) return unreadable(raw, "damaged_label");
    return { kind: "own_label", raw, host: host.toLowerCase(), number, version: Number(version), token };
  }
  return OWN_LABEL_BEGINNING.test(trimmed) ? unreadable(raw, "damaged_label") : { kind: "foreign_code", raw };
}

/** Strings count UTF-16 units; people and Python count code points. */
function firstCodePoints(text: string, limit: number): string {
  let end = 0;
  let count = 0;
  for (const character of text) {
    if (count === limit) break;
    end += character.length;
    count += 1;
  }
  return text.slice(0, end);
}

/** U+0000 and lone surrogates: neither UTF-8 nor the database can store them. */
function isUnstorable(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) return true;
  }
  return false;
}

/** Both ends by hand at the end of the text: a trailing-space regex backtracks over every run of spaces. */
function trim(text: string): string {
  let end = text.length;
  while (end > 0 && EDGE_CHARACTER.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).replace(LEADING_EDGE, "");
}
