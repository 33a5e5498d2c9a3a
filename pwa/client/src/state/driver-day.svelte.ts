/** The driver's day: the rounds of today, the one at hand, and its stops in order. */
import type { VanRound, VanStop } from "../api/driver";
import { Autosaved } from "./autosaved.svelte";
import { live } from "./live.svelte";
import { emptyStopDraft, hasStopContent, stopDraftKey, type StopDraft } from "./stop-draft";
import { isPlanned } from "./stop-lists";
import { sync } from "./sync";
import { vanDraftKey, type VanDraft } from "./van-draft";

/** The round that the driver chose last; else the first that is not back yet. Forgotten with the tab. */
const CHOSEN = "turbil.round";
let chosen = $state(sessionStorage.getItem(CHOSEN) ?? "");

export function chooseRound(id: string): void {
  chosen = id;
  sessionStorage.setItem(CHOSEN, id);
}

export class DriverDay {
  private readonly roundRows = live<VanRound>("round");
  private readonly stopRows = live<VanStop>("stop");

  get ready(): boolean {
    return this.roundRows.ready && this.stopRows.ready;
  }

  get rounds(): readonly VanRound[] {
    // A round begins with its first window; names such as "Förmiddag" say nothing to a sort.
    const begins = new Map<string, string>();
    for (const { round_id, window_from } of this.stopRows.rows) {
      if (window_from && window_from < (begins.get(round_id) ?? "~")) begins.set(round_id, window_from);
    }
    const start = (round: VanRound): number => Date.parse(begins.get(round.id) ?? "9999-01-01");
    return [...this.roundRows.rows].sort((one, other) => start(one) - start(other) || one.name.localeCompare(other.name, "sv"));
  }

  get round(): VanRound | undefined {
    const rounds = this.rounds;
    return rounds.find((round) => round.id === chosen) ?? rounds.find((round) => round.state !== "returned") ?? rounds[0];
  }

  get stops(): readonly VanStop[] {
    const id = this.round?.id;
    return this.stopRows.rows.filter((stop) => stop.round_id === id && stop.state !== "cancelled").sort((one, other) => one.position - other.position);
  }

  /** Stops of the round that the office has called off: shown so that nobody looks for them. */
  get calledOff(): readonly VanStop[] {
    const id = this.round?.id;
    return this.stopRows.rows.filter((stop) => stop.round_id === id && stop.state === "cancelled").sort((one, other) => one.position - other.position);
  }

  get next(): VanStop | undefined {
    return this.stops.find(isPlanned);
  }
}

export class StopDraftHandle extends Autosaved<StopDraft> {
  static async open(stop: VanStop): Promise<StopDraftHandle> {
    const empty = (): StopDraft => emptyStopDraft(stop);
    const kept = await sync().draft<StopDraft>(stopDraftKey(stop.id));
    return new StopDraftHandle(stopDraftKey(stop.id), kept ?? empty(), hasStopContent, empty);
  }
}

export class VanDraftHandle extends Autosaved<VanDraft> {
  static async open(roundId: string): Promise<VanDraftHandle> {
    const empty = (): VanDraft => ({ round_id: roundId, said: {} });
    const kept = await sync().draft<VanDraft>(vanDraftKey(roundId));
    return new VanDraftHandle(vanDraftKey(roundId), kept ?? empty(), ({ said }) => Object.keys(said).length > 0, empty);
  }
}

/** The stop a screen is about, with its draft and the round's other stops. */
export class OpenStop {
  draft: StopDraftHandle | null = $state.raw(null);
  private readonly rows = live<VanStop>("stop");
  private readonly kept = live<VanStop>("stop_kept");
  private readonly id: () => string;
  private opening = "";

  /** Call while a component is being set up. */
  constructor(id: () => string) {
    this.id = id;
    $effect(() => {
      const stop = this.stop;
      if (!stop || this.opening === stop.id) return;
      this.opening = stop.id;
      void StopDraftHandle.open(stop).then((draft) => {
        if (this.opening === stop.id) this.draft = draft;
      });
    });
    $effect(() =>
      sync().onChange((kinds) => {
        if (kinds.has("drafts")) void this.draft?.reread();
      }),
    );
  }

  get stop(): VanStop | undefined {
    return this.rows.rows.find((row) => row.id === this.id()) ?? this.copy;
  }

  /** The stop has left the driver's view; it is here because the phone still has something on it. */
  get noLongerYours(): boolean {
    return this.stop !== undefined && this.stop === this.copy;
  }

  private get copy(): VanStop | undefined {
    return this.kept.rows.find((row) => row.id === this.id());
  }

  get ready(): boolean {
    return this.rows.ready && this.kept.ready;
  }

  /** The stops of the same round, this one among them, in order. */
  get round(): readonly VanStop[] {
    const id = this.stop?.round_id;
    return this.rows.rows.filter((row) => row.round_id === id).sort((one, other) => one.position - other.position);
  }

  /** Where the driver goes after this one: on in the round's order, then back to what was passed over. */
  get next(): VanStop | undefined {
    const ahead = this.round.filter((stop) => isPlanned(stop) && stop.id !== this.id());
    return ahead.find((stop) => stop.position > (this.stop?.position ?? 0)) ?? ahead[0];
  }
}
