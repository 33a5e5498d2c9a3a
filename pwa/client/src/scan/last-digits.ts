/** A worn label or a voice on the phone often gives only the last digits: which devices may be meant. Pure. */
import type { DeviceIndex } from "../index/format";

/**
 * @param text what was typed: two digits or more
 * @param own numbers of the devices in the phone's own orders, which come first
 */
export function endingWith(text: string, own: readonly string[], index: Pick<DeviceIndex, "endingWith"> | null, most: number): readonly string[] {
  const digits = text.trim();
  if (!/^[0-9]{2,8}$/.test(digits)) return [];
  const mine = own.filter((number) => number.endsWith(digits)).sort();
  return [...new Set([...mine, ...(index?.endingWith(digits, most + mine.length) ?? [])])].slice(0, most);
}
