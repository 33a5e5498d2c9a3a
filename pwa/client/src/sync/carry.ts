/**
 * A shared phone: the unsent work of its other users is sent sealed by whoever is signed in (SR-16).
 *
 * Of another user's database nothing is read but numbers and envelopes. The commands stay in its outbox: their own
 * user's next push is answered with the first verdicts.
 */
import type { Wire } from "./push";
import { DEADLINE, iso } from "./push";
import { databaseName, type Store, type StoredCommand } from "./store";
import { unexpected } from "./transport";
import { isRecord } from "./types";

const AT_ONCE = 50;
const MOST_CHARACTERS = 400_000;
const NOT_USERS: ReadonlySet<string> = new Set([databaseName("app")]);

/** A command as it may leave the phone in anybody's hands. */
export interface Sealed {
  readonly seq: number;
  readonly id: string;
  readonly envelope: string;
}

/** The databases of the phone's other users; none where the browser does not tell. */
export async function otherUsers(factory: Pick<IDBFactory, "databases">, own: string): Promise<string[]> {
  const found = await factory.databases().catch(() => []);
  const names = found.map(({ name }) => name ?? "");
  return names.filter((name) => name.startsWith(databaseName("")) && name !== own && !NOT_USERS.has(name)).sort();
}

/** What waits in a user's outbox and nobody has brought to the server yet. */
export function readSealed(store: Store): Promise<Sealed[]> {
  return store.read("read_sealed", ["outbox"], async (transaction) => {
    const found: Sealed[] = [];
    for (const { seq, id, state, carried, envelope } of await transaction.objectStore("outbox").getAll()) {
      if (state === "waiting" && carried !== true && envelope !== undefined) found.push({ seq, id, envelope });
    }
    return found;
  });
}

/**
 * Sends what the other users left.
 *
 * @throws {TransportFailure} nobody answered, or not our server.
 */
export async function carryOthers(wire: Pick<Wire, "transport" | "now">, open: (name: string) => Store, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const store = open(name);
    try {
      for (const batch of batches(await readSealed(store))) await carry(wire, store, batch);
    } finally {
      store.close();
    }
  }
}

function batches(commands: readonly Sealed[]): Sealed[][] {
  const all: Sealed[][] = [];
  let size = MOST_CHARACTERS;
  for (const command of commands) {
    const last = all.at(-1);
    if (last && last.length < AT_ONCE && size + command.envelope.length <= MOST_CHARACTERS) last.push(command);
    else {
      all.push([command]);
      size = 0;
    }
    size += command.envelope.length;
  }
  return all;
}

async function carry(wire: Pick<Wire, "transport" | "now">, store: Store, batch: readonly Sealed[]): Promise<void> {
  const commands = batch.map(({ seq, envelope }) => ({ seq, envelope }));
  const json = JSON.stringify({ sent_at: iso(wire.now()), commands });
  const answer = await wire.transport.call({ method: "POST", path: "/api/sync/sealed", json, deadline: DEADLINE });
  const lines: unknown = isRecord(answer.body) ? answer.body["lines"] : null;
  if (answer.status !== 200 || !Array.isArray(lines) || lines.length !== batch.length) throw unexpected(answer);
  const taken = new Set(batch.filter((_, index) => isTaken(lines[index])).map(({ id }) => id));
  if (taken.size === 0) return;
  await store.write("note_carried", ["outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    for (const command of await outbox.getAll()) {
      if (taken.has(command.id)) await outbox.put({ ...command, carried: true } satisfies StoredCommand);
    }
  });
}

function isTaken(line: unknown): boolean {
  return isRecord(line) && line["state"] === "taken";
}
