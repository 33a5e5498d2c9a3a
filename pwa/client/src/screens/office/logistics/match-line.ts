/** Which line a scanned device belongs to. Pure. */
import type { DeliveryLine } from "../../../api/logistics";

export type LineMatch =
  | { readonly kind: "line"; readonly line: DeliveryLine }
  /** It is on the order already. */
  | { readonly kind: "already"; readonly line: DeliveryLine }
  /** No line waits for such an article. */
  | { readonly kind: "none" };

export const waitsForDevice = (line: DeliveryLine): boolean => line.numbered && line.state === "open" && line.device_number === null;

export function matchLine(lines: readonly DeliveryLine[], device: { readonly number: string; readonly article_number: string }): LineMatch {
  const already = lines.find((line) => line.device_number === device.number);
  if (already) return { kind: "already", line: already };
  const line = lines.find((one) => waitsForDevice(one) && one.article_number === device.article_number);
  return line ? { kind: "line", line } : { kind: "none" };
}
