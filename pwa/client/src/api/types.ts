/** What the server answers, as the screens read it. Names are the server's own (snake_case). */

export type Role =
  | "technician"
  | "driver"
  | "planner"
  | "customer_service"
  | "prescriber"
  | "warehouse"
  | "auditor"
  | "admin";

export interface Team {
  readonly id: string;
  readonly name: string;
}

export interface Session {
  readonly user: {
    readonly id: string;
    readonly username: string;
    readonly name: string;
    readonly language: "sv" | "en";
    readonly must_change_password: boolean;
    readonly roles: readonly Role[];
    readonly teams: readonly Team[];
    readonly customers: readonly { readonly id: string; readonly number: string; readonly name: string }[];
  };
  readonly region: { readonly code: string; readonly name: string };
  readonly demo: boolean;
}

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
export interface Due {
  readonly contact: string | null;
  readonly start: string | null;
  readonly done: string | null;
}

export interface Contact {
  readonly name: string;
  readonly phone: string;
  readonly care_of: string;
  readonly street: string;
  readonly postcode: string;
  readonly town: string;
  readonly entry_code: string;
  readonly instructions: string;
}

export interface TimeEntry {
  readonly id: string;
  readonly started_at: string;
  readonly minutes: number;
  readonly comment: string;
  readonly visible_to_prescriber: boolean;
}

export interface Part {
  readonly id: string;
  readonly article_number: string;
  readonly name: string;
  readonly quantity: number;
}

/** A row of kind `work_order` in the phone's view; the office reads the same with `history`. */
export interface WorkOrder {
  readonly id: string;
  readonly number: string;
  readonly type: OrderType;
  readonly state: OrderState;
  readonly waiting_for: WaitReason | null;
  readonly device_id: string | null;
  readonly device_number: string | null;
  readonly article_number: string;
  readonly article_name: string;
  readonly quantity: number;
  readonly fault_text: string;
  readonly proposed: {
    readonly priority: Priority;
    readonly place: Place;
    readonly basic_need: BasicNeed | null;
    readonly by_name: string;
  };
  readonly assessed: {
    readonly priority: Priority;
    readonly place: Place;
    readonly basic_need: BasicNeed | null;
    readonly by_name: string;
    readonly at: string;
    readonly final: boolean;
  } | null;
  readonly team: Team | null;
  readonly assigned_to: string | null;
  readonly planned_on: string | null;
  readonly booked_from: string | null;
  readonly booked_to: string | null;
  readonly subject: { readonly kind: "person" | "care_unit"; readonly name: string; readonly protected: boolean } | null;
  readonly contact: Contact;
  readonly linked_order: string | null;
  readonly follows_number: string | null;
  readonly registered_at: string;
  readonly registered_by_name: string | null;
  readonly prescriber_name: string | null;
  readonly due: Due;
  readonly contacted_at: string | null;
  readonly started_at: string | null;
  readonly done_at: string | null;
  readonly closed_at: string | null;
  readonly cancelled_at: string | null;
  readonly cancel_reason: CancelReason | null;
  readonly cancel_note: string;
  readonly outcome: OrderOutcome | null;
  readonly protocol_verdict: ProtocolVerdict | null;
  readonly attachment_pending: boolean;
  readonly time_entries: readonly (TimeEntry & { readonly by_name: string })[];
  readonly parts: readonly Part[];
  readonly protocols: readonly {
    readonly id: string;
    readonly template_id: string;
    readonly template_version: number;
    readonly verdict: ProtocolVerdict;
    readonly signed_at: string;
    readonly by_name: string;
  }[];
  readonly visits: readonly { readonly at: string; readonly by_name: string; readonly outcome: OrderOutcome | null; readonly additional: boolean }[];
  readonly rv: number;
}

export interface Device {
  readonly id: string;
  readonly number: string;
  readonly serial: string | null;
  readonly article_number: string;
  readonly article_name: string;
  readonly iso_class: string;
  readonly article_expired: boolean;
  readonly site_restriction: string | null;
  readonly status: string;
  readonly scrapped_on: string | null;
  readonly last_pm: string | null;
  readonly next_pm: string | null;
  readonly warranty_to: string | null;
  readonly purchased_on: string | null;
  readonly home_location: string | null;
  readonly holder_label: string;
  readonly adaptations: readonly {
    readonly number: string;
    readonly made_on: string | null;
    readonly text: string;
    readonly safety_note: string | null;
  }[];
  readonly components: readonly {
    readonly article_number: string;
    readonly name: string;
    readonly quantity: number;
    readonly serial: string | null;
    readonly main_number: string | null;
  }[];
  readonly open_orders: readonly { readonly number: string; readonly type: OrderType; readonly state: OrderState; readonly priority: Priority; readonly team: string | null }[];
  readonly label_versions: { readonly live: readonly number[]; readonly revoked: readonly number[] };
  readonly template_ids: readonly string[];
  /** Answers of the device's last protocol by template id, where the server sends them: the value beside the field. */
  readonly last_answers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Who has the device now; only for roles that may see it, else null. */
export interface DeviceHolder {
  readonly kind: "person" | "party";
  readonly person_id?: string | null;
  readonly name: string;
  readonly phone: string;
  readonly care_of?: string;
  readonly street: string;
  readonly postcode: string;
  readonly town: string;
  readonly entry_code?: string;
  readonly party_number?: string | null;
  readonly prescriber_name: string | null;
  readonly customer: string | null;
}

export type DeviceWithHolder = Device & { readonly holder: DeviceHolder | null };

export interface Message {
  readonly id: string;
  readonly kind: "work_order.closed" | "work_order.cancelled" | "work_order.late" | "work_order.reassigned";
  readonly params: { readonly number: string; readonly article_name?: string; readonly reason?: string; readonly outcome?: string };
  readonly work_order_id: string | null;
  readonly created_at: string;
  readonly read_at: string | null;
  readonly text?: string;
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
  readonly label_owner: string;
  readonly label_phone: string;
  readonly assumed: readonly string[];
  readonly timezone: string;
  /** The clocks by priority, where the server sends them. */
  readonly clocks?: Readonly<Record<string, readonly { readonly event: "contact" | "start" | "done"; readonly amount: number; readonly unit: "working_days" | "hours" | "opening_hours" }[]>>;
}

export interface OfficeOrder {
  readonly id: string;
  readonly number: string;
  readonly type: OrderType;
  readonly state: OrderState;
  readonly waiting_for: WaitReason | null;
  readonly priority: Priority;
  readonly priority_final: boolean;
  readonly article_name: string;
  readonly device_number: string | null;
  readonly town: string;
  readonly team: Team | null;
  readonly assigned_to: { readonly id: string; readonly name: string } | null;
  readonly planned_on: string | null;
  readonly registered_at: string;
  readonly due: Due;
  readonly late: boolean;
  readonly rv: number;
}

export interface HistoryEntry {
  readonly at: string;
  readonly received_at: string;
  readonly by_name: string;
  readonly type: string;
  readonly verdict: string;
  readonly code: string | null;
  readonly text: string | null;
}

export type WorkOrderWithHistory = WorkOrder & { readonly history: readonly HistoryEntry[] };

export interface Technician {
  readonly id: string;
  readonly name: string;
  readonly teams: readonly string[];
  readonly open_orders: number;
}

export interface DeviceHit {
  readonly number: string;
  readonly serial: string | null;
  readonly article_number: string;
  readonly article_name: string;
  readonly status: string;
}

export interface ArticleHit {
  readonly number: string;
  readonly name: string;
  readonly iso_class: string;
  readonly stock_status: string;
}

export type ReviewDecision = "accept_field" | "keep_office" | "follow_up";

export interface Review {
  readonly id: string;
  readonly reason: string;
  readonly text: string;
  readonly created_at: string;
  readonly state: string;
  readonly subject_kind: string;
  readonly subject_id: string | null;
  readonly number?: string | null;
  readonly command: {
    readonly id: string;
    readonly type: string;
    readonly by_name: string;
    readonly at: string;
    readonly received_at: string;
    readonly args_summary: unknown;
  } | null;
  readonly office: unknown;
  readonly decision: ReviewDecision | null;
  readonly note: string | null;
}

export interface Assessment {
  readonly priority: Priority;
  readonly place: Place;
  readonly team_id?: string;
  readonly basic_need?: BasicNeed;
}

export interface CommandAnswer {
  readonly id: string;
  readonly verdict: string;
  readonly duplicate: boolean;
  readonly result: Readonly<Record<string, unknown>>;
  readonly rv: number | null;
}

/** problem+json (RFC 9457) with the product's own `code`. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}
