/** The sync core's interface in memory; drafts and the outbox live in the tab's session so that a reload keeps them. */
import type { DayAccount } from "../src/sync/day";
import type { UnsentFile } from "../src/sync/unsent-file";
import type { CommandRow, NewCommand, OutboxEntry, Sync, SyncState } from "../src/sync/types";
import { overlay } from "../src/sync/overlay";
import { devices, messages, orders, policy } from "./data";
import { rounds, stopsOf } from "./driver-data";
import bed from "../../../field/protocols/templates/electric_bed.json";
import lift from "../../../field/protocols/templates/patient_lift.json";
import chair from "../../../field/protocols/templates/manual_wheelchair.json";

export class FakeSync implements Sync {
  state: SyncState = { phase: "idle", unsent: 0, unsentBlobs: 0, oldestUnsentAt: null, lastSyncAt: new Date(Date.now() - 120_000).toISOString(), notApplied: 0, lastError: null, updateNeeded: false, deviceState: "active", readableUntil: null, outdated: false };
  entries: OutboxEntry[] = [];
  private readonly states = new Set<(state: SyncState) => void>();
  private readonly changes = new Set<(kinds: Set<string>) => void>();
  private readonly kept = new Map<string, unknown>();
  kinds: Record<string, { id: string }[]>;

  constructor(private readonly scene: URLSearchParams) {
    this.kinds = { work_order: scene.has("empty") ? [] : [...orders], device: [...devices], message: scene.has("empty") ? [] : [...messages], policy: [policy], bundle: [{ id: "b1", name: "protocol_templates", sha256: "ab", size: 1 } as { id: string }] };
    this.kinds["round"] = scene.has("empty") ? [] : [...rounds(scene)];
    this.kinds["stop"] = scene.has("empty") || scene.has("nostops") ? [] : [...stopsOf(scene)];
    if (scene.has("many")) this.kinds["work_order"] = Array.from({ length: 200 }, (_, n) => ({ ...orders[n % 6]!, id: `n${n}`, number: String(15520000 + n) }));
    if (scene.has("offline")) this.set({ phase: "offline" });
    if (scene.has("outdated")) this.set({ phase: "offline", outdated: true, lastSyncAt: new Date(Date.now() - 30 * 3600_000).toISOString() });
    if (scene.has("signin")) this.set({ phase: "needs_sign_in" });
    if (scene.has("unsent")) {
      const ago = (minutes: number): string => new Date(Date.now() - minutes * 60000).toISOString();
      this.entries = [
        { seq: 1, id: "c1", type: "work_order.close", aggregate: "o3", at: ago(25), args: {}, blobs: [{ sha256: "a", size: 1, sent: false }], attempts: 3, lastError: "network", state: "waiting" },
        { seq: 2, id: "c2", type: "work_order.contact", aggregate: "o2", at: ago(3), args: {}, blobs: [], attempts: 0, lastError: null, state: "waiting" },
      ];
      this.count();
    }
  }

  private set(next: Partial<SyncState>): void {
    this.state = { ...this.state, ...next };
    for (const listener of this.states) listener(this.state);
  }

  private count(): void {
    const waiting = this.entries.filter((entry) => entry.state === "waiting");
    this.set({ unsent: waiting.length, oldestUnsentAt: waiting[0]?.at ?? null, notApplied: this.scene.has("verdicts") ? 1 : 0 });
  }

  private tell(...kinds: string[]): void {
    for (const listener of this.changes) listener(new Set(kinds));
  }

  addOrders(count: number): void {
    this.kinds["work_order"] = [...this.kinds["work_order"]!, ...Array.from({ length: count }, (_, n) => ({ ...orders[0]!, id: `new${n}`, number: String(15590000 + n) }))];
    this.tell("work_order");
  }

  exportUnsent = (): Promise<UnsentFile> => Promise.resolve({ name: "turbil-20260302-1400.txt", content: "{}\n", commands: this.state.unsent, left: 0 });
  accountOfDay = (day: string): Promise<DayAccount> => {
    const missing = this.entries.filter((entry) => entry.state === "waiting").map((entry) => entry.id);
    if (this.scene.has("offline")) return Promise.reject(new Error("offline"));
    const photos = this.scene.has("photos") ? 2 : 0;
    return Promise.resolve({ day, commands: 14 + missing.length, closed: missing.length + photos === 0, missing, more: 0, pendingBlobs: photos, checkedAt: new Date().toISOString() });
  };
  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();
  syncNow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));
  subscribe(listener: (state: SyncState) => void): () => void {
    this.states.add(listener);
    return () => this.states.delete(listener);
  }
  onChange(listener: (kinds: Set<string>) => void): () => void {
    this.changes.add(listener);
    return () => this.changes.delete(listener);
  }
  rows<T>(kind: string): Promise<T[]> {
    const rows = this.kinds[kind] ?? [];
    // The driver's rows change by the real rules.
    if (kind !== "stop" && kind !== "round") return Promise.resolve(rows as T[]);
    const commands = this.entries.map((entry) => ({ ...entry, blobs: [...entry.blobs] }));
    return Promise.resolve(overlay(kind, rows as unknown as Readonly<Record<string, unknown>>[], commands, { name: "Folke Förarsson", teams: [] }) as unknown as T[]);
  }
  row<T>(kind: string, id: string): Promise<T | undefined> {
    return Promise.resolve((this.kinds[kind] ?? []).find((row) => row.id === id) as T | undefined);
  }
  enqueue(command: NewCommand): Promise<{ id: string; seq: number }> {
    const seq = this.entries.length + 1;
    const entry: OutboxEntry = { seq, id: crypto.randomUUID(), type: command.type, aggregate: command.aggregate, at: new Date().toISOString(), args: command.args, blobs: command.blobs.map(() => ({ sha256: "x", size: 1, sent: false })), attempts: 0, lastError: null, state: "waiting" };
    this.entries = [...this.entries, entry];
    const change: Record<string, object> = { "work_order.close": { state: "closed", closed_at: entry.at, outcome: command.args["outcome"] }, "work_order.report": { state: "started", started_at: entry.at }, "work_order.cancel": { state: "cancelled", cancelled_at: entry.at, cancel_reason: command.args["reason"] }, "work_order.wait": { state: "waiting", waiting_for: command.args["waiting_for"] } };
    this.kinds["work_order"] = this.kinds["work_order"]!.map((row) => (row.id === command.aggregate ? { ...row, ...change[command.type] } : row));
    this.count();
    this.tell("work_order", "stop", "round", "outbox");
    return Promise.resolve({ id: entry.id, seq });
  }
  outbox = (): Promise<OutboxEntry[]> => Promise.resolve(this.entries);
  verdicts(): Promise<CommandRow[]> {
    const at = new Date(Date.now() - 3600_000).toISOString();
    const applied: CommandRow = { id: "v1", seq: 1, type: "work_order.report", verdict: "applied", code: null, text: null, aggregate: "o7", received_at: at, review: null };
    const recorded: CommandRow = { id: "v2", seq: 2, type: "work_order.close", verdict: "recorded", code: "x", text: "Ordern makulerades av kontoret medan du var offline. Din tid och ditt protokoll är sparade; kontoret bestämmer vad som gäller.", aggregate: "o4", received_at: at, review: { state: "open", reason: "x", decision: null, note: null, decided_at: null } };
    return Promise.resolve(this.scene.has("verdicts") ? [applied, recorded] : [applied]);
  }
  saveDraft(key: string, value: unknown): Promise<void> {
    this.kept.set(key, structuredClone(value));
    this.tell("drafts");
    return Promise.resolve();
  }
  draft<T>(key: string): Promise<T | undefined> {
    return Promise.resolve(structuredClone(this.kept.get(key)) as T | undefined);
  }
  dropDraft(key: string): Promise<void> {
    this.kept.delete(key);
    this.tell("drafts");
    return Promise.resolve();
  }
  drafts = (): Promise<{ key: string; value: unknown }[]> => Promise.resolve([...this.kept].map(([key, value]) => ({ key, value })));
  reference = (): Promise<unknown> => Promise.resolve({ templates: [bed, lift, chair].map((template) => ({ sha256: `hash-${template.id}`, template })) });
  deviceIndex = (): Promise<Uint8Array | undefined> => Promise.resolve(undefined);
}
