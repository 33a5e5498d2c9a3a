/** The office list's filter as it stands in the address bar: states, teams and numbers, never a person's name. Pure. */
import type { OrderFilter } from "../api/client";

export const filterStates = ["open", "closed", "all"] as const;

const names = ["state", "team", "assigned", "q"] as const;

/** Open orders for a state it does not know. */
export function stateOf(word: string | null): (typeof filterStates)[number] {
  return filterStates.find((state) => state === word) ?? "open";
}

export function readFilter(query: URLSearchParams): OrderFilter {
  const team = query.get("team");
  const assigned = query.get("assigned");
  // Only digits: a name typed into the search never reaches the address bar or a server's log.
  const q = (query.get("q") ?? "").replace(/[^0-9]/g, "").slice(0, 8);
  return { state: stateOf(query.get("state")), ...(team ? { team } : {}), ...(assigned ? { assigned } : {}), ...(q ? { q } : {}) };
}

export function writeFilter(filter: OrderFilter, sort: string): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = filter[name];
    if (value && !(name === "state" && value === "open")) query.set(name, value);
  }
  if (sort && sort !== "urgency") query.set("sort", sort);
  return query;
}
