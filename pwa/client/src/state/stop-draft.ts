/** What a driver has ticked and written at one stop and not yet saved, and the command it becomes. Pure. */
import type { Hygiene, ProofMethod, StopCode, StopTask, VanStop } from "../api/driver";
import { itemsHash, proofItems, type CollectedItem, type CountedPart, type DeliveredItem } from "../proof/items";
import { canBeTicked, isOpenTask } from "../scan/stop-scan";
import type { Picture } from "../ui/picture";
import type { NewCommand } from "./sync";

export interface Tick {
  readonly quantity: number;
  /** The code's own text; null when the line was ticked by hand. */
  readonly scan_raw: string | null;
}

export interface NotDone {
  readonly code: StopCode;
  readonly note: string;
}

/** Taken along although it is on no list (sync case 10). */
export interface Unplanned {
  readonly id: string;
  readonly device_number: string;
  /** The label's own text; null when only a number was read or typed. */
  readonly scan_raw: string | null;
  hygiene: Hygiene;
}

/** A signature or photo, and the hash of the items that stood on the screen when it was made: it counts for those alone. */
export interface Signed extends Picture {
  readonly items_sha256: string;
}

export interface StopDraft {
  stop_id: string;
  base_rv: number;
  /** By task id. */
  done: Record<string, Tick>;
  hygiene: Record<string, Hygiene>;
  not_done: Record<string, NotDone>;
  /** By task id, then by part id: how many came along. A draft of an older version has none. */
  parts?: Record<string, Record<string, number>>;
  unplanned: Unplanned[];
  /** Null until somebody has touched the field: then the recipient's name stands there. */
  signer: string | null;
  method: ProofMethod;
  signature: Signed | null;
  photo: Signed | null;
}

export function stopDraftKey(stopId: string): string {
  return `stop:${stopId}`;
}

export function emptyStopDraft(stop: Pick<VanStop, "id" | "rv">): StopDraft {
  return {
    stop_id: stop.id,
    base_rv: stop.rv,
    done: {},
    hygiene: {},
    not_done: {},
    parts: {},
    unplanned: [],
    signer: null,
    method: "signature",
    signature: null,
    photo: null,
  };
}

/** True when dropping the draft would lose something a person did. */
export function hasStopContent(draft: StopDraft): boolean {
  return (
    Object.keys(draft.done).length > 0 ||
    Object.keys(draft.not_done).length > 0 ||
    draft.unplanned.length > 0 ||
    (draft.signer !== null && draft.signer.trim() !== "") ||
    draft.signature !== null ||
    draft.photo !== null
  );
}

/** The lines that the draft can say something about, also those it had ticked before the office called them off. */
function workable(draft: StopDraft, stop: VanStop): readonly StopTask[] {
  return stop.tasks.filter((task) => canBeTicked(task) || (task.state === "cancelled" && draft.done[task.id] !== undefined));
}

/** Ids of the lines that are ticked or have a reason. */
export function settledIds(draft: StopDraft): ReadonlySet<string> {
  return new Set([...Object.keys(draft.done), ...Object.keys(draft.not_done)]);
}

/** What nobody has said anything about yet. */
export function unsettled(draft: StopDraft, stop: VanStop): readonly StopTask[] {
  const settled = settledIds(draft);
  return stop.tasks.filter((task) => isOpenTask(task) && !settled.has(task.id));
}

/** Ticks a line; a reason it may have had goes. */
export function tick(draft: StopDraft, task: StopTask, scanRaw: string | null, quantity = task.quantity): void {
  draft.done[task.id] = { quantity, scan_raw: scanRaw };
  delete draft.not_done[task.id];
}

/** Says why a line was not done; its tick and its hygiene go. */
export function giveReason(draft: StopDraft, task: StopTask, reason: NotDone): void {
  draft.not_done[task.id] = reason;
  delete draft.done[task.id];
  delete draft.hygiene[task.id];
  delete draft.parts?.[task.id];
}

/** A part of a collected device was counted; null: it was not, after all. */
export function countPart(draft: StopDraft, task: StopTask, partId: string, quantity: number | null): void {
  const counts = { ...draft.parts?.[task.id] };
  if (quantity === null) delete counts[partId];
  else counts[partId] = quantity;
  draft.parts = { ...draft.parts, [task.id]: counts };
}

/** Parts of the ticked lines to collect that nobody has counted yet. */
export function uncounted(draft: StopDraft, stop: VanStop): number {
  return stop.tasks.filter((task) => task.kind === "collect" && draft.done[task.id]).reduce((sum, task) => sum + task.parts.filter((part) => draft.parts?.[task.id]?.[part.id] === undefined).length, 0);
}

/** In nobody's van by the list: it cannot be handed over before somebody has said that it is here after all. */
export function notLoaded(task: StopTask): boolean {
  return task.kind === "deliver" && task.state === "planned";
}

/** Takes back what was said of a line. */
export function clearLine(draft: StopDraft, task: StopTask): void {
  delete draft.done[task.id];
  delete draft.not_done[task.id];
  delete draft.hygiene[task.id];
  delete draft.parts?.[task.id];
}

/** What is handed over, in the order of the lines on the screen. */
export function deliveredOf(draft: StopDraft, stop: VanStop): readonly DeliveredItem[] {
  return workable(draft, stop).flatMap((task) => {
    const done = draft.done[task.id];
    if (task.kind !== "deliver" || !done) return [];
    return [{ task_id: task.id, ...(task.device_number ? { device_number: task.device_number } : {}), ...(done.scan_raw ? { scan_raw: done.scan_raw } : {}), quantity: done.quantity }];
  });
}

function partsOf(draft: StopDraft, task: StopTask): { readonly parts?: readonly CountedPart[] } {
  const counts = draft.parts?.[task.id];
  const parts = task.parts.flatMap((part) => {
    const quantity = counts?.[part.id];
    return quantity === undefined ? [] : [{ component_id: part.id, quantity }];
  });
  return parts.length > 0 ? { parts } : {};
}

/** What is taken along: the ticked lines, then what was on no list. */
export function collectedOf(draft: StopDraft, stop: VanStop): readonly CollectedItem[] {
  const listed = workable(draft, stop).flatMap((task): CollectedItem[] => {
    const done = draft.done[task.id];
    if (task.kind !== "collect" || !done) return [];
    return [
      {
        task_id: task.id,
        ...(task.device_number ? { device_number: task.device_number } : {}),
        ...(done.scan_raw ? { scan_raw: done.scan_raw } : {}),
        quantity: done.quantity,
        hygiene: draft.hygiene[task.id] ?? "unknown",
        ...partsOf(draft, task),
      },
    ];
  });
  // A label goes as it was read: the server knows whose number it carries now (sync case 18).
  const extra = draft.unplanned.map((item): CollectedItem => ({ ...(item.scan_raw ? { scan_raw: item.scan_raw } : { device_number: item.device_number }), quantity: 1, hygiene: item.hygiene }));
  return [...listed, ...extra];
}

/** The hash of the items that the signer sees and signs for; null while there are none. */
export async function hashOf(draft: StopDraft, stop: VanStop): Promise<string | null> {
  const items = await proofItems(deliveredOf(draft, stop), collectedOf(draft, stop));
  return items.length > 0 ? itemsHash(items) : null;
}

/** The name that stands in the field: what was typed, else the recipient's, but never a protected one. */
export function signerOf(draft: StopDraft, stop: Pick<VanStop, "name" | "protected">): string {
  return draft.signer ?? (stop.protected ? "" : stop.name);
}

/** The picture of the chosen method, if it was made for exactly these items. */
export function signedFor(draft: StopDraft, hash: string | null): Signed | null {
  const shot = draft.method === "name" ? null : draft[draft.method];
  return shot && shot.items_sha256 === hash ? shot : null;
}

export type ProofMissing = "items" | "name" | "signature" | "photo";

/** What stands between the draft and a proof of delivery. `hash` is that of the items as they are now. */
export function missingProof(draft: StopDraft, stop: Pick<VanStop, "name" | "protected">, hash: string | null): readonly ProofMissing[] {
  const missing: ProofMissing[] = [];
  if (hash === null) missing.push("items");
  // A signature or a photo says by itself who took it; a protected person's name is then better not written.
  if (draft.method === "name" && signerOf(draft, stop).trim() === "") missing.push("name");
  if (draft.method !== "name" && signedFor(draft, hash) === null) missing.push(draft.method);
  return missing;
}

/** True when something is handed over: then nothing is saved without a proof. */
export function needsProof(draft: StopDraft, stop: VanStop): boolean {
  return deliveredOf(draft, stop).length > 0;
}

/**
 * "Levererat": one command that holds the whole stop, so that it arrives whole or not at all.
 *
 * @param hash of `hashOf`; null leaves the proof out
 */
export function completeCommand(draft: StopDraft, stop: VanStop, hash: string | null, now: Date): NewCommand {
  const shot = signedFor(draft, hash);
  const proof = hash === null ? null : {
    signer_name: signerOf(draft, stop).trim(),
    method: draft.method,
    items_sha256: hash,
    ...(shot ? { blob: { sha256: shot.sha256, size: shot.size, mime: shot.mime } } : {}),
  };
  const notDone = workable(draft, stop).flatMap((task) => {
    const reason = draft.not_done[task.id];
    return reason ? [{ task_id: task.id, code: reason.code, note: reason.note }] : [];
  });
  return {
    type: "stop.complete",
    v: 1,
    aggregate: stop.id,
    base_rv: draft.base_rv,
    args: { delivered: deliveredOf(draft, stop), collected: collectedOf(draft, stop), not_done: notDone, proof, at: now.toISOString() },
    blobs: proof && shot ? [{ role: draft.method, mime: shot.mime, bytes: shot.bytes }] : [],
  };
}

/** One line into the van. */
export function loadCommand(stop: VanStop, task: StopTask, scanRaw: string | null, now: Date): NewCommand {
  const item = { task_id: task.id, ...(task.device_number ? { device_number: task.device_number } : {}), ...(scanRaw ? { scan_raw: scanRaw } : {}), quantity: task.quantity };
  return { type: "stop.load", v: 1, aggregate: stop.id, base_rv: stop.rv, args: { items: [item], at: now.toISOString() }, blobs: [] };
}

export function failCommand(stop: VanStop, reason: NotDone, now: Date): NewCommand {
  return { type: "stop.fail", v: 1, aggregate: stop.id, base_rv: stop.rv, args: { code: reason.code, note: reason.note, at: now.toISOString() }, blobs: [] };
}

export function undoStopCommand(stopId: string, commandId: string): NewCommand {
  return { type: "stop.undo", v: 1, aggregate: stopId, base_rv: null, args: { command_id: commandId }, blobs: [] };
}
