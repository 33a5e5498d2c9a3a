/** Which language is shown: nothing else, so that a page with its own small dictionary carries no other words. */

export type Language = "sv" | "en";

let language: Language = $state("sv");
let easy = $state(false);

export function currentLanguage(): Language {
  return language;
}

/** Easy Swedish: where a page has easier words for something, they are shown. */
export function isEasy(): boolean {
  return easy;
}

/** Changes what is shown; remembering it is for those who may store something. */
export function showLanguage(next: Language | "easy"): void {
  language = next === "easy" ? "sv" : next;
  easy = next === "easy";
  document.documentElement.lang = language;
}
