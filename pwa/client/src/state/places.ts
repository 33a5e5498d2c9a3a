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
const triage: Place = { href: "/office/triage", word: "nav.triage", icon: "team", routes: ["triage", "triageOrder", "technicianDay"] };
const van: Place = { href: "/van", word: "nav.van", icon: "part", routes: ["van"] };
const rounds: Place = { href: "/office/rounds", word: "nav.rounds", icon: "map", routes: ["rounds", "officeRound", "schedule"] };
const find: Place = { href: "/office/find", word: "nav.find", icon: "search", routes: ["find", "recipient", "device"], main: true };
const deliveries: Place = { href: "/office/deliveries", word: "nav.deliveries", icon: "part", routes: ["deliveries", "delivery", "registerDelivery"] };
const pickups: Place = { href: "/office/pickups", word: "nav.pickups", icon: "back", routes: ["pickups", "pickup", "registerPickup"] };
const reviews: Place = { href: "/office/reviews", word: "nav.reviews", icon: "review", routes: ["reviews", "unsentFile", "syncHealth"] };
const reports: Place = { href: "/office/reports", word: "nav.reports", icon: "message", routes: ["reports", "report"] };
const arrivals: Place = { href: "/office/arrivals", word: "nav.arrivals", icon: "scan", routes: ["arrivals"] };
const returns: Place = { href: "/office/returns", word: "nav.returns", icon: "refresh", routes: ["returns"] };
const handOver: Place = { href: "/office/hand-over", word: "nav.hand_over", icon: "next", routes: ["handOver"] };
const labels: Place = { href: "/office/labels", word: "nav.labels", icon: "print", routes: ["labels"] };
const purchases: Place = { href: "/office/purchases", word: "nav.purchases", icon: "plus", routes: ["purchases"] };
const safety: Place = { href: "/office/safety", word: "nav.safety", icon: "info", routes: ["safety", "recall"] };
const maintenance: Place = { href: "/office/maintenance", word: "nav.maintenance", icon: "tool", routes: ["maintenance"] };
const finish: Place = { href: "/maintenance", word: "nav.maintenance", icon: "tool", routes: ["finishMaintenance"] };
const levels: Place = { href: "/office/service-levels", word: "nav.levels", icon: "clock", routes: ["levels"] };
const count: Place = { href: "/count", word: "nav.count", icon: "check", routes: ["count", "countResult"] };
const users: Place = { href: "/admin/users", word: "nav.users", icon: "user", routes: ["users", "user"] };
const phones: Place = { href: "/admin/phones", word: "nav.phones", icon: "phone", routes: ["phones"] };
const outbox: Place = { href: "/outbox", word: "nav.outbox", icon: "outbox", routes: ["outbox"] };
const messages: Place = { href: "/messages", word: "nav.messages", icon: "inbox", routes: ["messages"] };
const more: Place = { href: "/more", word: "nav.more", icon: "more", routes: ["more", "accessibility", "privacy"] };

const wide = (place: Place): Place => ({ ...place, wide: true });

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
      wide(van),
      wide(triage),
      wide(finish),
      wide(rounds),
      wide(returns),
      wide(reports),
      wide(reviews),
      wide(count),
      wide(safety),
      wide(messages),
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
  if (who.isOffice) return [orders, find, rounds, more, wide(triage), wide(deliveries), wide(pickups), wide(maintenance), wide(reports), wide(reviews), wide(arrivals), wide(returns), wide(handOver), wide(purchases), wide(count), wide(labels), wide(safety), wide(levels), wide(messages)];
  if (who.isPrescriber) return [{ ...orders, word: "nav.my_orders" }, find, messages, more, wide(deliveries), wide(pickups)];
  if (who.isWarehouse) return [deliveries, { ...arrivals, main: true }, pickups, more, wide(returns), wide(handOver), wide(purchases), wide(count), wide(rounds), wide({ ...find, main: false }), wide(labels), wide(safety), wide(messages)];
  if (who.isAdmin) return [users, phones, messages, more];
  return [messages, more];
}
