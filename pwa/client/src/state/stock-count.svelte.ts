/** A count that is under way: on the phone's disk after each scan, so that a dead battery costs nothing. */
import type { Place } from "../api/stock";
import { addToBatch, removeFromBatch, type BatchItem } from "../scan/batch";
import { forget, keep, readKept } from "./kept";
import { sync } from "./sync";

const KEPT = "stock_count";
const PLACES = "stock_places";

export interface CountDraft {
  readonly id: string;
  /** Whose count it is: another person on the same phone does not go on with it. */
  readonly userId: string;
  readonly place: Place;
  readonly begunAt: string;
  readonly items: readonly BatchItem[];
  readonly note: string;
}

/** The centre's places: from the server, else as they were known last. */
export async function readPlaces(ask: () => Promise<readonly Place[]>): Promise<readonly Place[]> {
  try {
    const places = await ask();
    await keep(PLACES, places).catch(() => undefined);
    return places;
  } catch {
    const kept = await readKept(PLACES);
    return Array.isArray(kept) ? (kept as readonly Place[]) : [];
  }
}

export class StockCount {
  draft: CountDraft | null = $state.raw(null);
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly userId: string) {}

  async open(): Promise<void> {
    const kept = (await readKept(KEPT)) as CountDraft | undefined;
    this.draft = kept?.userId === this.userId ? kept : null;
  }

  begin(place: Place, now: Date): Promise<void> {
    return this.save({ id: crypto.randomUUID(), userId: this.userId, place, begunAt: now.toISOString(), items: [], note: "" });
  }

  /** @returns true when the device was in already */
  async add(number: string, raw: string | null, now: Date): Promise<boolean> {
    if (!this.draft) return false;
    const { items, repeat } = addToBatch(this.draft.items, number, raw, now.toISOString());
    await this.save({ ...this.draft, items });
    return repeat;
  }

  async remove(number: string): Promise<void> {
    if (this.draft) await this.save({ ...this.draft, items: removeFromBatch(this.draft.items, number) });
  }

  async setNote(note: string): Promise<void> {
    if (this.draft) await this.save({ ...this.draft, note });
  }

  /** The screen shows it at once; the disk follows, one write after the other. */
  private save(next: CountDraft): Promise<void> {
    this.draft = next;
    this.saving = this.saving.catch(() => undefined).then(() => keep(KEPT, next));
    return this.saving;
  }

  async throwAway(): Promise<void> {
    this.draft = null;
    await this.saving.catch(() => undefined);
    await forget(KEPT);
  }

  /** First the command on the disk, then the draft away: a phone that dies between keeps both, and the id is the same. */
  async send(): Promise<string | null> {
    const { draft } = this;
    if (!draft) return null;
    await sync().enqueue({
      type: "stock_count.record",
      v: 1,
      aggregate: draft.id,
      base_rv: null,
      args: {
        location_id: draft.place.id,
        begun_at: draft.begunAt,
        devices: draft.items.map(({ number, raw, at }) => ({ number, at, ...(raw ? { scan_raw: raw } : {}) })),
        note: draft.note.trim(),
      },
      blobs: [],
    });
    await this.throwAway();
    return draft.id;
  }
}
