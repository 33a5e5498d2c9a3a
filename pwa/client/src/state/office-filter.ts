/** The office list's filter as it stands in the address bar: states, teams and numbers, never a person's name. Pure. */
import type { OrderFilter } from "../api/client";

export const filterStates = ["open", "closed", "all"] as const;

const names = ["state", "team", "assigned", "q"] as const;

export function readFilter(query: URLSearchParams): OrderFilter {
  const state = query.get("state") ?? "open";
  const filter: Record<string, string> = { state: (filterStates as readonly string[]).includes(state) ? state : "open" };
  for (const name of ["team", "assigned"] as const) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  // Only digits: a name typed into the search never reaches the address bar or a server's log.
  const q = (query.get("q") ?? "").replace(/[^0-9]/g, "").slice(0, 8);
  if (q) filter["q"] = q;
  return filter;
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
