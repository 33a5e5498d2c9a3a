import { beforeEach, expect, it, vi } from "vitest";

vi.stubGlobal("location", { origin: "http://turbil.test" });
const { api, ApiProblem, onSignInNeeded, Unreachable } = await import("./client");

const asked: Request[] = [];
let signIns = 0;

function answers(body: string, status: number, type: string): void {
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request);
    return Promise.resolve(new Response(status === 204 ? null : body, { status, headers: { "content-type": type } }));
  });
}

const problem = (status: number, code: string): void => {
  answers(JSON.stringify({ title: "T", detail: "Säg till.", code, errors: [{ path: "a", message: "b" }] }), status, "application/problem+json");
};

beforeEach(() => {
  asked.length = 0;
  signIns = 0;
  onSignInNeeded(() => (signIns += 1));
});

it("sends what the server's document names", async () => {
  answers('{"items": [], "next_cursor": null}', 200, "application/json");
  await api.orders({ state: "open", q: "155" }, "next");
  expect(asked[0]?.url).toBe("http://turbil.test/api/work-orders?state=open&q=155&limit=100&cursor=next");
  answers('{"id": "c", "verdict": "applied", "duplicate": false, "result": {}, "rv": 2}', 200, "application/json");
  await api.command("work_order.cancel", { id: "c", aggregate: "o", base_rv: 1, args: { reason: "duplicate", note: "" } });
  expect(asked[1]?.url).toBe("http://turbil.test/api/commands/work_order.cancel");
  expect(await asked[1]?.json()).toEqual({ id: "c", aggregate: "o", base_rv: 1, args: { reason: "duplicate", note: "" } });
});

it("keeps the problem document and asks for a sign-in when the session is over", async () => {
  problem(401, "session.required");
  const failure: unknown = await api.teams().catch((reason: unknown) => reason);
  expect(failure).toBeInstanceOf(ApiProblem);
  expect(failure).toMatchObject({ message: "Säg till.", problem: { status: 401, code: "session.required", errors: [{ path: "a", message: "b" }] } });
  expect(signIns).toBe(1);
});

it("does not ask for a sign-in while signing in, or when an old password was wrong", async () => {
  problem(401, "session.wrong");
  await expect(api.signIn("a", "b")).rejects.toBeInstanceOf(ApiProblem);
  problem(401, "session.wrong_password");
  await expect(api.changePassword("a", "b")).rejects.toBeInstanceOf(ApiProblem);
  expect(signIns).toBe(0);
});

it("takes no captive portal's page, no half answer and no dead network for the server", async () => {
  answers("<html>Sign in to the guest network</html>", 200, "text/html");
  await expect(api.messages()).rejects.toBeInstanceOf(Unreachable);
  answers('{"items": [', 200, "application/json");
  await expect(api.messages()).rejects.toBeInstanceOf(Unreachable);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(api.messages()).rejects.toBeInstanceOf(Unreachable);
});

it("takes an answer without a body", async () => {
  answers("", 204, "");
  await expect(api.signOut()).resolves.toBeUndefined();
});
