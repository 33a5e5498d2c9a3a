/**
 * What is typed into the one search box (R-048, R-052, R-066, R-343..R-347). Pure.
 *
 * A personal number, whole or half typed, never becomes a part of an address: whatever holds nine digits or more is looked
 * up by POST as a person or not at all.
 */

export type Ask =
  | { readonly kind: "nothing" }
  /** Twelve characters, as the server wants them. `checked`: the check digit is right; a reserve number has none. */
  | { readonly kind: "person"; readonly personalNumber: string; readonly checked: boolean }
  /** 123* or *123 */
  | { readonly kind: "devices"; readonly pattern: string }
  /** Four to eight digits: the server says what stands behind them. */
  | { readonly kind: "number"; readonly number: string }
  /** One to three digits: the beginning of an article's number. */
  | { readonly kind: "article"; readonly start: string }
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "refused"; readonly why: "too_many_digits" | "pattern" | "date" };

/** Longest text that a search takes, characters. */
const LONGEST = 100;
const SPACES = /[\s\u00a0\u2009\u202f]+/g;
const OWN_LABEL = /^https?:\/\/[a-z0-9.:-]+\/f\/([0-9]{4,8})-[0-9]+-[0-9a-z]{26}$/i;
const COMPONENT = /^k-([0-9]{4,8})$/i;

function digitsOf(text: string): number {
  return text.replace(/[^0-9]/g, "").length;
}

/** The last digit of a personal number by the rule of Luhn, over the ten digits without the century. */
export function checkDigitIsRight(tenDigits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...tenDigits].entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A day of birth that can be; a coordination number has 60 added to the day. */
function isBirthDay(yyyymmdd: string, today: string): boolean {
  const month = Number(yyyymmdd.slice(4, 6));
  const written = Number(yyyymmdd.slice(6, 8));
  const day = written > 60 ? written - 60 : written;
  const date = new Date(Date.UTC(Number(yyyymmdd.slice(0, 4)), month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || day === 0) return false;
  return `${yyyymmdd.slice(0, 6)}${String(day).padStart(2, "0")}` <= today;
}

/** Ten digits to twelve: the last century that lies behind us, and one more for a plus sign (a hundred years and older). */
function withCentury(tenDigits: string, plus: boolean, today: string): string {
  const thisCentury = Number(today.slice(0, 2));
  const day = Number(tenDigits.slice(4, 6));
  const birth = `${tenDigits.slice(0, 4)}${String(day > 60 ? day - 60 : day).padStart(2, "0")}`;
  const century = (`${thisCentury}${birth}` <= today ? thisCentury : thisCentury - 1) - (plus ? 1 : 0);
  return `${century}${tenDigits}`;
}

/** A personal, coordination or reserve number in any of the ways that people write it; null when the text is none. */
function asPerson(text: string, today: string): Ask | null {
  const written = /^([0-9]{6}|[0-9]{8})([-+]?)([0-9a-z]{2}[0-9]{2}|[0-9]{4})$/i.exec(text);
  if (!written) return null;
  const [, birth = "", sign = "", last = ""] = written;
  // Six digits and two letters without a sign are an article's name rather than a person.
  const reserve = /[a-z]/i.test(last);
  if (reserve && birth.length === 6) return null;
  const twelve = birth.length === 8 ? `${birth}${last.toUpperCase()}` : withCentury(birth + last, sign === "+", today);
  if (!isBirthDay(twelve.slice(0, 8), today)) return { kind: "refused", why: "date" };
  return { kind: "person", personalNumber: twelve, checked: reserve || checkDigitIsRight(twelve.slice(2)) };
}

/**
 * @param text as typed, pasted or scanned
 * @param today YYYY-MM-DD, Swedish local time
 */
export function parseAsk(text: string, today: string): Ask {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "nothing" };
  const label = OWN_LABEL.exec(trimmed);
  if (label?.[1]) return { kind: "number", number: label[1] };
  const tight = trimmed.replace(SPACES, "");
  const person = asPerson(tight, today.replaceAll("-", ""));
  if (person) return person;
  const component = COMPONENT.exec(tight);
  if (component?.[1]) return { kind: "number", number: component[1] };
  if (digitsOf(trimmed) >= 9) return { kind: "refused", why: "too_many_digits" };
  if (tight.includes("*")) {
    return /^(\*[0-9]{1,8}|[0-9]{1,8}\*)$/.test(tight) ? { kind: "devices", pattern: tight } : { kind: "refused", why: "pattern" };
  }
  if (/^[0-9]+$/.test(tight)) return tight.length < 4 ? { kind: "article", start: tight } : { kind: "number", number: tight };
  return { kind: "words", words: trimmed.replace(SPACES, " ").slice(0, LONGEST) };
}
