/** The one question about a number that nothing checks: "Is it 300101?" Loaded with the first scan that needs it. */
import { mount } from "svelte";
import { numberToConfirm } from "../scan/certain";
import { signal } from "../scan/feedback";
import { deviceIndex } from "./device-index";
import { settings } from "./settings.svelte";

export interface AskedNumber {
  readonly number: string;
  /** What the region's index calls it; null when it is not there; undefined when there is no index on this phone. */
  readonly article: string | null | undefined;
}

/** Sooner than this after the question came up, the same code again is a scanner's echo and no answer. */
const ECHO_MS = 700;

class Question {
  asked: AskedNumber | null = $state.raw(null);
  private waiting: { readonly number: string; readonly since: number; readonly settle: (yes: boolean) => void } | null = null;
  private shown = false;

  async ask(number: string): Promise<boolean> {
    if (this.waiting?.number === number) {
      // The same code a second time says yes without a hand free.
      if (performance.now() - this.waiting.since > ECHO_MS) this.answer(true);
      return false;
    }
    this.answer(false);
    const answered = new Promise<boolean>((settle) => (this.waiting = { number, since: performance.now(), settle }));
    signal("again", settings);
    const [article, { default: ScanQuestion }] = await Promise.all([articleOf(number), import("../screens/ScanQuestion.svelte")]);
    if (this.waiting?.number !== number) return answered;
    this.asked = { number, article };
    if (!this.shown) mount(ScanQuestion, { target: document.body });
    this.shown = true;
    return answered;
  }

  answer(yes: boolean): void {
    const { waiting } = this;
    this.waiting = null;
    this.asked = null;
    waiting?.settle(yes);
  }
}

async function articleOf(number: string): Promise<string | null | undefined> {
  const index = await deviceIndex();
  return index ? (index.find(number)?.article.name ?? null) : undefined;
}

export const question = new Question();

/**
 * Whether a text may be acted on: at once when it carries a check, else when somebody has said yes to its number. Another
 * code that is read meanwhile answers no to the one before.
 *
 * @param format the kind of code, or null from a hand scanner
 */
export async function isCertain(text: string, format: string | null): Promise<boolean> {
  const number = numberToConfirm(text, format);
  if (number !== null) return question.ask(number);
  question.answer(false);
  return true;
}
