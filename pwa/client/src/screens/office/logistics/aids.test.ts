import { describe, expect, it } from "vitest";
import type { Aid } from "../../../api/logistics";
import { splitAids, whyNotPickedUp } from "./aids";

const aid: Aid = { holding_id: "h1", article_number: "23993", article_name: "Telefontillkoppling", kind: "aid", device_number: "104901", quantity: 1, ordered_at: "2026-01-02T08:00:00Z", delivered_at: "2026-01-09T08:00:00Z", prescriber_name: "Frida Förskrivare", vision_aid: false, consumable: false, individually_numbered: true, can_pick_up: true, pickup_order: null };

describe("what can be fetched", () => {
  it("is what is delivered and not on an order already", () => {
    expect(whyNotPickedUp(aid)).toBe("");
    expect(whyNotPickedUp({ ...aid, pickup_order: "15510055", can_pick_up: false })).toBe("on_order");
    expect(whyNotPickedUp({ ...aid, delivered_at: null })).toBe("not_delivered");
    expect(whyNotPickedUp({ ...aid, can_pick_up: false })).toBe("no");
  });

  it("is never a vision aid or a consumable, and says which", () => {
    expect(whyNotPickedUp({ ...aid, vision_aid: true })).toBe("vision");
    expect(whyNotPickedUp({ ...aid, consumable: true })).toBe("consumable");
  });

  it("keeps consumables in a view of their own", () => {
    const all = [aid, { ...aid, holding_id: "h2", consumable: true }, { ...aid, holding_id: "h3", individually_numbered: false }];
    expect(splitAids(all, false).aids.map((one) => one.holding_id)).toEqual(["h1", "h3"]);
    expect(splitAids(all, true).aids.map((one) => one.holding_id)).toEqual(["h1"]);
    expect(splitAids(all, true).consumables.map((one) => one.holding_id)).toEqual(["h2"]);
  });
});
