import { expect, it, vi } from "vitest";
import { NoAnswer, Refused } from "../../api/public";
import type { Report } from "./form";
import { Sender, troubleOf } from "./sender.svelte";

const REPORT: Report = { payload: "104901-1-X", topic: "broken", text: "Bromsen tar inte.", contact_name: "", contact_phone: "", language: "sv" };
const photo = (byte: number): ArrayBuffer => new Uint8Array([byte]).buffer;
const photos = [photo(1), photo(2), photo(3)];

/** A server that keeps one report an id, and answers what the test has lined up first. */
class Server {
  readonly reports = new Map<string, Report>();
  readonly taken: number[] = [];
  readonly lined: (unknown | null)[] = [];

  private next(): void {
    const reason = this.lined.shift();
    if (reason) throw reason;
  }

  report = vi.fn(async (id: string, report: Report) => {
    // What is lost is the answer: the report has arrived.
    if (!(this.lined[0] instanceof Refused)) this.reports.set(id, report);
    this.next();
    return `secret of ${id}`;
  });

  photo = vi.fn(async (_tracking: string, position: number) => {
    this.next();
    this.taken.push(position);
  });
}

function sender(server: Server): Sender {
  let made = 0;
  return new Sender(server, () => `id ${++made}`);
}

it("sends again under the same id when the answer was lost", async () => {
  const server = new Server();
  server.lined.push(new NoAnswer(), new Refused(503, "", "", 0));
  const mine = sender(server);
  await mine.send(REPORT, []);
  expect(mine.trouble).toEqual({ kind: "offline" });
  await mine.send(REPORT, []);
  await mine.send(REPORT, []);
  expect([...server.reports.keys()]).toEqual(["id 1"]);
  expect(mine.tracking).toBe("secret of id 1");
  expect(mine.trouble).toBe(null);
});

it("takes a new id for words that have changed since", async () => {
  const server = new Server();
  server.lined.push(new NoAnswer());
  const mine = sender(server);
  await mine.send(REPORT, []);
  await mine.send({ ...REPORT, text: "Bromsen tar inte alls." }, []);
  expect([...server.reports.keys()]).toEqual(["id 1", "id 2"]);
});

it("sends once, however often the button is pressed", async () => {
  const server = new Server();
  const mine = sender(server);
  await Promise.all([mine.send(REPORT, []), mine.send(REPORT, [])]);
  await mine.send(REPORT, []);
  expect(server.report).toHaveBeenCalledTimes(1);
});

it("sends the photos after the report, and goes on where the network failed", async () => {
  const server = new Server();
  server.lined.push(null, null, new NoAnswer());
  const mine = sender(server);
  await mine.send(REPORT, photos);
  expect(server.taken).toEqual([1]);
  expect(mine.left).toEqual([1, 2]);
  expect(mine.trouble).toEqual({ kind: "offline" });
  await mine.sendPhotos();
  expect(server.taken).toEqual([1, 2, 3]);
  expect(mine.left).toEqual([]);
  expect(server.report).toHaveBeenCalledTimes(1);
});

it("leaves a photo that the server cannot read, and sends the others", async () => {
  const server = new Server();
  server.lined.push(null, null, new Refused(400, "photo.not_an_image", "", 0));
  const mine = sender(server);
  await mine.send(REPORT, photos);
  expect(server.taken).toEqual([1, 3]);
  expect(mine.unreadable).toEqual([1]);
  expect(mine.left).toEqual([]);
  expect(mine.trouble).toBe(null);
});

it("tells limits, refusals and faults of the server apart", () => {
  expect(troubleOf(new Refused(429, "", "", 130))).toEqual({ kind: "limited", minutes: 3 });
  expect(troubleOf(new Refused(429, "", "", 0))).toEqual({ kind: "limited", minutes: 1 });
  expect(troubleOf(new Refused(400, "", "Texten är för lång.", 0))).toEqual({ kind: "refused", sentence: "Texten är för lång." });
  expect(troubleOf(new Refused(502, "", "", 0))).toEqual({ kind: "server" });
  expect(troubleOf(new TypeError("x"))).toEqual({ kind: "server" });
});
