/** What somebody typed about a round of the list. Pure. */

/** Words between commas, without the empty ones. */
export function readList(text: string): readonly string[] {
  return text.split(/[,;\n]/).map((part) => part.trim()).filter(Boolean);
}

const PREFIX = /^[0-9]{1,3}( ?[0-9]{1,2})?$/;

/** The first word that is no beginning of a postcode; "" when all are. */
export function wrongPrefix(prefixes: readonly string[]): string {
  return prefixes.find((prefix) => !PREFIX.test(prefix)) ?? "";
}

/** "08:00" as the server writes times; null for nothing. */
export const asTime = (text: string): string | null => (text ? `${text}:00`.slice(0, 8) : null);

/** "08:00:00" as an input shows it. */
export const asTyped = (time: string | null): string => (time ?? "").slice(0, 5);
