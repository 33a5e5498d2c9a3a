/** A list that is read page by page from the server. */
import { ApiProblem } from "../../../api/client";
import type { Page } from "../../../api/logistics";
import { t } from "../../../i18n";

/** What the server said, or that it could not be reached, in words. */
export function problemWords(reason: unknown, offline: string = t("office.offline")): string {
  if (!(reason instanceof ApiProblem)) return offline;
  return [reason.message, ...reason.problem.errors.map((error) => error.message)].filter(Boolean).join(" ") || t("error.server");
}

export class Pages<T> {
  items: readonly T[] = $state.raw([]);
  more = $state(false);
  loading = $state(true);
  problem = $state("");
  private cursor: string | null = null;
  private turn = 0;
  private read: (cursor?: string) => Promise<Page<T>> = () => Promise.resolve({ items: [], next_cursor: null });

  /** Reads from the beginning; what an older question answers is dropped. */
  async load(read: (cursor?: string) => Promise<Page<T>>): Promise<void> {
    const turn = ++this.turn;
    this.read = read;
    this.loading = true;
    try {
      const page = await read();
      if (turn !== this.turn) return;
      this.items = page.items;
      this.took(page);
      this.problem = "";
    } catch (reason) {
      if (turn === this.turn) this.problem = problemWords(reason);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }

  async next(): Promise<void> {
    if (!this.cursor) return;
    const turn = this.turn;
    try {
      const page = await this.read(this.cursor);
      if (turn !== this.turn) return;
      this.items = [...this.items, ...page.items];
      this.took(page);
    } catch (reason) {
      if (turn === this.turn) this.problem = problemWords(reason);
    }
  }

  private took(page: Page<T>): void {
    this.cursor = page.next_cursor;
    this.more = page.next_cursor !== null;
  }
}
