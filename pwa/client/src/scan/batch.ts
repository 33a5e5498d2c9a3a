/** Several devices scanned one after the other: a list in which each stands once. Pure. */

export interface BatchItem {
  readonly number: string;
  /** The code's own text; null when the number was typed. */
  readonly raw: string | null;
  readonly at: string;
  /** How often it was scanned again. */
  readonly repeats: number;
}

export interface BatchChange {
  readonly items: readonly BatchItem[];
  /** A repeat is amber and changes nothing but its count. */
  readonly repeat: boolean;
}

/** The newest first. A device that is scanned again keeps its place. */
export function addToBatch(items: readonly BatchItem[], number: string, raw: string | null, at: string): BatchChange {
  if (!items.some((item) => item.number === number)) return { items: [{ number, raw, at, repeats: 0 }, ...items], repeat: false };
  return { items: items.map((item) => (item.number === number ? { ...item, repeats: item.repeats + 1 } : item)), repeat: true };
}

export function removeFromBatch(items: readonly BatchItem[], number: string): readonly BatchItem[] {
  return items.filter((item) => item.number !== number);
}
