/** The office's and the session's calls to the server. Field work goes through the sync core, never through here. */
import createClient from "openapi-fetch";
import type { Read, Schemas } from "./known";
import type { paths } from "./schema";
import type { DeviceWithHolder, Message, OfficeOrder, Problem, Review, Session, WorkOrderWithHistory } from "./types";

/** The server said no. `message` is its own sentence in the user's language. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
  }
}

/** No answer at all: no network, or the server is gone. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

type SignInNeeded = () => void;
let tellSignInNeeded: SignInNeeded = () => undefined;

/** Called once by the session state. Being signed out never touches what lies unsent on the phone. */
export function onSignInNeeded(listener: SignInNeeded): void {
  tellSignInNeeded = listener;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

async function readProblem(response: Response): Promise<Problem> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    // A proxy's page is no problem document; the status says enough.
  }
  const fields = isRecord(body) ? body : {};
  const errors = Array.isArray(fields["errors"]) ? fields["errors"].filter(isRecord) : [];
  return {
    status: response.status,
    title: text(fields["title"]),
    detail: text(fields["detail"]),
    code: text(fields["code"]),
    errors: errors.map((error) => ({ path: text(error["path"]), message: text(error["message"]) })),
  };
}

/** What a refusal of the server says; a session that is over asks for a sign-in. */
export async function refusalOf(response: Response, path: string): Promise<ApiProblem> {
  const problem = await readProblem(response);
  if (problem.status === 401 && problem.code !== "session.wrong_password" && path !== "/api/session") tellSignInNeeded();
  return new ApiProblem(problem);
}

/** Only the server's own answers come through; everything else is thrown. */
async function reach(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) throw await refusalOf(response, new URL(request.url).pathname);
  // A captive portal answers 200 with a page: that is no answer of ours.
  if (response.status !== 204 && !(response.headers.get("content-type") ?? "").includes("json")) throw new Unreachable();
  return response;
}

/** For the wings' own files beside this one (rounds.ts and its like); screens use their named calls. */
export const server = createClient<paths>({ baseUrl: location.origin, headers: { accept: "application/json" }, fetch: reach });

/** What a call answers. A body that breaks off half-way is no answer. */
export async function answer<T>(call: Promise<{ readonly data?: T }>): Promise<Read<T>> {
  try {
    return (await call).data as Read<T>;
  } catch (reason) {
    throw reason instanceof ApiProblem ? reason : new Unreachable();
  }
}

export const items = async <T>(call: Promise<{ readonly data?: { readonly items: readonly T[] } }>): Promise<readonly Read<T>[]> => (await answer(call)).items as readonly Read<T>[];

export interface OrderFilter {
  readonly state?: "open" | "closed" | "all";
  readonly team?: string;
  readonly assigned?: string;
  readonly q?: string;
}

type CommandPath = Extract<keyof paths, `/api/commands/${string}`>;
export type CommandType = CommandPath extends `/api/commands/${infer Name}` ? Name : never;
type CommandBody<Type extends CommandType> = paths[`/api/commands/${Type}`]["post"]["requestBody"]["content"]["application/json"];
export type CommandArgs<Type extends CommandType> = Read<CommandBody<Type>["args"]>;

export interface OfficeCommand<Type extends CommandType> {
  /** Makes a repeated press harmless: keep it for the retry of the same intent. */
  readonly id: string;
  readonly aggregate: string | null;
  readonly base_rv: number | null;
  readonly args: CommandArgs<Type>;
}

// Where a screen's type is narrower than the document (types.ts), the answer is taken at its word: `as`.
export const api = {
  signIn: async (username: string, password: string) => (await answer(server.POST("/api/session", { body: { username, password } }))) as Session,
  session: async () => (await answer(server.GET("/api/session"))) as Session,
  signOut: async (): Promise<void> => void (await answer(server.DELETE("/api/session"))),
  changePassword: async (current: string, next: string): Promise<void> => void (await answer(server.POST("/api/session/password", { body: { current, new: next } }))),
  setLanguage: async (language: "sv" | "en"): Promise<void> => void (await answer(server.PUT("/api/session/language", { body: { language } }))),

  orders: async (filter: OrderFilter, cursor?: string) =>
    (await answer(server.GET("/api/work-orders", { params: { query: { ...filter, limit: 100, ...(cursor ? { cursor } : {}) } } }))) as {
      readonly items: readonly OfficeOrder[];
      readonly next_cursor: string | null;
    },
  order: async (number: string) => (await answer(server.GET("/api/work-orders/{number}", { params: { path: { number } } }))) as WorkOrderWithHistory,
  devices: (number: string) => items(server.GET("/api/devices", { params: { query: { number, limit: 20 } } })),
  device: async (number: string) => (await answer(server.GET("/api/devices/{number}", { params: { path: { number } } }))) as DeviceWithHolder,
  teams: () => items(server.GET("/api/teams")),
  technicians: (team?: string) => items(server.GET("/api/technicians", { params: { query: team ? { team } : {} } })),
  reviews: async () => (await items(server.GET("/api/reviews", { params: { query: { state: "open" } } }))) as readonly Review[],
  alikeDevices: (number: string) => items(server.GET("/api/work-orders/{number}/alike", { params: { path: { number } } })),
  orderAttachments: (number: string) => items(server.GET("/api/work-orders/{number}/attachments", { params: { path: { number } } })),
  reviewContent: (id: string) => answer(server.GET("/api/reviews/{review_id}/content", { params: { path: { review_id: id } } })),
  vaultKey: async (device: string) => (await answer(server.POST("/api/sync/vault-key", { body: { device } }))).key,
  syncHealth: () => items(server.GET("/api/sync-health")),
  messages: async () => (await items(server.GET("/api/messages"))) as readonly Message[],

  pushChoices: () => items(server.GET("/api/push/choices")),
  pushKey: () => answer(server.GET("/api/push/key")),
  subscribePush: async ({ endpoint = "", keys = {} }: PushSubscriptionJSON): Promise<void> =>
    void (await answer(server.POST("/api/push/subscriptions", { body: { endpoint, keys: { p256dh: keys["p256dh"] ?? "", auth: keys["auth"] ?? "" } } }))),
  unsubscribePush: async (endpoint: string): Promise<void> => void (await answer(server.DELETE("/api/push/subscriptions", { body: { endpoint } }))),

  /** One command of the office. */
  command: <Type extends CommandType>(type: Type, command: OfficeCommand<Type>) => {
    // The routes differ in the body alone, which the signature has checked; one of them stands for all.
    const path = `/api/commands/${type}` as "/api/commands/work_order.resume";
    return answer<Schemas["OfficeReply"]>(server.POST(path, { body: command as unknown as CommandBody<"work_order.resume"> }));
  },
};
