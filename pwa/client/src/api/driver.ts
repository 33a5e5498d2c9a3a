/** The driver's rows of kind `round` and `stop` as they come through sync: today's rounds only, no personal number. */

export const roundStates = ["draft", "published", "in_progress", "returned"] as const;
export const stopStates = ["planned", "done", "partial", "failed", "cancelled"] as const;
export const taskStates = ["planned", "loaded", "done", "failed", "cancelled"] as const;
export const hygienes = ["clean", "cleaned_contaminated", "dirty", "unknown"] as const;
export const stopCodes = ["no_contact", "wrong_address", "no_entry_code", "refused", "dirty", "not_found", "unsafe", "other"] as const;
export const proofMethods = ["signature", "photo", "name"] as const;

export type StopState = (typeof stopStates)[number];
export type TaskState = (typeof taskStates)[number];
export type Hygiene = (typeof hygienes)[number];
export type StopCode = (typeof stopCodes)[number];
export type ProofMethod = (typeof proofMethods)[number];

/** What became of goods that should be in the van at the day's end. */
export const accountCodes = ["here", "never_loaded", "missing", "left_unsigned", "other"] as const;
export type AccountCode = (typeof accountCodes)[number];

export interface VanRound {
  readonly id: string;
  readonly name: string;
  readonly on_day: string;
  readonly van_name: string | null;
  readonly depot_name: string | null;
  readonly state: (typeof roundStates)[number];
  readonly version: number;
  readonly stops: number;
  readonly published_at: string | null;
  /** Everything that was in the van has been accounted for. */
  readonly reconciled: boolean;
  readonly rv: number;
}

/** A part that belongs to the task's device, with its K-number; `counted` is null until somebody has counted it. */
export interface StopPart {
  readonly id: string;
  readonly number: string;
  readonly article_number: string;
  readonly article_name: string;
  readonly quantity: number;
  readonly counted: number | null;
}

export interface StopTask {
  readonly id: string;
  readonly position: number;
  readonly kind: "deliver" | "collect";
  readonly device_number: string | null;
  readonly article_number: string;
  readonly article_name: string;
  readonly quantity: number;
  readonly state: TaskState;
  readonly done_quantity: number;
  readonly failed_code: StopCode | null;
  readonly hygiene: Hygiene | null;
  readonly unplanned: boolean;
  readonly order_number: string | null;
  /** Accessories that belong to the device and go with it. */
  readonly components: number;
  /** It was put into the van and has not come back to the depot. */
  readonly loaded: boolean;
  readonly parts: readonly StopPart[];
}

export interface VanStop {
  readonly id: string;
  readonly round_id: string;
  readonly position: number;
  readonly state: StopState;
  readonly window_from: string | null;
  readonly window_to: string | null;
  readonly name: string;
  readonly care_of: string;
  readonly street: string;
  readonly postcode: string;
  readonly town: string;
  readonly entry_code: string;
  readonly phone: string;
  readonly carrier_note: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly protected: boolean;
  readonly tasks: readonly StopTask[];
  readonly attempts: readonly { readonly at: string; readonly code: StopCode }[];
  readonly proof: { readonly signer_name: string; readonly method: ProofMethod; readonly at: string } | null;
  readonly failed_code: StopCode | null;
  readonly failed_note: string;
  readonly done_at: string | null;
  readonly rv: number;
}
