/** Addresses of the app (history API). Pure matching here; what is on the screen follows in state/route.svelte.ts. */

export const patterns = {
  today: "/",
  scan: "/scan",
  device: "/device/:number",
  order: "/order/:number",
  protocol: "/order/:number/protocol",
  close: "/order/:number/close",
  exchange: "/order/:number/exchange",
  newOrder: "/new-order",
  van: "/van",
  outbox: "/outbox",
  messages: "/messages",
  more: "/more",
  officeOrders: "/office/orders",
  officeOrder: "/office/orders/:number",
  triage: "/office/triage",
  triageOrder: "/office/triage/:number",
  technicianDay: "/office/day",
  register: "/office/register",
  reviews: "/office/reviews",
  unsentFile: "/office/unsent-file",
  syncHealth: "/office/phones",
  reports: "/office/reports",
  report: "/office/reports/:id",
  signIn: "/sign-in",
  accessibility: "/accessibility",
  privacy: "/privacy",
  round: "/round",
  load: "/load",
  reconcile: "/round/van",
  stop: "/stop/:id",
  proof: "/stop/:id/proof",
  find: "/office/find",
  recipient: "/office/recipient",
  registerDelivery: "/office/deliveries/new",
  deliveries: "/office/deliveries",
  delivery: "/office/deliveries/:number",
  registerPickup: "/office/pickups/new",
  pickups: "/office/pickups",
  pickup: "/office/pickups/:number",
  rounds: "/office/rounds",
  officeRound: "/office/rounds/:id",
  schedule: "/office/schedule",
  arrivals: "/office/arrivals",
  returns: "/office/returns",
  handOver: "/office/hand-over",
  purchases: "/office/purchases",
  safety: "/office/safety",
  maintenance: "/office/maintenance",
  finishMaintenance: "/maintenance",
  recall: "/office/recall",
  levels: "/office/service-levels",
  count: "/count",
  countResult: "/count/:id",
  labels: "/office/labels",
  users: "/admin/users",
  user: "/admin/users/:id",
  phones: "/admin/phones",
} as const;

export type RouteName = keyof typeof patterns | "notFound";

export interface Route {
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string>>;
  readonly path: string;
  readonly query: URLSearchParams;
}

const compiled = (Object.entries(patterns) as [keyof typeof patterns, string][]).map(([name, pattern]) => ({
  name,
  expression: new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
}));

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** @param address a path with an optional query, as in the address bar */
export function match(address: string): Route {
  const url = new URL(address, "https://turbil.invalid");
  for (const { name, expression } of compiled) {
    const found = expression.exec(url.pathname);
    if (!found) continue;
    const params = Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, decode(value)]));
    return { name, params, path: url.pathname, query: url.searchParams };
  }
  return { name: "notFound", params: {}, path: url.pathname, query: url.searchParams };
}

export const path = {
  device: (number: string) => `/device/${encodeURIComponent(number)}`,
  order: (number: string) => `/order/${encodeURIComponent(number)}`,
  protocol: (number: string) => `/order/${encodeURIComponent(number)}/protocol`,
  exchange: (number: string) => `/order/${encodeURIComponent(number)}/exchange`,
  close: (number: string) => `/order/${encodeURIComponent(number)}/close`,
  officeOrder: (number: string) => `/office/orders/${encodeURIComponent(number)}`,
  triage: (number: string) => `/office/triage/${encodeURIComponent(number)}`,
  stop: (id: string) => `/stop/${id}`,
  proof: (id: string) => `/stop/${id}/proof`,
  delivery: (number: string) => `/office/deliveries/${encodeURIComponent(number)}`,
  pickup: (number: string) => `/office/pickups/${encodeURIComponent(number)}`,
  report: (id: string) => `/office/reports/${encodeURIComponent(id)}`,
  officeRound: (id: string) => `/office/rounds/${id}`,
  count: (id: string) => `/count/${id}`,
  user: (id: string) => `/admin/users/${id}`,
};
