/** Which aids can be fetched, and why not. Pure. */
import type { Aid } from "../../../api/logistics";

export type WhyNot = "" | "vision" | "consumable" | "on_order" | "not_delivered" | "no";

/** Vision aids go back through the vision centre, consumables are used up, and nothing is fetched twice. */
export function whyNotPickedUp(aid: Aid): WhyNot {
  if (aid.vision_aid) return "vision";
  if (aid.consumable) return "consumable";
  if (aid.pickup_order !== null) return "on_order";
  if (aid.delivered_at === null) return "not_delivered";
  return aid.can_pick_up ? "" : "no";
}

/** Accessories that came back and are still registered: the only ones that are deregistered at once. */
export function canDeregister(aid: Aid): boolean {
  return aid.kind === "accessory" && whyNotPickedUp(aid) === "";
}

/** Aids, and consumables which have a view of their own. */
export function splitAids(aids: readonly Aid[], numberedOnly: boolean): { readonly aids: readonly Aid[]; readonly consumables: readonly Aid[] } {
  return {
    aids: aids.filter((aid) => !aid.consumable && (!numberedOnly || aid.individually_numbered)),
    consumables: aids.filter((aid) => aid.consumable),
  };
}
