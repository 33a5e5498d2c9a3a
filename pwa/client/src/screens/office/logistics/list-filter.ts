/** The filter of the two lists as it stands in the address bar: states only, nothing of a person. Pure. */

export const deliveryViews = ["assign", "open", "closed", "all"] as const;
export const pickupViews = ["open", "closed", "all"] as const;
export type ListView = (typeof deliveryViews)[number];

export interface ListFilter {
  readonly view: ListView;
  readonly mine: boolean;
}

/** @param first what this role sees before it chooses */
export function readListFilter(query: URLSearchParams, views: readonly ListView[], first: ListView): ListFilter {
  return { view: views.find((view) => view === query.get("view")) ?? first, mine: query.get("mine") === "1" };
}

export function writeListFilter(filter: ListFilter, first: ListView): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.view !== first) query.set("view", filter.view);
  if (filter.mine) query.set("mine", "1");
  return query;
}

/** As the server takes it. */
export function listQuery(filter: ListFilter): { readonly state: "open" | "closed" | "all"; readonly mine?: boolean; readonly to_assign?: boolean } {
  return {
    state: filter.view === "assign" ? "open" : filter.view,
    ...(filter.view === "assign" ? { to_assign: true } : {}),
    ...(filter.mine ? { mine: true } : {}),
  };
}
