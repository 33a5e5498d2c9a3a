/**
 * What a fault text leaves out, told while it is written. Pure; the same words as the server's
 * field/work_orders/triage.py, tested with the same vectors.
 */
export type FaultGap = "short" | "part" | "side" | "address" | "phone" | "entry_code" | "components";

export interface TextFacts {
  readonly type: string;
  readonly place: string;
  readonly text: string;
  readonly has_address: boolean;
  readonly has_phone: boolean;
  readonly has_entry: boolean;
  readonly linked: boolean;
}

const SHORTEST = 15;
const sided = "hjul|däck|slang|punkter|broms|vajer|armstöd|fotstöd|fotplatt|benstöd|grind|handtag|körhandtag|drivring";
// JavaScript's \b knows no å, ä and ö, so the ends of words are spelled out.
const begin = "(?<![\\p{L}\\p{N}_])";
const end = "(?![\\p{L}\\p{N}_])";
const SIDED = new RegExp(sided, "u");
const PART = new RegExp(
  `${sided}|ryggstöd|sits|dyna|joystick|styr|batteri|ladda|motor|sele|lyftbåge|lyftarm|handkontroll|manöver|kabel|sladd` +
    `|madrass|gavel|${begin}ram|tippskydd|mask|filter|display|skärm|knapp|säkring|lamp|fjäder|skruv|mutter|bult|bord|bälte` +
    `|korg|stativ|lås|spärr|gångjärn|list|klädsel|kontakt|pedal|kåpa|nackstöd|huvudstöd|ben${end}|fötter|fot${end}`,
  "u",
);
const SIDE = new RegExp(
  `vänst|höger|högra|${begin}vä${end}|${begin}hö${end}|${begin}fram|${begin}bak|främ|bakre|båda|bägge|${begin}alla${end}|samtliga|mitt(en|re)|${begin}ena${end}`,
  "u",
);
const NUMBER = /(?<!\d)\d{8}(?!\d)/u;

export function faultGaps(facts: TextFacts): readonly FaultGap[] {
  const text = facts.text.toLowerCase();
  const gaps: FaultGap[] = [];
  if ([...text.trim()].length < SHORTEST) gaps.push("short");
  if (facts.type === "corrective" || facts.type === "adaptation") {
    if (!PART.test(text)) gaps.push("part");
    else if (SIDED.test(text) && !SIDE.test(text)) gaps.push("side");
  }
  if (facts.type === "installation" && !facts.linked && !NUMBER.test(text)) gaps.push("components");
  if (facts.place !== "at_centre") {
    if (!facts.has_address) gaps.push("address");
    if (!facts.has_phone) gaps.push("phone");
    if ((facts.place === "at_holder" || facts.place === "pickup_for_repair") && !facts.has_entry) gaps.push("entry_code");
  }
  return gaps;
}
