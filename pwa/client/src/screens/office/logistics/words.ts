/** The states of deliveries and pick-up orders in words and tones. */
import type { DeliveryState, PickupLineState, PickupState } from "../../../api/logistics";
import { l } from "../../../i18n/logistics";
import type { ToneName } from "../../../ui/tones";

export const deliveryWord = (state: DeliveryState): string => l.maybe(`delivery.state.${state}`) || state;
export const pickupWord = (state: PickupState): string => l.maybe(`pickup.state.${state}`) || state;
export const pickupLineWord = (state: PickupLineState): string => l.maybe(`pickup_line.${state}`) || state;
export const reasonWord = (reason: string): string => l.maybe(`pickup.reason.${reason}`) || reason;
export const cancelReasonWord = (reason: string | null): string => (reason ? l.maybe(`cancel.${reason}`) || reason : "");
export const hygieneWord = (hygiene: string): string => l.maybe(`hygiene.${hygiene}`) || hygiene;
export const chargingWord = (charging: string): string => l.maybe(`charging.${charging}`) || charging;

const deliveryTones: Readonly<Record<DeliveryState, ToneName>> = { registered: "neutral", processing: "info", dispatchable: "ok", in_transit: "info", delivered: "ok", cancelled: "neutral" };
export const deliveryTone = (state: DeliveryState): ToneName => deliveryTones[state] ?? "neutral";

const pickupTones: Readonly<Record<PickupState, ToneName>> = { registered: "info", closed: "ok", cancelled: "neutral" };
export const pickupTone = (state: PickupState): ToneName => pickupTones[state] ?? "neutral";

const lineTones: Readonly<Record<PickupLineState, ToneName>> = { requested: "neutral", planned: "info", collected: "info", arrived: "ok", not_found: "watch", refused_dirty: "watch", wrong_item: "watch", lost: "watch", cancelled: "neutral" };
export const pickupLineTone = (state: PickupLineState): ToneName => lineTones[state] ?? "neutral";
