/** The places of the main menu for each role: at most four on the phone, all of them beside a wide screen. */
import type { Key } from "../i18n";
import type { RouteName } from "../router";
import type { IconName } from "../ui/icons";

type NavigationWord = Extract<Key, `nav.${string}`>;

export interface Place {
  readonly href: string;
  readonly word: NavigationWord;
  readonly icon: IconName;
  readonly main?: boolean;
  /** Only beside a wide screen; on the phone it lies under "Mer". */
  readonly wide?: boolean;
  readonly routes: readonly RouteName[];
  /** What it is a part of, where there are many places. */
  readonly group?: "service" | "transport" | "store" | "watch";
}

interface Roles {
  readonly isTechnician: boolean;
  readonly isDriver: boolean;
  readonly isOffice: boolean;
  readonly isPrescriber: boolean;
  readonly isWarehouse: boolean;
  readonly isAdmin: boolean;
}

const orders: Place = { href: "/office/orders", word: "nav.orders", icon: "orders", routes: ["officeOrders", "officeOrder", "register"] };
const triage: Place = { href: "/office/triage", word: "nav.triage", icon: "team", routes: ["triage", "triageOrder", "technicianDay"], group: "service" };
const van: Place = { href: "/van", word: "nav.van", icon: "part", routes: ["van"], group: "service" };
const rounds: Place = { href: "/office/rounds", word: "nav.rounds", icon: "map", routes: ["rounds", "officeRound", "schedule"], group: "transport" };
const find: Place = { href: "/office/find", word: "nav.find", icon: "search", routes: ["find", "recipient", "device"], group: "store", main: true };
const deliveries: Place = { href: "/office/deliveries", word: "nav.deliveries", icon: "part", routes: ["deliveries", "delivery", "registerDelivery"], group: "transport" };
const pickups: Place = { href: "/office/pickups", word: "nav.pickups", icon: "back", routes: ["pickups", "pickup", "registerPickup"], group: "transport" };
const reviews: Place = { href: "/office/reviews", word: "nav.reviews", icon: "review", routes: ["reviews", "unsentFile", "syncHealth"], group: "watch" };
const reports: Place = { href: "/office/reports", word: "nav.reports", icon: "message", routes: ["reports", "report"], group: "service" };
const arrivals: Place = { href: "/office/arrivals", word: "nav.arrivals", icon: "scan", routes: ["arrivals"], group: "store" };
const returns: Place = { href: "/office/returns", word: "nav.returns", icon: "refresh", routes: ["returns"], group: "store" };
const handOver: Place = { href: "/office/hand-over", word: "nav.hand_over", icon: "next", routes: ["handOver"], group: "transport" };
const labels: Place = { href: "/office/labels", word: "nav.labels", icon: "print", routes: ["labels"], group: "store" };
const purchases: Place = { href: "/office/purchases", word: "nav.purchases", icon: "plus", routes: ["purchases"], group: "store" };
const safety: Place = { href: "/office/safety", word: "nav.safety", icon: "info", routes: ["safety", "recall"], group: "watch" };
const maintenance: Place = { href: "/office/maintenance", word: "nav.maintenance", icon: "tool", routes: ["maintenance"], group: "service" };
const finish: Place = { href: "/maintenance", word: "nav.maintenance", icon: "tool", routes: ["finishMaintenance"], group: "service" };
const levels: Place = { href: "/office/service-levels", word: "nav.levels", icon: "clock", routes: ["levels"], group: "service" };
const count: Place = { href: "/count", word: "nav.count", icon: "check", routes: ["count", "countResult"], group: "store" };
const users: Place = { href: "/admin/users", word: "nav.users", icon: "user", routes: ["users", "user"], group: "watch" };
const phones: Place = { href: "/admin/phones", word: "nav.phones", icon: "phone", routes: ["phones"], group: "watch" };
const outbox: Place = { href: "/outbox", word: "nav.outbox", icon: "outbox", routes: ["outbox"] };
const messages: Place = { href: "/messages", word: "nav.messages", icon: "inbox", routes: ["messages"], group: "watch" };
const more: Place = { href: "/more", word: "nav.more", icon: "more", routes: ["more", "accessibility", "privacy"] };

const wide = (place: Place): Place => ({ ...place, wide: true });

/** From so many places on they stand under headings. */
const MANY = 10;

/** The places that only a wide screen's menu has, in their groups; one group without a name where they are few. */
export function widePlaces(places: readonly Place[]): readonly { readonly name: Place["group"]; readonly places: readonly Place[] }[] {
  const found = places.filter((place) => place.wide);
  if (found.length < MANY) return found.length > 0 ? [{ name: undefined, places: found }] : [];
  const names = [...new Set(found.map((place) => place.group))];
  return names.map((name) => ({ name, places: found.filter((place) => place.group === name) }));
}

/** An administrator who has another role as well finds the administration beside that role's places. */
export function placesOf(who: Roles): readonly Place[] {
  const places = placesOfRole(who);
  return who.isAdmin && !places.includes(users) ? [...places, wide(users), wide(phones)] : places;
}

function placesOfRole(who: Roles): readonly Place[] {
  if (who.isTechnician) {
    return [
      { href: "/", word: "nav.today", icon: "today", routes: ["today", "order", "protocol", "close", "exchange", "newOrder"] },
      { href: "/scan", word: "nav.scan", icon: "scan", main: true, routes: ["scan", "device"] },
      outbox,
      more,
      ...[van, triage, finish, reports, rounds, returns, count, reviews, safety, messages].map(wide),
    ];
  }
  if (who.isDriver) {
    return [
      { href: "/round", word: "nav.today", icon: "today", routes: ["round", "stop", "proof"] },
      { href: "/load", word: "nav.load", icon: "scan", main: true, routes: ["load"] },
      outbox,
      more,
      wide(handOver),
      wide(count),
      wide(messages),
    ];
  }
  if (who.isOffice) return [orders, find, rounds, more, ...[triage, reports, maintenance, levels, deliveries, pickups, handOver, arrivals, returns, purchases, count, labels, reviews, safety, messages].map(wide)];
  if (who.isPrescriber) return [{ ...orders, word: "nav.my_orders" }, find, messages, more, wide(deliveries), wide(pickups)];
  if (who.isWarehouse) return [deliveries, { ...arrivals, main: true }, pickups, more, ...[{ ...find, main: false }, rounds, handOver, returns, purchases, count, labels, safety, messages].map(wide)];
  if (who.isAdmin) return [users, phones, messages, more];
  return [messages, more];
}
