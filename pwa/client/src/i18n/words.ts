/**
 * A small dictionary of its own for a group of screens, loaded with them: the first picture carries only the words that
 * it shows. Both languages lie in one file; a key that is missing in English does not compile.
 */
import { currentLanguage, isEasy } from "./current.svelte";

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<S extends string> = [Names<S>] extends [never] ? [] : [values: Readonly<Record<Names<S>, string | number>>];

type Plural<K> = K extends `${infer Base}_one` ? Base : never;

export interface Words<D extends Readonly<Record<string, string>>> {
  /** The words of a key, with its {names} filled in. */
  <K extends keyof D & string>(key: K, ...values: Values<D[K]>): string;
  /** One or many: `key_one` for 1, else `key_other`; {n} is the number. */
  count(key: Plural<keyof D & string>, n: number): string;
  /** For keys that are put together, for example of a code: "" when there are no such words. */
  maybe(key: string, values?: Readonly<Record<string, string | number>>): string;
  readonly sv: D;
  readonly en: Readonly<Record<keyof D, string>>;
}

function fill(words: string, values: Readonly<Record<string, string | number>> | undefined): string {
  return values === undefined ? words : words.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** Call with `as const` dictionaries, so that the {names} are known. `easy`: easier Swedish, for the keys that need it. */
export function dictionary<const D extends Readonly<Record<string, string>>>(sv: D, en: Readonly<Record<keyof D, string>>, easy?: Readonly<Partial<Record<keyof D, string>>>): Words<D> {
  const words = (): Readonly<Record<string, string>> => (currentLanguage() === "en" ? en : sv);
  const said = (key: string, values?: Readonly<Record<string, string | number>>): string => fill((isEasy() ? easy?.[key] : undefined) ?? words()[key] ?? "", values);
  return Object.assign(said, {
    count: (key: string, n: number): string => said(n === 1 ? `${key}_one` : `${key}_other`, { n }),
    maybe: said,
    sv,
    en,
  }) as unknown as Words<D>;
}
