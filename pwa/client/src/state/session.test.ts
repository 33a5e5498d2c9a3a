import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../api/types";
import { anna, disconnected, Phone } from "../sync/testing/world";
import { readKept } from "./kept";
import { provideSync } from "./sync";

const server = vi.hoisted(() => ({ calls: [] as string[], reachable: true }));

vi.mock("../i18n", () => ({ setLanguage: () => Promise.resolve() }));
vi.mock("./push.svelte", () => ({ push: { turnOff: () => Promise.resolve(void server.calls.push("push off")) } }));
vi.mock("../api/client", () => {
  class Unreachable extends Error {}
  class ApiProblem extends Error {}
  const call = (name: string, value?: unknown): Promise<unknown> => {
    if (!server.reachable) return Promise.reject(new Unreachable());
    server.calls.push(name);
    return Promise.resolve(value);
  };
  const api = { signOut: () => call("sign out"), signIn: () => call("sign in", { user: { ...anna.user, roles: [], language: "sv" } }), session: () => call("session") };
  return { api, ApiProblem, Unreachable, onSignInNeeded: () => undefined };
});

const { session } = await import("./session.svelte");

beforeEach(() => {
  const phone = new Phone();
  phone.network = disconnected;
  provideSync(phone.page());
  server.calls.length = 0;
  server.reachable = true;
  session.current = { user: { ...anna.user, roles: [] } } as unknown as Session;
});

it("turns notifications off and ends the session at sign-out", async () => {
  await session.signOut();
  expect(server.calls).toEqual(["push off", "sign out"]);
  expect(await readKept("sign_out_due")).toBeUndefined();
});

it("owes the server a sign-out that was made offline, and pays before anybody else signs in", async () => {
  server.reachable = false;
  await session.signOut();
  expect(session.current).toBeNull();
  expect(await readKept("sign_out_due")).toBe(true);
  server.reachable = true;
  await session.signIn("anna", "x");
  expect(server.calls.slice(0, 3)).toEqual(["push off", "sign out", "sign in"]);
  expect(await readKept("sign_out_due")).toBeUndefined();
});
