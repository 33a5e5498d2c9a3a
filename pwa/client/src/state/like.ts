/** What the phone can say of an exchange before the server does: two codes, and what the region's index knows. Pure. */
import type { DeviceFacts } from "../index/format";

export type ExchangeFault = "wrong_old" | "same" | "not_alike" | "stopped";

/** @param wanted the order's own device. @returns null when nothing speaks against it; the server judges in the end */
export function oldFault(number: string, wanted: string): ExchangeFault | null {
  return number === wanted ? null : "wrong_old";
}

/**
 * @param facts what the index knows of the new device; null without one: then the server says it
 * @param mustNot the index says that it must not be handed out
 * @param own the article of the order's device
 */
export function newFault(number: string, old: string, facts: Pick<DeviceFacts, "article"> | null, mustNot: boolean, own: { readonly name: string; readonly models: readonly string[] }): ExchangeFault | null {
  if (number === old) return "same";
  if (mustNot) return "stopped";
  if (!facts || facts.article.name === own.name) return null;
  return own.models.includes(facts.article.name) && own.models.includes(own.name) ? null : "not_alike";
}
