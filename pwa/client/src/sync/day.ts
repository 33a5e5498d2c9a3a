/** The account of a day as both runtimes write it (docs/sync.md section 5). */

import { commandTail, loadDevice } from "./outbox";
import { DEADLINE, type Wire } from "./push";
import { TransportFailure, unexpected } from "./transport";
import { isRecord } from "./types";

/** One command of a day: `content` is the SHA-256 of its JSON without its number, lower-case hexadecimal. */
export interface DayCommand {
  readonly id: string;
  readonly content: string;
}

type Sha256 = (bytes: ArrayBuffer) => Promise<string>;

const encoder = new TextEncoder();

/** @param tail the command's text after `{"seq":N,` */
export function contentDigest(tail: string, sha256: Sha256): Promise<string> {
  return sha256(encoder.encode(`{${tail}`).buffer);
}

/** The canonical hash: one line `<id>:<content>` per command, sorted by id. */
export function dayHash(commands: readonly DayCommand[], sha256: Sha256): Promise<string> {
  const lines = commands.map(({ id, content }) => `${id}:${content}\n`).sort();
  return sha256(encoder.encode(lines.join("")).buffer);
}

/** How a day stands: closed when phone and server have the same. */
export interface DayAccount {
  readonly day: string;
  /** What was done on it on this phone. */
  readonly commands: number;
  readonly closed: boolean;
  /** Ids of commands that the server does not have, or has otherwise. */
  readonly missing: readonly string[];
  /** Commands of this phone that the server has and the phone does not. */
  readonly more: number;
  /** Photos and signatures of the day that have not arrived. */
  readonly pendingBlobs: number;
  /** When the server was asked, ISO 8601 UTC. */
  readonly checkedAt: string;
}

const stockholm = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", dateStyle: "short" });

/** The date in Stockholm. */
export function localDay(moment: string | number): string {
  return stockholm.format(new Date(moment));
}

/**
 * Asks the server what it has of a day, and compares. The phone's journal is append-only: what it has acknowledged lies
 * there with its receipt, what waits lies in the outbox.
 *
 * @throws {TransportFailure} nobody answered, or not our server.
 */
export async function readDay(wire: Wire, day: string, sha256: Sha256): Promise<DayAccount> {
  const { keys } = await loadDevice(wire.store, wire.codec);
  if (!keys) throw new TransportFailure("push_key.unknown", false);
  const found = await wire.store.read("read_day", ["outbox", "journal"], async (transaction) => [
    ...(await transaction.objectStore("journal").getAll()).map((entry) => entry.command),
    ...(await transaction.objectStore("outbox").getAll()),
  ]);
  const commands = await Promise.all(
    found
      .filter((command) => localDay(command.at) === day)
      .map(async (command) => ({ id: command.id, content: await contentDigest(await commandTail(command, wire.codec), sha256) })),
  );
  const json = JSON.stringify({ device: keys.device, day, commands });
  const answer = await wire.transport.call({ method: "POST", path: "/api/sync/day", json, deadline: DEADLINE });
  const { hash, missing, different, more, pending_blobs: pending } = isRecord(answer.body) ? answer.body : {};
  if (
    answer.status !== 200 ||
    typeof hash !== "string" ||
    !Array.isArray(missing) ||
    !Array.isArray(different) ||
    typeof more !== "number" ||
    typeof pending !== "number"
  ) {
    throw unexpected(answer);
  }
  return {
    day,
    commands: commands.length,
    // The hash alone decides: the lists only say why.
    closed: hash === (await dayHash(commands, sha256)) && pending === 0,
    missing: [...(missing as unknown[]), ...(different as unknown[])].filter((id) => typeof id === "string"),
    more,
    pendingBlobs: pending,
    checkedAt: new Date(wire.now()).toISOString(),
  };
}
