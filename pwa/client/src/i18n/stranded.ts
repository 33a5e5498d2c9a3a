/** What is said of work on an order that is closed, cancelled or somebody else's. A file of its own: the first picture needs none of it. */
import { currentLanguage } from "./language.svelte";

const sv = {
  not_yours: "Ordern är inte längre din",
  not_yours_text: "Det du har gjort finns kvar: skicka det, så går kontoret igenom det.",
  ended_text: "Ordern är redan avslutad eller makulerad. Det du har gjort finns kvar: skicka det, så går kontoret igenom det.",
  send: "Skicka det du gjort",
  sent: "Sparat. Kontoret går igenom det.",
  sign_first: "Fyll i och signera protokollet",
  draft: "Order {number}: skicka det du gjort",
} as const;

const en: Readonly<Record<keyof typeof sv, string>> = {
  not_yours: "The order is no longer yours",
  not_yours_text: "What you have done is still here: send it, and the office goes through it.",
  ended_text: "The order is already closed or cancelled. What you have done is still here: send it, and the office goes through it.",
  send: "Send what you did",
  sent: "Saved. The office goes through it.",
  sign_first: "Fill in and sign the protocol",
  draft: "Order {number}: send what you did",
};

export function stranded(key: keyof typeof sv, number = ""): string {
  return (currentLanguage() === "en" ? en : sv)[key].replace("{number}", number);
}
