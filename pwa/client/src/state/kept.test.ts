import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { forget, keep, readKept } from "./kept";

it("keeps, replaces and forgets a value", async () => {
  expect(await readKept("session")).toBeUndefined();
  await keep("session", { user: { id: "u1" } });
  await keep("session", { user: { id: "u2" } });
  expect(await readKept("session")).toEqual({ user: { id: "u2" } });
  await forget("session");
  expect(await readKept("session")).toBeUndefined();
});
