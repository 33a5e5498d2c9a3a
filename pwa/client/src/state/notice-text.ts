/**
 * A text to the user: when somebody comes, or that somebody tried. Pure. A text message names neither the person nor
 * the device: whoever holds the phone may read it. Always in Swedish, the language that the centre writes in.
 */

export const purposes = ["booked", "moved", "call_us", "no_contact", "delayed"] as const;
export type Purpose = (typeof purposes)[number];
export type NoticeChannel = "sms" | "letter";

export interface NoticeFacts {
  readonly centre: string;
  readonly phone: string;
  readonly number: string;
  readonly booked_from: string | null;
  readonly booked_to: string | null;
  readonly planned_on: string | null;
  /** What the letter is addressed to; null for a protected identity. */
  readonly contact: { readonly name: string; readonly care_of: string; readonly street: string; readonly postcode: string; readonly town: string } | null;
  readonly article_name: string;
  readonly today: string;
}

const clockOf = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", hour: "2-digit", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", weekday: "long", day: "numeric", month: "long" });

function when(facts: NoticeFacts): string {
  if (facts.booked_from && facts.booked_to) {
    const from = new Date(facts.booked_from);
    return `${dayOf.format(from)} kl. ${clockOf.format(from)}–${clockOf.format(new Date(facts.booked_to))}`;
  }
  return facts.planned_on ? dayOf.format(new Date(`${facts.planned_on}T12:00:00Z`)) : "";
}

function call(facts: NoticeFacts): string {
  return facts.phone ? ` Ring ${facts.phone} om det inte passar.` : "";
}

function core(purpose: Purpose, facts: NoticeFacts): string {
  const at = when(facts);
  const us = facts.phone ? `Ring oss på ${facts.phone}` : "Hör av dig till oss";
  switch (purpose) {
    case "booked":
      return `Vi kommer ${at || "[dag och tid]"}.${call(facts)}`;
    case "moved":
      return `Ditt besök har fått en ny tid: ${at || "[dag och tid]"}.${call(facts)}`;
    case "call_us":
      return `Vi vill boka ett besök hos dig och har inte fått kontakt. ${us} och uppge ${facts.number}.`;
    case "no_contact":
      return `Vi har sökt dig utan att få kontakt, och ärendet ${facts.number} är avslutat. Behöver du fortfarande hjälp: ${us.charAt(0).toLowerCase()}${us.slice(1)}.`;
    case "delayed":
      return `Ditt ärende ${facts.number} tar längre tid än vi har lovat.${at ? ` Ny dag: ${at}.` : ""} ${us} om du har frågor.`;
  }
}

/** The proposed words, to be changed before they are used. */
export function noticeText(purpose: Purpose, channel: NoticeChannel, facts: NoticeFacts): string {
  if (channel === "sms") return `${facts.centre || "Hjälpmedelscentralen"}: ${core(purpose, facts)}`;
  const to = facts.contact;
  const lines = to ? [to.name, to.care_of ? `c/o ${to.care_of}` : "", to.street, `${to.postcode} ${to.town}`.trim()].filter(Boolean) : [];
  return [...lines, ...(lines.length > 0 ? [""] : []), facts.today, "", "Hej!", "", `Det gäller ${facts.article_name}, ärende ${facts.number}.`, "", core(purpose, facts), "", "Med vänlig hälsning", facts.centre || "Hjälpmedelscentralen"].join("\n");
}

/** Which text comes first to mind: nobody answered, or a time is booked. */
export function likelyPurpose(order: { readonly state: string; readonly booked_from: string | null; readonly contact_attempts?: readonly { readonly result: string }[]; readonly notices?: readonly { readonly purpose: string }[] }): Purpose {
  if (order.state === "cancelled") return "no_contact";
  if (order.booked_from) return order.notices?.some((notice) => notice.purpose === "booked" || notice.purpose === "moved") ? "moved" : "booked";
  return order.contact_attempts?.some((attempt) => attempt.result !== "reached") ? "call_us" : "booked";
}

