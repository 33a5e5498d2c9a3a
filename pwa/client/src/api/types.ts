/**
 * What the screens read. Names are the server's own (snake_case). Types of rows that come through sync have no document of
 * their own; where a route answers the same row the generated type is the base and `Known` narrows it.
 */
import type { Known, Read, Schemas } from "./known";

export type Role =
  | "technician"
  | "driver"
  | "planner"
  | "customer_service"
  | "prescriber"
  | "warehouse"
  | "auditor"
  | "admin";

export type Team = Read<Schemas["TeamItem"]>;

export type Session = Known<
  Schemas["SessionAnswer"],
  { readonly user: Known<Schemas["SessionUser"], { readonly language: "sv" | "en"; readonly roles: readonly Role[] }> }
>;

export const orderStates = ["registered", "triaged", "booked", "started", "waiting", "done", "closed", "cancelled"] as const;
export const orderTypes = ["corrective", "preventive", "installation", "adaptation", "consultation"] as const;
export const waitReasons = ["parts", "patient", "supplier", "prescriber"] as const;
export const places = ["at_holder", "at_centre", "at_unit", "pickup_for_repair"] as const;
export const basicNeeds = ["sleep", "toilet", "eat_drink"] as const;
export const outcomes = [
  "repaired",
  "adjusted",
  "inspected",
  "exchanged",
  "referred",
  "no_fault_found",
  "not_repairable",
] as const;
export const cancelReasons = ["no_contact", "not_needed", "duplicate", "wrong", "other"] as const;
export const priorities = [1, 2, 3, 4, 5, 6] as const;

export type OrderState = (typeof orderStates)[number];
export type OrderType = (typeof orderTypes)[number];
export type WaitReason = (typeof waitReasons)[number];
export type Place = (typeof places)[number];
export type BasicNeed = (typeof basicNeeds)[number];
export type OrderOutcome = (typeof outcomes)[number];
export type CancelReason = (typeof cancelReasons)[number];
export type Priority = (typeof priorities)[number];
export type ProtocolVerdict = "approved" | "not_approved" | "incomplete";

/** The three clocks of an order (UTC); null where the region has no such clock for the priority. */
export type Due = Read<Schemas["Due"]>;

export type Contact = Read<Schemas["ContactCard"]>;

export type TimeEntry = Read<Schemas["TimeEntry"]>;

export type Part = Read<Schemas["PartRow"]>;

/** A row of kind `work_order` in the phone's view; the office reads the same with `history`. */
export type WorkOrder = Known<
  Omit<Schemas["OrderDetail"], "history">,
  {
    readonly type: OrderType;
    readonly state: OrderState;
    readonly waiting_for: WaitReason | null;
    readonly proposed: Known<Schemas["Proposed"], { readonly priority: Priority; readonly place: Place; readonly basic_need: BasicNeed | null }>;
    readonly assessed: Known<Schemas["Assessed"], { readonly priority: Priority; readonly place: Place; readonly basic_need: BasicNeed | null }> | null;
    readonly cancel_reason: CancelReason | null;
    readonly outcome: OrderOutcome | null;
    readonly protocol_verdict: ProtocolVerdict | null;
    readonly protocols: readonly Known<Schemas["ProtocolRow"], { readonly verdict: ProtocolVerdict }>[];
  }
>;

export type Device = Known<
  Omit<Schemas["DeviceCard"], "holder">,
  { readonly open_orders: readonly Known<Schemas["OpenOrder"], { readonly type: OrderType; readonly state: OrderState; readonly priority: Priority }>[] }
> & {
  /** Answers of the device's last protocol by template id, where the server sends them: the value beside the field. */
  readonly last_answers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The same of its first protocol: the values at delivery, against which drift shows. */
  readonly first_answers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Who has the device now; only for roles that may see it, else null. */
export type DeviceHolder = Read<Schemas["DeviceHolder"]>;

export type DeviceWithHolder = Device & { readonly holder?: DeviceHolder | null };

export type MessageKind = Schemas["PushChoice"]["kind"];

export type Message = Known<
  Omit<Schemas["Message"], "text">,
  {
    readonly kind: MessageKind;
    readonly params: { readonly number?: string; readonly article_name?: string; readonly reason?: string; readonly outcome?: string; readonly fault_report_id?: string; readonly day?: string; readonly name?: string; readonly new_day?: string; readonly attempts?: number; readonly device_number?: string; readonly parts?: string };
  }
> & {
  /** The server's own sentence; the phone's row leaves it to the phone's words. */
  readonly text?: string;
  /** Put away on this phone, which the server does not know yet. */
  readonly put_away?: boolean;
};

/** The technician's own van; no row without one. */
export interface Van {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

/** How many of an article lie in the van, by the books: below nothing when more were taken. */
export interface VanStock {
  readonly id: string;
  readonly location_id: string;
  readonly article_number: string;
  readonly article_name: string;
  readonly unit: string;
  readonly quantity: number;
}

export interface Bundle {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

export interface Policy {
  readonly id: string;
  readonly region_code: string;
  readonly region_name: string;
  readonly fault_text_limit: number;
  readonly pickup_text_limit: number;
  /** The region's own scale, a part of 1 to 6. */
  readonly priorities: readonly Priority[];
  /** Models that a technician exchanges for each other; an older server does not send them. */
  readonly exchange_models?: readonly string[];
  readonly label_owner: string;
  readonly label_phone: string;
  readonly assumed: readonly string[];
  readonly timezone: string;
  /** The clocks by priority, where the server sends them. */
  readonly clocks?: Readonly<Record<string, readonly { readonly event: "contact" | "start" | "done"; readonly amount: number; readonly unit: "working_days" | "hours" | "opening_hours" }[]>>;
}

export type OfficeOrder = Known<
  Schemas["OrderHit"],
  { readonly type: OrderType; readonly state: OrderState; readonly waiting_for: WaitReason | null; readonly priority: Priority }
>;

export type HistoryEntry = Read<Schemas["HistoryRow"]>;

export type WorkOrderWithHistory = WorkOrder & { readonly history: readonly HistoryEntry[] };

export type Technician = Read<Schemas["TechnicianItem"]>;

export type DeviceHit = Read<Schemas["DeviceHit"]>;

export type ReviewDecision = Schemas["DecideReview"]["decision"];

export type OrderAttachment = Read<Schemas["OrderAttachment"]>;

export type ReviewContent = Schemas["ReviewContent"];

export type PhoneHealth = Read<Schemas["PhoneHealth"]>;

export type Review = Known<Schemas["ReviewRow"], { readonly decision: ReviewDecision | null }>;

export interface Assessment {
  readonly priority: Priority;
  readonly place: Place;
  readonly team_id?: string;
  readonly basic_need?: BasicNeed;
}

/** problem+json (RFC 9457) with the product's own `code`. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}
