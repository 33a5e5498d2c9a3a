/** What a review is about and what its decisions do, said to the office. A file of its own: only the office loads it. */
import { currentLanguage } from "./language.svelte";
import { reviewsOfLogistics } from "./reviews-logistics";
import { dictionary } from "./words";

const sv = {
  "review_reason.work_order.cancelled_meanwhile": "Arbetsorder {number} makulerades här, men arbetet är gjort",
  "review_reason.work_order.closed_meanwhile": "Arbetsorder {number} var redan avslutad när en tekniker rapporterade",
  "review_reason.work_order.started_by_other": "Två tekniker har arbetat på arbetsorder {number}",
  "review_reason.work_order.no_time": "Arbetsorder {number} avslutades utan tid",
  "review_reason.work_order.protocol_incomplete": "Protokollet för arbetsorder {number} är inte komplett",
  "review_reason.work_order.template_unknown": "Protokollet för arbetsorder {number} följer en mall som servern inte har",
  "review_reason.work_order.line_elsewhere": "En tids- eller materialrad på arbetsorder {number} hör till en annan order",
  "review_reason.work_order.device_scrapped": "Arbetsorder {number} gäller ett hjälpmedel som är skrotat",
  "review_reason.work_order.same_value": "Fältet och kontoret ändrade samma sak på arbetsorder {number}",
  "review_reason.sync.sealed_unknown_phone": "Arbetet kom i en fil från en telefon som inte är känd här",
  "review_reason.label.unknown": "En tekniker skannade en etikett som inte finns här",
  "review_reason.sync.unknown_type": "Telefonen skickade något som servern inte känner igen än",
  "review_reason.sync.unknown_version": "Telefonens app är nyare än servern",
  "review_reason.sync.waits": "Väntar på något tidigare på samma order",
  "review_reason.sync.arguments": "En uppgift från telefonen kunde inte läsas",
  "review_reason.sync.malformed": "Något från telefonen kunde inte läsas",
  "review_reason.sync.author_inactive": "Kontot var avstängt när arbetet kom in",
  "review_reason.sync.not_entitled": "Teknikern hade inte längre behörighet till ordern",
  "review_reason.sync.not_found": "Det som teknikern arbetade med hittades inte",
  "review_reason.sync.other_content": "Samma post kom två gånger med olika innehåll",
  "review_reason.sync.phone_lost": "Arbetet kom från en telefon som är anmäld som borttappad",
  "review_reason.server.fault": "Ett fel hos oss gör att arbetet väntar",
  "review_accept.work_order.cancelled_meanwhile": "Godkänn det gjorda arbetet",
  "review_accept.work_order.closed_meanwhile": "Godkänn besöket",
  "review_accept.work_order.started_by_other": "Godkänn teknikerns arbete",
  "review_accept.work_order.no_time": "Avsluta utan tid",
  "review_accept.work_order.protocol_incomplete": "Avsluta ändå",
  "review_accept.work_order.same_value": "Ta allt från fältet",
  "review_accept.sync.author_inactive": "Godkänn arbetet",
  "review_accept.sync.not_entitled": "Godkänn arbetet",
  "review_accept.sync.phone_lost": "Godkänn arbetet",
  "review_accept.sync.sealed_unknown_phone": "Godkänn arbetet",
  "review_accept.sync.waits": "Gör det nu",
  "review_accept.server.fault": "Försök igen nu",
  "review_accept.label.unknown": "Etiketten är utredd",
  "review_keep.work_order.cancelled_meanwhile": "Låt ordern vara makulerad",
  "review_keep.work_order.closed_meanwhile": "Låt det första avslutet gälla",
  "review_keep.work_order.started_by_other": "Låt kollegans arbete gälla",
  "review_keep.work_order.no_time": "Låt ordern vara öppen",
  "review_keep.work_order.protocol_incomplete": "Låt ordern vara öppen",
  "review_keep.work_order.same_value": "Behåll kontorets",
  "review_keep.sync.author_inactive": "Godkänn inte",
  "review_keep.sync.not_entitled": "Godkänn inte",
  "review_keep.sync.phone_lost": "Godkänn inte",
  "review_keep.sync.sealed_unknown_phone": "Godkänn inte",
  "review_keep.sync.waits": "Lägg undan",
  "review_keep.server.fault": "Lägg undan",
  "review_keep.sync.unknown_type": "Lägg undan",
  "review_keep.sync.unknown_version": "Lägg undan",
  "review_keep.sync.arguments": "Lägg undan",
  "review_keep.sync.malformed": "Lägg undan",
  "review_keep.sync.not_found": "Lägg undan",
  "review_keep.sync.other_content": "Den första gäller",
  "review_keep.label.unknown": "Ingen åtgärd",
} as const;

const en: Readonly<Record<keyof typeof sv, string>> = {
  "review_reason.work_order.cancelled_meanwhile": "Work order {number} was cancelled here, but the work is done",
  "review_reason.work_order.closed_meanwhile": "Work order {number} was already closed when a technician reported",
  "review_reason.work_order.started_by_other": "Two technicians have worked on work order {number}",
  "review_reason.work_order.no_time": "Work order {number} was closed without time",
  "review_reason.work_order.protocol_incomplete": "The protocol of work order {number} is not complete",
  "review_reason.work_order.template_unknown": "The protocol of work order {number} follows a template the server lacks",
  "review_reason.work_order.line_elsewhere": "A time or material line on work order {number} belongs to another order",
  "review_reason.work_order.device_scrapped": "Work order {number} is about a device that is scrapped",
  "review_reason.work_order.same_value": "Field and office changed the same thing on work order {number}",
  "review_reason.sync.sealed_unknown_phone": "The work came in a file from a phone that is not known here",
  "review_reason.label.unknown": "A technician scanned a label that does not exist here",
  "review_reason.sync.unknown_type": "The phone sent something the server does not know yet",
  "review_reason.sync.unknown_version": "The phone's app is newer than the server",
  "review_reason.sync.waits": "Waits for something earlier on the same order",
  "review_reason.sync.arguments": "A value from the phone could not be read",
  "review_reason.sync.malformed": "Something from the phone could not be read",
  "review_reason.sync.author_inactive": "The account was closed when the work came in",
  "review_reason.sync.not_entitled": "The technician no longer had access to the order",
  "review_reason.sync.not_found": "What the technician worked on was not found",
  "review_reason.sync.other_content": "The same entry came twice with different content",
  "review_reason.sync.phone_lost": "The work came from a phone that is reported lost",
  "review_reason.server.fault": "A fault of ours makes the work wait",
  "review_accept.work_order.cancelled_meanwhile": "Accept the work done",
  "review_accept.work_order.closed_meanwhile": "Accept the visit",
  "review_accept.work_order.started_by_other": "Accept the technician's work",
  "review_accept.work_order.no_time": "Close without time",
  "review_accept.work_order.protocol_incomplete": "Close anyway",
  "review_accept.work_order.same_value": "Take all from the field",
  "review_accept.sync.author_inactive": "Accept the work",
  "review_accept.sync.not_entitled": "Accept the work",
  "review_accept.sync.phone_lost": "Accept the work",
  "review_accept.sync.sealed_unknown_phone": "Accept the work",
  "review_accept.sync.waits": "Do it now",
  "review_accept.server.fault": "Try again now",
  "review_accept.label.unknown": "The label is looked into",
  "review_keep.work_order.cancelled_meanwhile": "Leave the order cancelled",
  "review_keep.work_order.closed_meanwhile": "Let the first closing hold",
  "review_keep.work_order.started_by_other": "Let the colleague's work hold",
  "review_keep.work_order.no_time": "Leave the order open",
  "review_keep.work_order.protocol_incomplete": "Leave the order open",
  "review_keep.work_order.same_value": "Keep the office's",
  "review_keep.sync.author_inactive": "Do not accept",
  "review_keep.sync.not_entitled": "Do not accept",
  "review_keep.sync.phone_lost": "Do not accept",
  "review_keep.sync.sealed_unknown_phone": "Do not accept",
  "review_keep.sync.waits": "Put aside",
  "review_keep.server.fault": "Put aside",
  "review_keep.sync.unknown_type": "Put aside",
  "review_keep.sync.unknown_version": "Put aside",
  "review_keep.sync.arguments": "Put aside",
  "review_keep.sync.malformed": "Put aside",
  "review_keep.sync.not_found": "Put aside",
  "review_keep.sync.other_content": "The first holds",
  "review_keep.label.unknown": "Nothing to do",
};

function words(prefix: string, reason: string): string {
  const known: Readonly<Record<string, string>> = currentLanguage() === "en" ? en : sv;
  const key = `${prefix}.${reason}`;
  return Object.hasOwn(known, key) ? (known[key] ?? "") : reviewsOfLogistics.maybe(key);
}

interface Reviewed {
  readonly reason: string;
  readonly text: string;
  readonly number: string | null;
}

/** The heading; the server's sentence speaks to the technician and stands in for reasons that are not known here. */
export function reviewTitle(review: Reviewed): string {
  const known = words("review_reason", review.reason).replace("{number}", review.number ?? "");
  return known.replace("  ", " ") || review.text || review.reason;
}

/** Reasons that leave nothing to let through: what came cannot be read, or another content holds the id. */
const UNREADABLE: ReadonlySet<string> = new Set(["sync.unknown_type", "sync.unknown_version", "sync.arguments", "sync.malformed", "sync.not_found", "sync.other_content"]);

export const canAccept = (reason: string): boolean => !UNREADABLE.has(reason);

/** What a decision does in this case, where that can be said. */
export function decisionWord(decision: "accept" | "keep", reason: string): string {
  return words(`review_${decision}`, reason) || reviewWords(decision === "accept" ? "accept_field" : "keep_office");
}

/** The words of the screen itself. */
export const reviewWords = dictionary(
  {
    title: "Granska",
    count_one: "{n} att avgöra",
    count_other: "{n} att avgöra",
    empty_title: "Inget att granska",
    empty_text: "När fält och kontor säger olika hamnar det här.",
    field: "Fältet säger",
    office: "Kontoret har",
    by: "{name}, {time}",
    note: "Anteckning till teknikern",
    note_missing: "Skriv vad som ska följas upp.",
    accept_field: "Fältet gäller",
    keep_office: "Kontoret gäller",
    follow_up: "Följ upp",
    decided: "Avgjort. Teknikern får veta.",
    everything: "Visa allt som skickades",
    second: "Det andra innehållet",
    photos_one: "1 bild följde med",
    photos_other: "{n} bilder följde med",
    unread: "Innehållet kunde inte läsas. Så här kom det:",
    failed: "Det gick inte att hämta. Försök igen.",
    who: "Vem gjorde arbetet?",
    choose: "Välj en person",
    who_missing: "Välj vem som gjorde arbetet.",
    take: "Ta fältets",
    merge: "Ta det markerade från fältet",
    merge_missing: "Markera minst en uppgift, eller behåll kontorets.",
    nothing: "inget",
    followed: "Avgjort. Registrera det som ska göras som en ny arbetsorder.",
    health: "Telefonernas läge",
    health_note: "Osänt arbete, bilder på väg och tysta telefoner",
  },
  {
title: "Review",
    count_one: "{n} to decide",
    count_other: "{n} to decide",
    empty_title: "Nothing to review",
    empty_text: "When field and office differ it comes here.",
    field: "The field says",
    office: "The office has",
    by: "{name}, {time}",
    note: "Note to the technician",
    note_missing: "Write what is to be followed up.",
    accept_field: "The field holds",
    keep_office: "The office holds",
    follow_up: "Follow up",
    decided: "Decided. The technician is told.",
        everything: "Show all that was sent",
    second: "The second content",
    photos_one: "1 picture came with it",
    photos_other: "{n} pictures came with it",
    unread: "The content could not be read. This is how it came:",
    failed: "It could not be fetched. Please try again.",
    who: "Who did the work?",
    choose: "Choose a person",
    who_missing: "Choose who did the work.",
    take: "Take the field's",
    merge: "Take what is marked from the field",
    merge_missing: "Mark at least one value, or keep the office's.",
    nothing: "nothing",
    followed: "Decided. Register what is to be done as a new work order.",
    health: "How the phones are",
    health_note: "Unsent work, pictures on their way and silent phones",
  },
);
