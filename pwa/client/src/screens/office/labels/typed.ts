/** What somebody typed into the fields of labels: lists of numbers, lines of codes, millimetres. */
import { parseScan } from "../../../scan/payload";
import type { LabelKind } from "../../../api/labels";

export const MOST_NUMBERS = 5_000;
export const MOST_PLAIN = 500;

export interface Numbers {
  readonly numbers: readonly string[];
  readonly wrong: readonly string[];
}

/** Device numbers in any writing: typed, pasted, or scanned one after the other. Each counts once. */
export function readNumbers(text: string): Numbers {
  const numbers = new Set<string>();
  const wrong: string[] = [];
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const scan = parseScan(word);
    if (scan.kind === "device_number" || scan.kind === "own_label") numbers.add(scan.number);
    else wrong.push(word);
  }
  return { numbers: [...numbers], wrong };
}

export interface PlainItem {
  readonly code: string;
  readonly text: string;
  readonly month: string;
}

export interface PlainItems {
  readonly items: readonly PlainItem[];
  readonly wrong: readonly string[];
}

const OF_DEVICE = /^((?:K-)?[0-9]{4,8})(?:\s+(20[0-9]{2}-(?:0[1-9]|1[0-2])))?$/i;
const OF_PLACE = /^([0-9A-Z][0-9A-Z ./+-]{0,19})$/;

export const isPlace = (kind: LabelKind): boolean => kind === "shelf" || kind === "load_carrier";

/** One label to a line. */
export function readItems(text: string, kind: LabelKind): PlainItems {
  const items: PlainItem[] = [];
  const wrong: string[] = [];
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const item = isPlace(kind) ? readPlace(line) : readDevice(line);
    if (item && (item.month === "" || kind === "next_pm")) items.push(item);
    else wrong.push(line);
  }
  return { items, wrong };
}

function readDevice(line: string): PlainItem | null {
  const found = OF_DEVICE.exec(line);
  return found ? { code: (found[1] ?? "").toUpperCase(), text: "", month: found[2] ?? "" } : null;
}

function readPlace(line: string): PlainItem | null {
  const [code = "", ...rest] = line.split(";");
  const wanted = code.trim().toUpperCase();
  const text = rest.join(";").trim();
  return OF_PLACE.test(wanted) && [...text].length <= 60 ? { code: wanted, text, month: "" } : null;
}

/** Millimetres with comma or point; null for anything else. */
export function readMillimetres(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  return /^[0-9]{1,3}(\.[0-9]{1,2})?$/.test(trimmed) ? Number(trimmed) : null;
}
