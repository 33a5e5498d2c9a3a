/** Which language is shown: nothing else, so that a page with its own small dictionary carries no other words. */

export type Language = "sv" | "en";

let language: Language = $state("sv");

export function currentLanguage(): Language {
  return language;
}

/** Changes what is shown; remembering it is for those who may store something. */
export function showLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}
