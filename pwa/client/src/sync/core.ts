/** The sync core of one page: opens the user's store, decides when to sync, and answers the screens. */
import type { Sealed } from "./carry";
import { plainCodec, type Codec } from "./codec";
import type { DayAccount } from "./day";
import { dropRows, KEEPING, KEPT_KINDS, keptKind, pruneKept } from "./kept-orders";
import { append } from "./outbox";
import { kindsOfType, type OverlayContext } from "./overlay";
import { CHUNK } from "./pull";
import { iso, KINDS, type Wire } from "./push";
import { count, readKept, readOutbox, readRows, readVerdicts } from "./reading";
import { forgetRows, isDue, readReadable } from "./readable";
import { round, type RoundResult } from "./round";
import { sealWaiting, Sealer } from "./sealing";
import { databaseName, errorName, getMeta, isFull, kindRange, putMeta, Store } from "./store";
import { Transport, TransportFailure } from "./transport";
import { Schedule, type Channel, type PokeSource } from "./triggers";
import {
  closedState,
  isRecord,
  SyncError,
  type CommandRow,
  type NewCommand,
  type OutboxEntry,
  type Sync,
  type SyncSession,
  type SyncState,
} from "./types";
import { writeUnsentFiles, type UnsentFiles } from "./unsent-file";
import type { World } from "./world";

interface Opened {
  session: SyncSession;
  readonly store: Store;
  readonly transport: Transport;
  readonly wire: Wire;
  readonly channel: Channel | null;
  readonly unsubscribe: (() => void)[];
  pokes: PokeSource | null;
  synced: boolean;
  /** Resolves when rows that may no longer be shown are gone; nothing is read before. */
  checked: Promise<void>;
  /** The other users' unsent work has been brought to the server. */
  carried: boolean;
}

const EVENTS = "/api/sync/events";

export class SyncCore implements Sync {
  state: SyncState = closedState;
  private opened: Opened | null = null;
  private running: Promise<void> | null = null;
  private wanted: "no" | "yes" | "urgent" = "no";
  private readonly stateListeners = new Set<(state: SyncState) => void>();
  private readonly changeListeners = new Set<(kinds: Set<string>) => void>();
  private readonly schedule: Schedule;

  constructor(private readonly world: World) {
    this.schedule = new Schedule(world.timers, world.random, (reason) => void this.syncNow(reason));
  }

  async start(session: SyncSession, codec?: Codec): Promise<void> {
    if (this.opened?.session.user.id === session.user.id) {
      this.opened.session = session;
      if (this.state.phase === "needs_sign_in") this.show({ phase: "idle" });
      void this.syncNow("sign_in");
      return;
    }
    if (this.opened) await this.stop();
    const opened = this.open(session, codec ?? this.world.codec ?? plainCodec);
    this.opened = opened;
    if (codec) void this.sealAll(opened);
    const preparing = this.prepare(opened).catch((reason: unknown) => {
      this.show({ lastError: this.storageCode(reason) });
    });
    opened.checked = this.checkReadable(opened);
    await Promise.all([preparing, opened.checked, this.refresh()]);
    void this.world.storage?.persist?.().catch(() => false);
    this.schedule.start();
    void this.firstRound(opened);
  }

  private async firstRound(opened: Opened): Promise<void> {
    await this.world.calm?.();
    if (this.opened === opened) await this.syncNow("start");
  }

  async stop(options: { readonly keepRows?: boolean } = {}): Promise<void> {
    const opened = this.opened;
    if (!opened) return;
    this.opened = null;
    this.schedule.stop();
    for (const unsubscribe of opened.unsubscribe) unsubscribe();
    opened.pokes?.close();
    opened.transport.close();
    await this.running;
    try {
      if (options.keepRows !== true) await dropRows(opened.store, { reference: false });
    } catch {
      // A broken store gives nothing to read either.
    }
    opened.channel?.close();
    opened.store.close();
    this.state = closedState;
    this.tellState();
  }

  syncNow(reason: string): Promise<void> {
    const opened = this.opened;
    if (!opened) return Promise.resolve();
    const urgent = reason === "online" || reason === "visible" || reason === "offline";
    if (urgent) this.schedule.reset();
    if (this.wanted !== "urgent") this.wanted = urgent ? "urgent" : "yes";
    this.running ??= this.run(opened).finally(() => {
      this.running = null;
      // Asked for in the moment between the last look and here.
      return this.wanted === "no" ? undefined : this.syncNow("again");
    });
    return this.running;
  }

  subscribe(listener: (state: SyncState) => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  onChange(listener: (kinds: Set<string>) => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  async rows<T>(kind: string): Promise<T[]> {
    const opened = this.opened;
    await opened?.checked;
    const kept = keptKind(kind);
    if (opened && kept) return this.state.outdated ? [] : (await readKept(opened.wire, kept)) as T[];
    return opened ? ((await readRows(opened.wire, this.context(opened), kind, kindRange(kind))) as T[]) : [];
  }

  async row<T>(kind: string, id: string): Promise<T | undefined> {
    const opened = this.opened;
    if (!opened) return undefined;
    await opened.checked;
    const rows = await readRows(opened.wire, this.context(opened), kind, IDBKeyRange.only([kind, id]));
    return rows.find((found) => found["id"] === id) as T | undefined;
  }

  async enqueue(command: NewCommand): Promise<{ id: string; seq: number }> {
    const opened = this.need();
    const { store, wire } = opened;
    const options = {
      store,
      codec: wire.codec,
      sha256: this.world.sha256,
      id: this.world.uuid(),
      at: iso(this.world.now()),
      monoMs: this.world.monotonic(),
      envelope: (tail: string) => wire.sealer.seal(tail),
    };
    const saved = await this.withRoom(store, () => append(command, options));
    // It is on disk: whatever fails from here on must not look like "not saved".
    void this.changed(opened, ["outbox", ...kindsOfType(command.type)]).then(
      () => this.syncNow("enqueue"),
      () => undefined,
    );
    return saved;
  }

  async outbox(): Promise<OutboxEntry[]> {
    return this.opened ? readOutbox(this.opened.wire) : [];
  }

  async verdicts(): Promise<CommandRow[]> {
    return this.opened ? readVerdicts(this.opened.wire) : [];
  }

  async saveDraft(key: string, value: unknown): Promise<void> {
    const { store, wire, channel } = this.need();
    const sealed = await wire.codec.seal(value);
    await this.withRoom(store, () =>
      store.write("save_draft", ["drafts"], (it) => it.objectStore("drafts").put({ key, sealed })),
    );
    channel?.postMessage({ type: "changed", kinds: ["drafts"] });
    this.tellChange(new Set(["drafts"]));
  }

  async draft<T>(key: string): Promise<T | undefined> {
    if (!this.opened) return undefined;
    const { store, wire } = this.opened;
    const found = await store.read("draft", ["drafts"], (it) => it.objectStore("drafts").get(key));
    return found === undefined ? undefined : ((await wire.codec.open(found.sealed)) as T);
  }

  async dropDraft(key: string): Promise<void> {
    const { store, channel } = this.need();
    const kept = await store.write("drop_draft", KEEPING, async (transaction) => {
      await transaction.objectStore("drafts").delete(key);
      return pruneKept(transaction);
    });
    const kinds = kept ? ["drafts", ...KEPT_KINDS] : ["drafts"];
    channel?.postMessage({ type: "changed", kinds });
    this.tellChange(new Set(kinds));
  }

  async drafts(): Promise<{ key: string; value: unknown }[]> {
    if (!this.opened) return [];
    const { store, wire } = this.opened;
    const found = await store.read("drafts", ["drafts"], (it) => it.objectStore("drafts").getAll());
    return Promise.all(found.map(async ({ key, sealed }) => ({ key, value: await wire.codec.open(sealed) })));
  }

  async reference(sha256: string): Promise<unknown> {
    if (!this.opened) return undefined;
    const { store, wire } = this.opened;
    const found = await store.read("reference", ["reference"], (it) => it.objectStore("reference").get(sha256));
    return found === undefined ? undefined : wire.codec.open(found.sealed);
  }

  async deviceIndex(): Promise<Uint8Array | undefined> {
    const { readDeviceIndex } = await import("./device-index");
    return this.opened ? (await readDeviceIndex(this.opened.wire))?.content : undefined;
  }

  async exportUnsent(): Promise<UnsentFiles> {
    const { store, wire } = this.need();
    await sealWaiting(wire);
    const { otherUsers, readSealed } = await import("./carry");
    const own = await readSealed(store);
    const unsealed = (await readOutbox(wire)).filter((entry) => entry.state === "waiting").length - own.length;
    const others: Sealed[] = [];
    for (const name of await otherUsers(this.world.indexedDB, store.name)) {
      const other = this.storeOf(name);
      try {
        others.push(...(await readSealed(other)));
      } catch {
        // Another user's database that does not open must not keep this user's work on the phone.
      } finally {
        other.close();
      }
    }
    return writeUnsentFiles([...own, ...others], iso(this.world.now()), { sha256: this.world.sha256, left: Math.max(0, unsealed) });
  }

  async accountOfDay(day: string): Promise<DayAccount> {
    const { wire } = this.need();
    const { readDay } = await import("./day");
    return readDay(wire, day, this.world.sha256);
  }

  private storeOf(name: string): Store {
    return new Store({ factory: this.world.indexedDB, name, boundary: this.world.boundary });
  }

  private context(opened: Opened): OverlayContext {
    const { user } = opened.session;
    return { name: user.name, teams: user.teams ?? [], protocolVerdict: this.world.protocolVerdict };
  }

  private need(): Opened {
    if (!this.opened) throw new SyncError("sync.not_started");
    return this.opened;
  }

  /** Once per store: what was written before it had a key. */
  private async sealAll({ store, wire }: Opened): Promise<void> {
    try {
      if (await store.read("is_sealed", ["meta"], (transaction) => getMeta(transaction, "sealed_all"))) return;
      const { sealAll } = await import("./seal-all");
      await sealAll(store, wire.codec);
      await store.write("note_sealed", ["meta"], (transaction) => putMeta(transaction, "sealed_all", true));
    } catch {
      // A page that was closed in the middle, or a full disk: the next start goes on.
    }
  }

  async carrySealed(userId: string): Promise<void> {
    const { carryOthers } = await import("./carry");
    const transport = new Transport(this.world.fetch, this.world.timers);
    try {
      await carryOthers({ transport, now: this.world.now }, (name) => this.storeOf(name), [databaseName(userId)]);
    } finally {
      transport.close();
    }
  }

  private open(session: SyncSession, codec: Codec): Opened {
    const { world } = this;
    const name = databaseName(session.user.id);
    const store = this.storeOf(name);
    const transport = new Transport(world.fetch, world.timers);
    const wire: Wire = {
      store,
      codec,
      sealer: new Sealer(store, codec, world.seal),
      transport,
      uuid: world.uuid,
      now: world.now,
      build: world.build,
      storage: { persisted: async () => (await world.storage?.persisted?.().catch(() => null)) ?? null, lost: false },
      changed: (kinds) => this.changed(opened, kinds),
    };
    const channel = world.channel(name);
    const { surroundings } = world;
    const unsubscribe = [
      surroundings.onOnline(() => void this.syncNow("online")),
      surroundings.onOffline(() => {
        // A request that hangs in a dead network would keep the truth from the screen until its deadline.
        opened.transport.giveUp();
        void this.syncNow("offline");
      }),
      surroundings.onVisibility((visible) => {
        if (visible) void this.syncNow("visible");
        else this.stopListening(opened);
      }),
      surroundings.onWorkerMessage((message) => {
        if (isRecord(message) && (message["type"] === "push" || message["type"] === "sync")) {
          void this.syncNow(message["type"]);
        }
      }),
    ];
    const opened: Opened = { session, store, transport, wire, channel, unsubscribe, pokes: null, synced: false, carried: false, checked: Promise.resolve() };
    if (channel) {
      channel.onmessage = (event) => {
        this.hear(opened, event.data);
      };
    }
    return opened;
  }

  /** Makes the storage mark, and finds out whether the browser has thrown the database away. */
  private async prepare(opened: Opened): Promise<void> {
    const { marker, uuid } = this.world;
    const fresh = uuid();
    const found = await opened.store.write("prepare", ["meta"], async (transaction) => {
      const known = await getMeta(transaction, "storage_id");
      if (known === undefined) await putMeta(transaction, "storage_id", fresh);
      return known;
    });
    try {
      const key = `${databaseName(opened.session.user.id)}.storage`;
      if (found === undefined && marker?.getItem(key)) {
        opened.wire.storage.lost = true;
        this.show({ lastError: "storage.evicted" });
      }
      marker?.setItem(key, found ?? fresh);
    } catch {
      // Without the mark an eviction is only told by the server's clear.
    }
    // So that saving a command need not read it first.
    await opened.wire.sealer.prepare();
  }

  private async run(opened: Opened): Promise<void> {
    while (this.wanted !== "no" && this.opened === opened) {
      this.wanted = "no";
      const { locks } = this.world;
      if (!locks) {
        await this.roundAndTell(opened);
        continue;
      }
      await locks.request(`${opened.store.name}.sync`, { ifAvailable: true }, async (lock) => {
        if (lock) await this.roundAndTell(opened);
        // Another tab is at it: it sees the same outbox, and is told that there is more.
        else opened.channel?.postMessage({ type: "wanted" });
      });
    }
  }

  private backOff(): void {
    // A network that came back in the middle of a failing round is worth another one at once.
    if (this.wanted === "yes") this.wanted = "no";
    this.schedule.failed();
  }

  /** The first thing a page does: what may no longer be shown goes before anything is read. */
  private async checkReadable(opened: Opened): Promise<void> {
    try {
      const found = await readReadable(opened.store);
      if (this.opened === opened) this.show(found);
    } catch {
      // A store that cannot be read shows nothing either.
    }
    await this.forgetWhenDue(opened);
  }

  /** Stops showing what the phone has when it has not heard of the server for too long. */
  private async forgetWhenDue(opened: Opened): Promise<void> {
    if (this.opened !== opened || !isDue(this.state, this.world.now())) return;
    try {
      await forgetRows(opened.store);
      await this.changed(opened, [...KINDS, ...KEPT_KINDS]);
    } catch (reason) {
      this.show({ lastError: this.storageCode(reason) });
    }
  }

  private async roundAndTell(opened: Opened): Promise<void> {
    await this.forgetWhenDue(opened);
    // A session that is over stays so while we try, and without a network: whoever is signing in must not be sent away.
    const over = this.state.phase === "needs_sign_in";
    if (!over) this.show({ phase: "syncing" }, opened);
    let result: RoundResult;
    try {
      result = await round(opened.wire, { sha256: this.world.sha256, chunk: this.world.chunk ?? CHUNK, first: !opened.synced });
      opened.synced = true;
    } catch (reason) {
      if (this.opened !== opened) return;
      this.show({ phase: over ? "needs_sign_in" : "offline", lastError: this.codeOf(opened, reason) }, opened);
      this.backOff();
      await this.refresh();
      return;
    }
    if (this.opened !== opened) return;
    const lastError = result.failure ?? (result.update ? "sync.schema" : null);
    if (!opened.carried && !result.signIn && result.failure === null) opened.carried = await this.carry(opened);
    const failed = over ? "needs_sign_in" : "offline";
    const phase = result.signIn ? "needs_sign_in" : result.failure === null ? "idle" : failed;
    this.show({ phase, lastError, updateNeeded: result.update }, opened);
    if (result.failure === null) this.schedule.reset();
    else this.backOff();
    if (phase === "idle") this.startListening(opened);
    await this.refresh();
  }

  /** Brings the other users' sealed work to the server; true when nothing is left to bring. */
  private async carry(opened: Opened): Promise<boolean> {
    try {
      const { carryOthers, otherUsers } = await import("./carry");
      const names = await otherUsers(this.world.indexedDB, opened.store.name);
      await carryOthers(opened.wire, (name) => this.storeOf(name), names);
      return true;
    } catch {
      // It is tried with the next round; nothing of it is this user's to be told.
      return false;
    }
  }

  /** Saves; on a full disk first gives up what can be fetched again, never what only this phone has. */
  private async withRoom<T>(store: Store, save: () => Promise<T>): Promise<T> {
    try {
      return await save();
    } catch (reason) {
      if (!isFull(reason)) throw this.noted(reason);
    }
    try {
      await dropRows(store, { reference: true });
      return await save();
    } catch (reason) {
      throw this.noted(reason);
    }
  }

  private noted(reason: unknown): unknown {
    const code = this.storageCode(reason);
    if (code === "sync.fault") return reason;
    if (code.startsWith("storage.")) this.show({ lastError: code });
    return new SyncError(code);
  }

  private storageCode(reason: unknown): string {
    if (isFull(reason)) return "storage.full";
    if (reason instanceof SyncError) return reason.code;
    return errorName(reason) === "SecurityError" ? "storage.broken" : "sync.fault";
  }

  private codeOf(opened: Opened, reason: unknown): string {
    if (opened.store.broken) return "storage.broken";
    return reason instanceof TransportFailure ? reason.code : this.storageCode(reason);
  }

  private async changed(opened: Opened, kinds: Iterable<string>): Promise<void> {
    if (this.opened !== opened) return;
    const set = new Set(kinds);
    opened.channel?.postMessage({ type: "changed", kinds: [...set] });
    this.tellChange(set);
    await this.refresh();
  }

  private hear(opened: Opened, message: unknown): void {
    if (this.opened !== opened || !isRecord(message)) return;
    if (message["type"] === "wanted") void this.syncNow("tab");
    if (message["type"] === "changed" && Array.isArray(message["kinds"])) {
      this.tellChange(new Set(message["kinds"].filter((kind) => typeof kind === "string")));
      void this.refresh();
    }
    if (message["type"] === "state" && !this.running && isRecord(message["state"])) {
      // The tab that holds the lock knows how it goes; the numbers each tab counts itself.
      const { phase, lastError, updateNeeded } = message["state"] as unknown as SyncState;
      this.show({ phase, lastError, updateNeeded });
    }
  }

  private tellChange(kinds: Set<string>): void {
    if (kinds.size === 0) return;
    for (const listener of [...this.changeListeners]) listener(new Set(kinds));
  }

  private async refresh(): Promise<void> {
    const opened = this.opened;
    if (!opened) return;
    try {
      const counted = await count(opened.wire);
      if (this.opened === opened) this.show(counted);
    } catch (reason) {
      if (this.opened === opened) this.show({ lastError: this.codeOf(opened, reason) });
    }
  }

  private show(change: Partial<SyncState>, tellTabs?: Opened): void {
    const next = { ...this.state, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    tellTabs?.channel?.postMessage({ type: "state", state: next });
    this.tellState();
  }

  private tellState(): void {
    for (const listener of [...this.stateListeners]) listener(this.state);
  }

  private startListening(opened: Opened): void {
    // 2 is CLOSED: the server refused, as it does without a session.
    if (!this.world.surroundings.visible() || (opened.pokes && opened.pokes.readyState !== 2)) return;
    opened.pokes = this.world.pokes(EVENTS);
    opened.pokes?.addEventListener("poke", () => void this.syncNow("poke"));
  }

  private stopListening(opened: Opened): void {
    opened.pokes?.close();
    opened.pokes = null;
  }
}
