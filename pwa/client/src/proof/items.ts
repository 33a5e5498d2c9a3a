/**
 * What a proof of delivery is bound to: the canonical bytes of its items, and their hash.
 *
 * The twin of routing/rounds/proof.py, where the definition stands: both are held to tests/vectors/proof_items.json. The
 * person at the door signs for exactly the items that stand above the signature, in that order.
 */
import type { Hygiene } from "../api/driver";
import { sha256 } from "../ui/picture";

/** An item of `delivered` in the arguments of `stop.complete`; what is null or absent is not bound. */
export interface DeliveredItem {
  readonly task_id: string;
  readonly device_number?: string | null;
  readonly scan_raw?: string | null;
  readonly quantity: number;
}

/** An item of `collected`; without `task_id` it was on no list. */
export interface CollectedItem {
  readonly task_id?: string | null;
  readonly device_number?: string | null;
  readonly article_number?: string | null;
  readonly scan_raw?: string | null;
  readonly quantity: number;
  readonly hygiene: Hygiene;
  /** What was counted of the device's parts; its keys are written in this order, which is the canonical one. */
  readonly parts?: readonly CountedPart[];
}

export interface CountedPart {
  readonly component_id: string;
  readonly quantity: number;
}

/** A bound item. Its keys lie in ascending order, which is what makes its JSON canonical. */
export type ProofItem = Readonly<Record<string, string | number | readonly CountedPart[]>>;

const FIELDS = {
  deliver: ["task_id", "device_number", "quantity"],
  collect: ["task_id", "device_number", "article_number", "quantity", "hygiene"],
} as const;

function hashed(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text).buffer as ArrayBuffer);
}

async function bound(action: "deliver" | "collect", given: DeliveredItem | CollectedItem): Promise<ProofItem> {
  const values: Readonly<Record<string, string | number | readonly CountedPart[] | null | undefined>> = { ...given };
  const item: Record<string, string | number | readonly CountedPart[]> = { action };
  for (const name of FIELDS[action]) {
    const value = values[name];
    if (value !== null && value !== undefined) item[name] = value;
  }
  if ("parts" in given && given.parts && given.parts.length > 0) item["parts"] = given.parts.map(({ component_id, quantity }) => ({ component_id, quantity }));
  // The label's own text may hold a secret: only its hash is bound, and only when no number stands for it.
  if (typeof given.scan_raw === "string" && !("device_number" in item)) item["scan_sha256"] = await hashed(given.scan_raw);
  return Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The items of a stop's outcome as they are bound: what is delivered, then what is collected, each in its own order. */
export function proofItems(delivered: readonly DeliveredItem[], collected: readonly CollectedItem[]): Promise<ProofItem[]> {
  return Promise.all([...delivered.map((item) => bound("deliver", item)), ...collected.map((item) => bound("collect", item))]);
}

/** The canonical text of bound items; its UTF-8 bytes are what is hashed. */
export function canonical(items: readonly ProofItem[]): string {
  return JSON.stringify(items);
}

/** SHA-256 of the canonical bytes as 64 lower-case hexadecimal digits. */
export function itemsHash(items: readonly ProofItem[]): Promise<string> {
  return hashed(canonical(items));
}
