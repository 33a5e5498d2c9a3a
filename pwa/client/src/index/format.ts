/**
 * The region's device index as bytes, read as labels/device_index/format.py writes it (tests/vectors/device_index.json).
 *
 * A snapshot stays in its columns: 65,000 devices are a few typed arrays, and a look-up halves its way through the keys.
 */

export const statuses = [
  "in_stock",
  "reserved",
  "in_transit",
  "with_holder",
  "pickup_requested",
  "collected",
  "arrived",
  "cleaning",
  "inspection",
  "in_repair",
  "quarantined",
  "scrapped",
  "lost",
] as const;
export const flags = ["safety_notice", "blocked", "pm_notice_given"] as const;

export type DeviceStatus = (typeof statuses)[number];
export type DeviceFlag = (typeof flags)[number];

const NO_LOCATION = 0xffff;
const DAY_ZERO = Date.UTC(1999, 11, 31);
const DAY = 24 * 3600 * 1000;

export interface IndexArticle {
  readonly number: string;
  readonly name: string;
  readonly isoClass: string;
  readonly expired: boolean;
  readonly pmMonths: number | null;
}

/** What the index says of one device. Days are YYYY-MM-DD. */
export interface DeviceFacts {
  readonly number: string;
  readonly article: IndexArticle;
  readonly status: DeviceStatus;
  readonly flags: readonly DeviceFlag[];
  readonly nextPm: string | null;
  readonly scrappedOn: string | null;
  readonly location: string | null;
  /** Of the live labels: version, and 16 bits of the hash of its token. */
  readonly labels: readonly { readonly version: number; readonly check: number }[];
}

/** The bytes are no index, or a delta does not fit. */
export class IndexFormatError extends Error {}

type ArticleRecord = readonly [string, string, string, boolean, number | null];

interface Header {
  count: number;
  articles: ArticleRecord[];
  changed: (readonly [number, ArticleRecord])[];
  locations: string[];
  from: string;
  to: string;
}

interface Columns {
  readonly keys: Uint32Array;
  readonly article: Uint16Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  readonly nextPm: Uint16Array;
  readonly scrapped: Uint16Array;
  readonly location: Uint16Array;
  readonly labels: Uint8Array;
  readonly checks: Uint16Array;
}

/** Where a row's checks begin; one more at the end. */
function starts(labels: Uint8Array): Uint32Array {
  const places = new Uint32Array(labels.length + 1);
  for (let row = 0; row < labels.length; row += 1) places[row + 1] = (places[row] ?? 0) + 2 * (labels[row] ?? 0);
  return places;
}

export class DeviceIndex {
  private readonly articles: readonly ArticleRecord[];
  private readonly locations: readonly string[];
  private readonly columns: Columns;
  private readonly checksAt: Uint32Array;

  private constructor(articles: readonly ArticleRecord[], locations: readonly string[], columns: Columns) {
    this.articles = articles;
    this.locations = locations;
    this.columns = columns;
    this.checksAt = starts(columns.labels);
  }

  /** @throws IndexFormatError when the bytes are no snapshot. */
  static read(content: Uint8Array): DeviceIndex {
    const { header, parts } = readFrame(content, "TIX1", 9);
    return new DeviceIndex(header.articles, header.locations, readColumns(header.count, parts));
  }

  get size(): number {
    return this.columns.keys.length;
  }

  /** What the index says of a number, or null when the region has no such device. */
  find(number: string): DeviceFacts | null {
    if (!/^[0-9]{4,8}$/.test(number)) return null;
    const { keys } = this.columns;
    const row = placeOf(keys, Number(`1${number}`));
    return row < keys.length && keys[row] === Number(`1${number}`) ? this.facts(row, number) : null;
  }

  /** Numbers that end with these digits, the lowest first, at most so many. */
  endingWith(digits: string, most: number): string[] {
    if (!/^[0-9]{2,8}$/.test(digits)) return [];
    const { keys } = this.columns;
    const tail = Number(digits);
    const modulus = 10 ** digits.length;
    const found: string[] = [];
    for (let row = 0; row < keys.length && found.length < most; row += 1) {
      const key = keys[row] ?? 0;
      // The key has a 1 before the number, which is no digit of it.
      if (key % modulus === tail && key >= modulus) found.push(String(key).slice(1));
    }
    return found;
  }

  /** Numbers of the devices whose home is this place and whose state is among these, the lowest first. */
  numbersAt(place: string, among: ReadonlySet<DeviceStatus>): string[] {
    const position = this.locations.indexOf(place);
    if (position < 0) return [];
    const { keys, location, status } = this.columns;
    const found: string[] = [];
    for (let row = 0; row < keys.length; row += 1) {
      const state = statuses[status[row] ?? -1];
      if (location[row] === position && state && among.has(state)) found.push(String(keys[row]).slice(1));
    }
    return found;
  }

  private facts(row: number, number: string): DeviceFacts {
    const columns = this.columns;
    const record = this.articles[columns.article[row] ?? -1];
    const status = statuses[columns.status[row] ?? -1];
    if (!record || !status) throw new IndexFormatError("a row points outside the lists");
    const [articleNumber, name, isoClass, expired, pmMonths] = record;
    const bits = columns.flags[row] ?? 0;
    const location = columns.location[row] ?? NO_LOCATION;
    const labels: { version: number; check: number }[] = [];
    for (let at = this.checksAt[row] ?? 0; at < (this.checksAt[row + 1] ?? 0); at += 2) {
      labels.push({ version: columns.checks[at] ?? 0, check: columns.checks[at + 1] ?? 0 });
    }
    return {
      number,
      article: { number: articleNumber, name, isoClass, expired, pmMonths },
      status,
      flags: flags.filter((_, bit) => (bits >> bit) & 1),
      nextPm: day(columns.nextPm[row] ?? 0),
      scrappedOn: day(columns.scrapped[row] ?? 0),
      location: location === NO_LOCATION ? null : (this.locations[location] ?? null),
      labels,
    };
  }
}

/** Makes the newer snapshot of an older one. The caller checks its hash against `to`. @throws IndexFormatError */
export function applyDelta(old: Uint8Array, delta: Uint8Array): { readonly content: Uint8Array; readonly from: string; readonly to: string } {
  const before = readFrame(old, "TIX1", 9);
  const change = readFrame(delta, "TIXD", 10);
  const articles = [...before.header.articles];
  for (const [position, article] of change.header.changed) articles[position] = article;
  const removed = new Set(readKeys(part(change.parts, 9)));
  const kept = readColumns(before.header.count, before.parts);
  const added = readColumns(change.header.count, change.parts);
  const replaced = new Set(added.keys);
  const rows: { columns: Columns; row: number; key: number }[] = [];
  kept.keys.forEach((key, row) => {
    if (!removed.has(key) && !replaced.has(key)) rows.push({ columns: kept, row, key });
  });
  added.keys.forEach((key, row) => rows.push({ columns: added, row, key }));
  rows.sort((one, other) => one.key - other.key);
  const checksAt = new Map([kept, added].map((columns) => [columns, starts(columns.labels)]));
  const checks: number[] = [];
  for (const { columns, row } of rows) {
    const places = checksAt.get(columns);
    for (let at = places?.[row] ?? 0; at < (places?.[row + 1] ?? 0); at += 1) checks.push(columns.checks[at] ?? 0);
  }
  const wide = (name: "article" | "nextPm" | "scrapped" | "location"): Uint8Array =>
    littleEndian(rows.map(({ columns, row }) => columns[name][row] ?? 0));
  const narrow = (name: "status" | "flags" | "labels"): Uint8Array => Uint8Array.from(rows, ({ columns, row }) => columns[name][row] ?? 0);
  const header = { count: rows.length, ...(articles.length > 0 ? { articles } : {}), ...(change.header.locations.length > 0 ? { locations: change.header.locations } : {}) };
  const content = writeFrame("TIX1", header, [
    writeKeys(rows.map(({ key }) => key)),
    wide("article"),
    narrow("status"),
    narrow("flags"),
    wide("nextPm"),
    wide("scrapped"),
    wide("location"),
    narrow("labels"),
    littleEndian(checks),
  ]);
  return { content, from: change.header.from, to: change.header.to };
}

// ---------------------------------------------------------------- columns

function readColumns(count: number, parts: readonly Uint8Array[]): Columns {
  const columns = {
    keys: Uint32Array.from(readKeys(part(parts, 0))),
    article: words(part(parts, 1)),
    status: part(parts, 2),
    flags: part(parts, 3),
    nextPm: words(part(parts, 4)),
    scrapped: words(part(parts, 5)),
    location: words(part(parts, 6)),
    labels: part(parts, 7),
    checks: words(part(parts, 8)),
  };
  const { checks, ...rows } = columns;
  if (Object.values(rows).some((column) => column.length !== count)) throw new IndexFormatError("the columns differ in length");
  if (checks.length !== 2 * columns.labels.reduce((sum, labels) => sum + labels, 0)) throw new IndexFormatError("the checks are cut off");
  return columns;
}

function part(parts: readonly Uint8Array[], index: number): Uint8Array {
  const found = parts[index];
  if (!found) throw new IndexFormatError("a column is missing");
  return found;
}

/** The first row whose key is not below the one that is looked for. */
function placeOf(keys: Uint32Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function words(bytes: Uint8Array): Uint16Array {
  if (bytes.length % 2) throw new IndexFormatError("a column is cut off");
  // Every processor that a browser runs on keeps its words as the file does; the copy puts them on an even address.
  return new Uint16Array(bytes.slice().buffer);
}

function littleEndian(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setUint16(2 * at, value, true));
  return bytes;
}

function day(days: number): string | null {
  return days === 0 ? null : new Date(DAY_ZERO + days * DAY).toISOString().slice(0, 10);
}

function readKeys(column: Uint8Array): number[] {
  const keys: number[] = [];
  let key = 0;
  let value = 0;
  let factor = 1;
  for (const byte of column) {
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) {
      key += value;
      keys.push(key);
      value = 0;
      factor = 1;
    }
  }
  if (factor !== 1) throw new IndexFormatError("the numbers are cut off");
  return keys;
}

function writeKeys(keys: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const key of keys) {
    let value = key - before;
    before = key;
    for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

// ---------------------------------------------------------------- the frame

function readFrame(content: Uint8Array, magic: string, columns: number): { readonly header: Header; readonly parts: readonly Uint8Array[] } {
  if (new TextDecoder("latin1").decode(content.subarray(0, 4)) !== magic) throw new IndexFormatError("this is no device index");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const parts: Uint8Array[] = [];
  let place = 4;
  while (place < content.length) {
    if (place + 4 > content.length) throw new IndexFormatError("the index is cut off");
    const length = view.getUint32(place, true);
    parts.push(content.subarray(place + 4, place + 4 + length));
    place += 4 + length;
  }
  const [head, ...rest] = parts;
  if (place !== content.length || !head || rest.length !== columns) throw new IndexFormatError("the index is cut off");
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(head)) as Partial<Header> & { count: number };
    return { header: { articles: [], changed: [], locations: [], from: "", to: "", ...header }, parts: rest };
  } catch {
    throw new IndexFormatError("the header cannot be read");
  }
}

function writeFrame(magic: string, header: object, columns: readonly Uint8Array[]): Uint8Array {
  const parts = [new TextEncoder().encode(JSON.stringify(header)), ...columns];
  const content = new Uint8Array(4 + parts.reduce((sum, bytes) => sum + 4 + bytes.length, 0));
  const view = new DataView(content.buffer);
  content.set(new TextEncoder().encode(magic));
  let place = 4;
  for (const bytes of parts) {
    view.setUint32(place, bytes.length, true);
    content.set(bytes, place + 4);
    place += 4 + bytes.length;
  }
  return content;
}
