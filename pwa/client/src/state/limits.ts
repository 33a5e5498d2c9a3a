/** Limits of a protocol item in words, shown before they are broken. Pure. */
import { currentLanguage, t } from "../i18n";
import { SCALE, parseNumber } from "../protocol/values";
import type { Answer, Item, Range } from "../protocol/types";

/** From here on a change since delivery is said; the limits judge, this only tells. */
const DRIFT_PERCENT = 25;

/** A decimal string of the wire for people: "0.08" -> "0,08" in Swedish. */
export function shownNumber(value: string): string {
  return currentLanguage() === "sv" ? value.replace(".", ",") : value;
}

function rangeWords(range: Range): string {
  const low = range.min ?? range.above;
  const high = range.max ?? range.below;
  if (low !== undefined && high !== undefined) return t("limit.between", { low: shownNumber(low), high: shownNumber(high) });
  if (range.min !== undefined) return t("limit.min", { value: shownNumber(range.min) });
  if (range.above !== undefined) return t("limit.above", { value: shownNumber(range.above) });
  if (range.max !== undefined) return t("limit.max", { value: shownNumber(range.max) });
  return range.below === undefined ? "" : t("limit.below", { value: shownNumber(range.below) });
}

/** A product of two decimal strings, rounded to two decimals, as people read it. */
function product(factor: string, value: string): string | null {
  const number = parseNumber(value);
  if (number === null) return null;
  return shownNumber(String(Math.round(((Number(factor) * number) / SCALE) * 100) / 100));
}

/** "Gräns: minst 3,5 bar"; "" when the item has none. `other` is the item a ratio compares with. */
export function limitWords(item: Item, other: Item | undefined, answer: Answer | undefined): string {
  const unit = item.unit?.display ?? "";
  if (item.approval && item.approval.length > 0) {
    return t("limit.approval", { limits: item.approval.map(rangeWords).join(` ${t("limit.or")} `), unit }).trim();
  }
  if (item.ratio && other) {
    const most = typeof answer === "string" ? product(item.ratio.max, answer) : null;
    const name = other.text[currentLanguage()];
    return most === null
      ? t("limit.ratio", { factor: shownNumber(item.ratio.max), other: name })
      : t("limit.ratio_known", { most, unit, factor: shownNumber(item.ratio.max), other: name });
  }
  return "";
}

/** "0–12 bar": what the number can be at all. */
export function plausibleWords(item: Item): string {
  return item.plausible ? `${rangeWords(item.plausible)} ${item.unit?.display ?? ""}`.trim() : "";
}

/** Percent that a value has moved since the first protocol, when that is a quarter or more; null otherwise. */
export function drift(first: unknown, now: unknown): number | null {
  const [before, after] = [first, now].map((value) => (typeof value === "string" && value ? Number(value) : NaN));
  if (before === undefined || after === undefined || !(Math.abs(before) > 0) || Number.isNaN(after)) return null;
  const percent = Math.round((100 * (after - before)) / Math.abs(before));
  return Math.abs(percent) >= DRIFT_PERCENT ? percent : null;
}
