/** Which orders have unsent work or an open draft on this phone: the marker beside each of them. */
import { SvelteSet } from "svelte/reactivity";
import { painted } from "./paint";
import { sync, type SyncState } from "./sync";

export const unsentOrders = new SvelteSet<string>();
export const draftOrders = new SvelteSet<string>();

function put(set: SvelteSet<string>, ids: readonly string[]): void {
  for (const id of [...set]) if (!ids.includes(id)) set.delete(id);
  for (const id of ids) set.add(id);
}

export async function readMarks(): Promise<void> {
  const [outbox, drafts] = await Promise.all([sync().outbox(), sync().drafts()]);
  put(unsentOrders, outbox.filter((entry) => entry.state === "waiting").flatMap((entry) => entry.aggregate ?? []));
  put(draftOrders, drafts.flatMap(({ key }) => (key.startsWith("order:") ? key.slice("order:".length) : [])));
}

/** Called once at start. */
export function watchMarks(): void {
  let last: SyncState | null = null;
  let waiting = false;
  const again = async (): Promise<void> => {
    if (waiting) return;
    waiting = true;
    await painted();
    waiting = false;
    await readMarks();
  };
  sync().subscribe((state) => {
    if (last && last.unsent === state.unsent && last.lastSyncAt === state.lastSyncAt) return;
    last = state;
    void again();
  });
  sync().onChange(() => void again());
  void readMarks();
}
