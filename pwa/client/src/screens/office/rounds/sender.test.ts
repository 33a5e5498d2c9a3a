import { beforeEach, expect, it, vi } from "vitest";

interface Sent {
  readonly type: string;
  readonly id: string;
  readonly aggregate: string;
}

const server = vi.hoisted(() => ({ sent: [] as Sent[], answer: (): Promise<unknown> => Promise.resolve({}) }));

vi.mock("../../../i18n", () => ({ t: (key: string) => key }));
vi.mock("../../../api/client", () => {
  class ApiProblem extends Error {
    constructor(readonly problem: { readonly code: string; readonly detail: string }) {
      super(problem.detail);
    }
  }
  class Unreachable extends Error {}
  const command = (type: string, { id, aggregate }: Sent): Promise<unknown> => {
    server.sent.push({ type, id, aggregate });
    return server.answer();
  };
  return { api: { command }, ApiProblem, Unreachable };
});

const { ApiProblem, Unreachable } = await import("../../../api/client");
const { Sender } = await import("./sender.svelte");

const lost = (): Promise<never> => Promise.reject(new Unreachable());
const refuse = (code: string, detail: string): (() => Promise<never>) => () => Promise.reject(new ApiProblem({ code, detail, status: 409, title: "", errors: [] }));
const works = (): Promise<unknown> => Promise.resolve({});

beforeEach(() => {
  server.sent.length = 0;
  server.answer = works;
});

it("sends the same command again after a lost answer, and another one for another intent", async () => {
  const sender = new Sender();
  server.answer = lost;
  expect(await sender.send("round.take_off", "r1", { stop_id: "s1" })).toBe(false);
  expect(sender.refusal).toBe("error.offline");
  expect(sender.code).toBe("offline");
  expect(await sender.send("round.take_off", "r1", { stop_id: "s2" })).toBe(false);
  server.answer = works;
  expect(await sender.send("round.take_off", "r1", { stop_id: "s1" })).toBe(true);
  expect(sender.refusal).toBe("");
  const [first, other, again] = server.sent;
  expect(again?.id).toBe(first?.id);
  expect(other?.id).not.toBe(first?.id);
});

it("says the server's own sentence, and asks anew after a refusal", async () => {
  const sender = new Sender();
  server.answer = refuse("round.no_van", "Välj en bil.");
  expect(await sender.send("round.publish", "r1", {})).toBe(false);
  expect([sender.code, sender.refusal]).toEqual(["round.no_van", "Välj en bil."]);
  server.answer = works;
  expect(await sender.send("round.publish", "r1", {})).toBe(true);
  expect(server.sent[1]?.id).not.toBe(server.sent[0]?.id);
});

it("is a new command when the same is wanted once more after it was done", async () => {
  const sender = new Sender();
  await sender.send("round.publish", "r1", {});
  await sender.send("round.publish", "r1", {});
  expect(server.sent[1]?.id).not.toBe(server.sent[0]?.id);
});

it("sends nothing while something is under way", async () => {
  const sender = new Sender();
  let finish: (value: unknown) => void = () => undefined;
  server.answer = () => new Promise((resolve) => (finish = resolve));
  const first = sender.send("round.publish", "r1", {});
  expect(sender.busy).toBe(true);
  expect(await sender.send("round.publish", "r1", {})).toBe(false);
  expect(server.sent).toHaveLength(1);
  finish({});
  expect(await first).toBe(true);
  expect(sender.busy).toBe(false);
});
