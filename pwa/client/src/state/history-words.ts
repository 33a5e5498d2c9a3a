/** A device's recorded fact as a sentence; and where it leads, for those who may go there. */
import type { DeviceFact } from "../api/traceability";
import { hi } from "../i18n/history";
import { path } from "../router";
import { knownWord } from "./words";

const CLOSED = ["order_closed", "order_cancelled"];

function whatWord({ kind, what }: DeviceFact): string {
  if (!what) return "";
  if (kind === "order_registered") return knownWord("type", what);
  if (CLOSED.includes(kind)) return knownWord("outcome", what);
  return hi.maybe(`w_${what}`) || what.replaceAll("_", " ");
}

/** The sentence of a fact. What is missing in it leaves no hole and no dangling colon. */
export function factWords(fact: DeviceFact): string {
  const values: Readonly<Record<string, string>> = { ref: fact.ref, what: whatWord(fact), text: fact.text };
  const sentence = hi.maybe(`f_${fact.kind}`).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  return (sentence || fact.kind.replaceAll("_", " ")).replace(/\s+([:,.])/g, "$1").replace(/\s+/g, " ").replace(/[:,\s]+$/, "").trim();
}

/** The address of the order that a fact is about; "" for others. */
export function factAddress({ kind, ref }: DeviceFact): string {
  if (!ref) return "";
  if (kind.startsWith("order_") || kind === "protocol" || kind === "maintained") return path.officeOrder(ref);
  if (kind === "delivery_ordered") return path.delivery(ref);
  return kind.startsWith("pickup_") ? path.pickup(ref) : "";
}
