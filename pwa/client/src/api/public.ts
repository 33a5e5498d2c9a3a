/** The public's few calls: small and by hand, so that the page carries no client library. POST and PUT only; no cookies are needed. */
import { currentLanguage } from "../i18n/current.svelte";
import type { Report } from "../screens/public/form";
import type { Read, Schemas } from "./known";

/** What a label says to anybody: the kind of thing and the region, never whose it is. */
export type FormFacts = Read<Schemas["FormFacts"]>;
/** `work` is the work order's state, once there is one. */
export type ReportStatus = Read<Schemas["ReportStatus"]>;

/** The server said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: string,
    /** Seconds until it is worth trying again; 0 when the server does not say. */
    readonly wait: number,
  ) {
    super(sentence);
    this.name = "Refused";
  }
}

/** No answer of ours came back: no network, a captive portal, or the server is gone. */
export class NoAnswer extends Error {}

async function send(path: string, method: "POST" | "PUT", body: BodyInit, headers: Readonly<Record<string, string>>): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`/api/public/${path}`, { method, body, headers: { accept: "application/json", "accept-language": currentLanguage(), ...headers }, credentials: "omit", cache: "no-store" });
  } catch {
    throw new NoAnswer();
  }
  if (response.ok && response.status === 204) return null;
  const answer = (await response.json().catch(() => null)) as Readonly<Record<string, unknown>> | null;
  if (response.ok) {
    if (answer === null) throw new NoAnswer();
    return answer;
  }
  const word = (name: string): string => (typeof answer?.[name] === "string" ? answer[name] : "");
  throw new Refused(response.status, word("code"), word("detail"), Number(response.headers.get("retry-after")) || 0);
}

const post = (path: string, body: unknown): Promise<unknown> => send(path, "POST", JSON.stringify(body), { "content-type": "application/json" });

export const publicApi = {
  form: async (payload: string | null) => (await post("form", { payload })) as FormFacts,
  /** The same id is the same report, however often it is sent. */
  report: async (id: string, report: Report) => ((await post("reports", { id, ...report } satisfies Schemas["NewReport"])) as Schemas["Receipt"]).tracking,
  photo: async (tracking: string, position: number, photo: ArrayBuffer): Promise<void> =>
    void (await send(`reports/photos?position=${position}`, "PUT", photo, { "content-type": "application/octet-stream", "turbil-tracking": tracking })),
  status: async (tracking: string) => (await post("status", { tracking })) as ReportStatus,
  pushKey: async () => ((await post("push-key", {})) as Schemas["PublicPushKey"]).public_key,
  subscribe: async (tracking: string, subscription: PushSubscriptionJSON): Promise<void> => void (await post("status/push", { tracking, subscription })),
};

export type PublicApi = typeof publicApi;
