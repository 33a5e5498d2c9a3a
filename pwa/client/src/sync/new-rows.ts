/**
 * Orders that were registered on this phone and that the server has not numbered yet: they can be opened, worked on and
 * closed at once. Pure. The row goes when the server's own comes, or when the server has refused it.
 */
import type { OverlayContext, PendingCommand, Row } from "./overlay";

/** What stands where the number will stand, on the screen and in the address; it stays a name of the order. */
export const temporaryNumber = (id: string): string => `NY-${id.replaceAll("-", "").slice(0, 6).toUpperCase()}`;

const contact = { name: "", phone: "", care_of: "", street: "", postcode: "", town: "", entry_code: "", instructions: "" };

/** The rows of orders that these commands register and `rows` does not have. */
export function newOrders(rows: readonly Row[], commands: readonly PendingCommand[], context: OverlayContext): Row[] {
  const known = new Set(rows.map((row) => row["id"]));
  return commands.flatMap(({ type, aggregate, args, at }) => {
    if (type !== "work_order.register" || aggregate === null || known.has(aggregate)) return [];
    return [
      {
        id: aggregate,
        number: temporaryNumber(aggregate),
        type: args["type"],
        state: "registered",
        waiting_for: null,
        device_id: null,
        device_number: args["device_number"] ?? null,
        article_number: args["article_number"] ?? "",
        article_name: "",
        quantity: args["quantity"] ?? 1,
        fault_text: args["fault_text"],
        proposed: { priority: args["proposed_priority"], place: args["proposed_place"], basic_need: args["proposed_basic_need"] ?? null, by_name: context.name },
        assessed: null,
        team: null,
        assigned_to: null,
        planned_on: args["planned_on"] ?? null,
        booked_from: null,
        booked_to: null,
        subject: null,
        contact,
        linked_order: args["linked_order"] ?? null,
        follows_number: null,
        registered_at: at,
        registered_by_name: context.name,
        prescriber_name: null,
        due: { contact: null, start: null, done: null },
        contacted_at: null,
        started_at: null,
        done_at: null,
        closed_at: null,
        cancelled_at: null,
        cancel_reason: null,
        cancel_note: "",
        outcome: null,
        protocol_verdict: null,
        attachment_pending: false,
        time_entries: [],
        parts: [],
        protocols: [],
        visits: [],
        contact_attempts: [],
        notices: [],
        will_miss: null,
        referred_at: null,
        reserved: null,
        exchangeable: false,
        exchanges: [],
        deviations: [],
        supplier: { sent_on: null, promised_on: null, back_on: null },
        rv: 0,
      },
    ];
  });
}
