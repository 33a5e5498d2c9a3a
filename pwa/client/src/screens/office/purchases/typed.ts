/** What somebody typed about new devices. Pure. */

/** Kronor with comma or point to öre; null for anything else, undefined for nothing. */
export function readOre(text: string): number | null | undefined {
  const trimmed = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
  if (!trimmed) return undefined;
  return /^[0-9]{1,8}(\.[0-9]{1,2})?$/.test(trimmed) ? Math.round(Number(trimmed) * 100) : null;
}

/** A serial number to a line; empty lines at the end are nothing, one in the middle is a serial number that is missing. */
export function readSerials(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.trim());
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}
