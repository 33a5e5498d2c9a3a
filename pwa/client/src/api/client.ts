/** The office's and the session's calls to the server. Field work goes through the sync core, never through here. */
import type {
  ArticleHit,
  CommandAnswer,
  DeviceHit,
  DeviceWithHolder,
  Message,
  OfficeOrder,
  Problem,
  Review,
  Session,
  Team,
  Technician,
  WorkOrderWithHistory,
} from "./types";

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

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? { accept: "application/json" } : { accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) {
    const problem = await readProblem(response);
    if (problem.status === 401 && problem.code !== "session.wrong_password" && path !== "/api/session") tellSignInNeeded();
    throw new ApiProblem(problem);
  }
  if (response.status === 204) return undefined as T;
  // A captive portal answers 200 with a page: that is no answer of ours.
  if (!(response.headers.get("content-type") ?? "").includes("json")) throw new Unreachable();
  return (await response.json()) as T;
}

function query(values: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) search.set(name, value);
  const words = search.toString();
  return words ? `?${words}` : "";
}

const items = async <T>(path: string): Promise<readonly T[]> => (await request<{ items: readonly T[] }>("GET", path)).items;
const part = encodeURIComponent;

export interface OrderFilter {
  readonly state?: string;
  readonly team?: string;
  readonly assigned?: string;
  readonly q?: string;
}

export const api = {
  signIn: (username: string, password: string) => request<Session>("POST", "/api/session", { username, password }),
  session: () => request<Session>("GET", "/api/session"),
  signOut: () => request<void>("DELETE", "/api/session"),
  changePassword: (current: string, next: string) => request<void>("POST", "/api/session/password", { current, new: next }),
  setLanguage: (language: "sv" | "en") => request<void>("PUT", "/api/session/language", { language }),

  orders: (filter: OrderFilter, cursor?: string) =>
    request<{ items: readonly OfficeOrder[]; next_cursor: string | null }>(
      "GET",
      `/api/work-orders${query({ ...filter, limit: "100", ...(cursor ? { cursor } : {}) })}`,
    ),
  order: (number: string) => request<WorkOrderWithHistory>("GET", `/api/work-orders/${part(number)}`),
  devices: (number: string) => items<DeviceHit>(`/api/devices${query({ number, limit: "20" })}`),
  device: (number: string) => request<DeviceWithHolder>("GET", `/api/devices/${part(number)}`),
  articles: (q: string) => items<ArticleHit>(`/api/articles${query({ q })}`),
  teams: () => items<Team>("/api/teams"),
  technicians: (team?: string) => items<Technician>(`/api/technicians${query(team ? { team } : {})}`),
  reviews: () => items<Review>("/api/reviews?state=open"),
  messages: () => items<Message>("/api/messages"),

  pushKey: () => request<{ public_key: string }>("GET", "/api/push/key"),
  subscribePush: (subscription: PushSubscriptionJSON) =>
    request<unknown>("POST", "/api/push/subscriptions", { endpoint: subscription.endpoint, keys: subscription.keys }),
  unsubscribePush: (endpoint: string) => request<void>("DELETE", "/api/push/subscriptions", { endpoint }),

  /** One command of the office. `id` makes a repeated press harmless: keep it for the retry of the same intent. */
  command: (type: string, command: { id: string; aggregate: string | null; base_rv: number | null; args: Readonly<Record<string, unknown>> }) =>
    request<CommandAnswer>("POST", `/api/commands/${type}`, command),
};
