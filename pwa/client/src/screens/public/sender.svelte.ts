/** Sends a report, and its photos after it. A lost answer costs nothing: the same words are sent again under the same id. */
import { NoAnswer, Refused, type PublicApi } from "../../api/public";
import type { Report } from "./form";

export type Trouble =
  | { readonly kind: "offline" }
  | { readonly kind: "limited"; readonly minutes: number }
  | { readonly kind: "refused"; readonly sentence: string }
  | { readonly kind: "server" };

export function troubleOf(reason: unknown): Trouble {
  if (reason instanceof NoAnswer) return { kind: "offline" };
  if (!(reason instanceof Refused)) return { kind: "server" };
  if (reason.status === 429 || reason.status === 503) return { kind: "limited", minutes: Math.max(1, Math.ceil(reason.wait / 60)) };
  return reason.status < 500 ? { kind: "refused", sentence: reason.sentence } : { kind: "server" };
}

export class Sender {
  busy = $state(false);
  trouble: Trouble | null = $state.raw(null);
  /** Secret of the report that has arrived; "" before. */
  tracking = $state("");
  /** Photos that have not arrived, and those that the server cannot read. */
  left: readonly number[] = $state.raw([]);
  unreadable: readonly number[] = $state.raw([]);

  private attempt: { readonly words: string; readonly id: string } | null = null;
  private photos: readonly ArrayBuffer[] = [];

  constructor(
    private readonly api: Pick<PublicApi, "report" | "photo">,
    private readonly makeId: () => string = () => crypto.randomUUID(),
  ) {}

  /** Resolves when it is over, well or badly; how is read from the fields. */
  async send(report: Report, photos: readonly ArrayBuffer[]): Promise<void> {
    if (this.busy || this.tracking) return;
    const words = JSON.stringify(report);
    // What was changed after a failed attempt is another report: the first may have arrived all the same.
    if (this.attempt?.words !== words) this.attempt = { words, id: this.makeId() };
    this.busy = true;
    this.trouble = null;
    try {
      this.tracking = await this.api.report(this.attempt.id, report);
      this.photos = photos;
      this.left = photos.map((_, index) => index);
    } catch (reason) {
      this.trouble = troubleOf(reason);
    }
    this.busy = false;
    if (this.tracking) await this.sendPhotos();
  }

  /** The photos that have not arrived, one after the other; stops at the first that the network does not take. */
  async sendPhotos(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.trouble = null;
    for (const index of this.left) {
      const photo = this.photos[index];
      try {
        if (photo) await this.api.photo(this.tracking, index + 1, photo);
      } catch (reason) {
        const trouble = troubleOf(reason);
        if (trouble.kind !== "refused") {
          this.trouble = trouble;
          break;
        }
        this.unreadable = [...this.unreadable, index];
      }
      this.left = this.left.filter((other) => other !== index);
    }
    this.busy = false;
  }
}
