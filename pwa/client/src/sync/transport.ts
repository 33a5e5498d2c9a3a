/** Requests with a deadline, and answers that are not trusted before they have been looked at. */
import { isRecord } from "./types";

/** No usable answer. `reached`: something answered, though not as our server would. */
export class TransportFailure extends Error {
  constructor(
    readonly code: string,
    readonly reached: boolean,
  ) {
    super(code);
    this.name = "TransportFailure";
  }
}

/** The session is missing or over. Sending goes on with the push key. */
export class SignInNeeded extends Error {
  constructor() {
    super("session.required");
    this.name = "SignInNeeded";
  }
}

/** The server gives no rows to this version of the app. */
export class UpdateNeeded extends Error {
  constructor() {
    super("sync.schema");
    this.name = "UpdateNeeded";
  }
}

/** The server does not know this install or its push key (any more): register, then renumber. */
export class RegisterAgain extends Error {
  constructor() {
    super("push_key.unknown");
    this.name = "RegisterAgain";
  }
}

export interface Timers {
  set(callback: () => void, milliseconds: number): unknown;
  clear(handle: unknown): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: ArrayBuffer;
  /** The JSON, or undefined when it is none. */
  readonly body: unknown;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface Call {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH";
  readonly path: string;
  readonly json?: string;
  readonly bytes?: ArrayBuffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the request is given up. */
  readonly deadline: number;
}

export class Transport {
  private readonly running = new Set<AbortController>();
  private closed = false;

  constructor(
    private readonly fetch: Fetch,
    private readonly timers: Timers,
  ) {}

  /** Gives up what is under way and refuses what comes. */
  close(): void {
    this.closed = true;
    this.giveUp();
  }

  /** Gives up what is under way, as if no answer had come. */
  giveUp(): void {
    for (const controller of this.running) controller.abort();
  }

  /**
   * One request and its whole answer.
   *
   * @throws {TransportFailure} no answer, half an answer, or too late.
   */
  async call(call: Call): Promise<Answer> {
    if (this.closed) throw new TransportFailure("stopped", false);
    const controller = new AbortController();
    this.running.add(controller);
    let late = false;
    const timer = this.timers.set(() => {
      late = true;
      controller.abort();
    }, call.deadline);
    try {
      const response = await this.fetch(call.path, {
        method: call.method,
        headers: {
          accept: "application/json",
          ...(call.json === undefined ? {} : { "content-type": "application/json" }),
          ...(call.bytes === undefined ? {} : { "content-type": "application/octet-stream" }),
          ...call.headers,
        },
        ...(call.json === undefined && call.bytes === undefined ? {} : { body: call.json ?? call.bytes ?? null }),
        credentials: "same-origin",
        cache: "no-store",
        // A captive portal sends the phone elsewhere; our server never does.
        redirect: "error",
        signal: controller.signal,
      });
      const bytes = await response.arrayBuffer();
      return { status: response.status, headers: response.headers, bytes, body: parse(bytes) };
    } catch {
      throw new TransportFailure(late ? "timeout" : "network", false);
    } finally {
      this.timers.clear(timer);
      this.running.delete(controller);
    }
  }
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** The `code` of a problem document, or "". */
export function problemCode(answer: Answer): string {
  return isRecord(answer.body) && typeof answer.body["code"] === "string" ? answer.body["code"] : "";
}

/** What an answer that nobody expected is called on the screen. */
export function unexpected(answer: Answer): TransportFailure {
  const success = answer.status >= 200 && answer.status < 300;
  return new TransportFailure(
    problemCode(answer) || (success ? "sync.not_our_server" : `http.${String(answer.status)}`),
    true,
  );
}
