/** Customer orders, pick-up orders, what a recipient has, and what a number stands for. Names are the server's own. */
import { answer, items, server } from "./client";
import type { Known, Read, Schemas } from "./known";

export const deliveryStates = ["registered", "processing", "dispatchable", "in_transit", "delivered", "cancelled"] as const;
export const pickupStates = ["registered", "closed", "cancelled"] as const;
export const pickupLineStates = ["requested", "planned", "collected", "arrived", "not_found", "refused_dirty", "wrong_item", "lost", "cancelled"] as const;
export const pickupReasons = ["need_ended", "wrongly_ordered", "other", "returned_not_deregistered"] as const;
export const logisticsCancelReasons = ["not_needed", "wrong", "other"] as const;
export const hygienes = ["clean", "cleaned_contaminated", "dirty", "unknown"] as const;

export type DeliveryState = (typeof deliveryStates)[number];
export type PickupState = (typeof pickupStates)[number];
export type PickupLineState = (typeof pickupLineStates)[number];
export type PickupReason = (typeof pickupReasons)[number];
export type LogisticsCancelReason = (typeof logisticsCancelReasons)[number];
export type Hygiene = (typeof hygienes)[number];

/** Who something is for: exactly one of the two. Held in memory alone. */
export type RecipientRef = { readonly person_id: string } | { readonly party_number: string };

export type Address = Read<Schemas["DeliveryAddress"]>;
export type ShownRecipient = Read<Schemas["OrderRecipient"]>;
export type LogisticsEvent = Read<Schemas["OrderEvent"]>;

export type DeliveryHit = Known<Schemas["CustomerOrderHit"], { readonly state: DeliveryState }>;
export type DeliveryLine = Read<Schemas["CustomerOrderLine"]>;
export type Delivery = Known<Schemas["CustomerOrderDetail"], { readonly state: DeliveryState }>;

export type PickupHit = Known<Schemas["PickupOrderHit"], { readonly state: PickupState }>;
export type PickupLine = Known<Schemas["PickupOrderLine"], { readonly state: PickupLineState }>;
export type Pickup = Known<Schemas["PickupOrderDetail"], { readonly state: PickupState; readonly lines: readonly PickupLine[] }>;

export type Recipient = Read<Schemas["RecipientCard"]>;
export type Aid = Read<Schemas["Aid"]>;
export type OnTheWay = Known<Schemas["OnTheWay"], { readonly state: DeliveryState }>;
export type RecipientCard = Known<
  Schemas["RecipientAids"],
  { readonly on_the_way: readonly OnTheWay[]; readonly pickup_orders: readonly Known<Schemas["RecipientPickup"], { readonly state: PickupState }>[] }
>;

export type Party = Read<Schemas["PartyHit"]>;
export type NumberAnswer = Read<Schemas["NumberKind"]>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface DeliveryFilter {
  readonly state?: "open" | "closed" | "all";
  readonly mine?: boolean;
  readonly to_assign?: boolean;
}

export interface PickupFilter {
  readonly state?: "open" | "closed" | "all";
  readonly mine?: boolean;
  /** Something is collected that is not at the centre yet. */
  readonly to_arrive?: boolean;
  /** The order whose line of this device waits for its arrival. */
  readonly device?: string;
}

const page = (cursor: string | undefined): { readonly limit: number; readonly cursor?: string } => ({ limit: 100, ...(cursor ? { cursor } : {}) });

// Where a type is narrower than the document, the answer is taken at its word: `as`.
export const logistics = {
  deliveries: async (filter: DeliveryFilter, cursor?: string) => (await answer(server.GET("/api/customer-orders", { params: { query: { ...filter, ...page(cursor) } } }))) as Page<DeliveryHit>,
  delivery: async (number: string) => (await answer(server.GET("/api/customer-orders/{number}", { params: { path: { number } } }))) as Delivery,
  pickups: async (filter: PickupFilter, cursor?: string) => (await answer(server.GET("/api/pickup-orders", { params: { query: { ...filter, ...page(cursor) } } }))) as Page<PickupHit>,
  pickup: async (number: string) => (await answer(server.GET("/api/pickup-orders/{number}", { params: { path: { number } } }))) as Pickup,
  /** By POST: who is looked at is never part of an address. */
  aids: async (who: RecipientRef) => (await answer(server.POST("/api/recipients/aids", { body: who }))) as RecipientCard,
  persons: (personalNumber: string) => items(server.POST("/api/persons/search", { body: { personal_number: personalNumber } })),
  parties: (q: string) => items(server.GET("/api/parties", { params: { query: { q } } })),
  number: (number: string) => items(server.GET("/api/numbers/{number}", { params: { path: { number } } })),
  articles: (q: string) => items(server.GET("/api/articles", { params: { query: { q } } })),
};
