/**
 * Words by key. Swedish is the source and always there; English is loaded when chosen and cached by the service worker.
 * A key that is missing in English, or a {name} that a caller forgets, does not compile.
 */
import { currentLanguage, showLanguage, type Language } from "./current.svelte";
import { sv } from "./sv";

export { currentLanguage, type Language };
export type Dictionary = Readonly<Record<keyof typeof sv, string>>;
export type Key = keyof typeof sv;
type PluralBase<K> = K extends `${infer Base}_one` ? (`${Base}_other` extends Key ? Base : never) : never;
export type PluralKey = PluralBase<Key>;

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<K extends Key> = [Names<(typeof sv)[K]>] extends [never] ? [] : [values: Readonly<Record<Names<(typeof sv)[K]>, string | number>>];

const STORED = "turbil.language";
let dictionary: Dictionary = $state.raw(sv);

export async function setLanguage(next: Language): Promise<void> {
  dictionary = next === "en" ? (await import("./en")).en : sv;
  showLanguage(next);
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // A full or forbidden store costs only the memory of the choice.
  }
}

/** The choice made last on this phone, else Swedish. */
export async function startLanguage(): Promise<void> {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    // See above.
  }
  if (stored === "en") await setLanguage("en").catch(() => undefined);
}

export function isKey(word: string): word is Key {
  return Object.hasOwn(sv, word);
}

function fill(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export function t<K extends Key>(key: K, ...[values]: Values<K>): string {
  const words = dictionary[key];
  return values === undefined ? words : fill(words, values);
}

/** One or many: `key_one` for 1, else `key_other`; {n} is the number. */
export function tn(key: PluralKey, n: number): string {
  const form: Key = n === 1 ? (`${key}_one` as Key) : (`${key}_other` as Key);
  return fill(dictionary[form], { n });
}
