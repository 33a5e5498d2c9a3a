/** A small server in memory that keeps the protocol's promises; the sync core is tested against it. Test data only. */
import { contentDigest, dayHash, localDay, type DayCommand } from "../day";
import { emptyDigest, replaceRow, wireDigest } from "../digest";

export interface ServerRow {
  readonly kind: string;
  readonly id: string;
  readonly rv: number;
  readonly row: Record<string, unknown>;
}

interface LoggedCommand {
  readonly id: string;
  readonly seq: number;
  readonly device: string;
  readonly type: string;
  readonly raw: string;
  readonly verdict: string;
}

interface Install {
  readonly id: string;
  readonly user: string;
  readonly pushKey: string;
  lastSeq: number;
  lastPull: number;
  state: "active" | "lost" | "wipe";
  base: string | null;
  pending: string | null;
  readonly view: Map<string, number>;
  readonly changes: Map<string, number | null>;
  complete: boolean;
}

interface BlobHere {
  readonly size: number;
  bytes: Uint8Array;
  complete: boolean;
}

interface Command {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly aggregate: string | null;
  readonly args: Record<string, unknown>;
  readonly blobs: readonly { readonly sha256: string; readonly size: number }[];
}

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const problem = (status: number, code: string): Response => json(status, { status, code, title: code, detail: "" });

/** Commands as text, each exactly as sent: the array is cut at its outer braces. */
function cut(body: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let begin = 0;
  let quoted = false;
  const start = body.indexOf('"commands":[') + '"commands":['.length;
  for (let index = start; index < body.length; index += 1) {
    const character = body[index];
    if (character === "\\") index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") {
      if (depth === 0) begin = index;
      depth += 1;
    } else if (!quoted && character === "}") {
      depth -= 1;
      if (depth === 0) texts.push(body.slice(begin, index + 1));
    }
  }
  return texts;
}

export class ModelServer {
  epoch = "epoch-1";
  /** Who is signed in; null is no session. */
  session: string | null = null;
  schemaRefused = false;
  minBuild = "";
  maxCommands = 50;
  maxBytes = 256 * 1024;
  keepCommandRows = true;
  readableHours: number | undefined = undefined;
  /** Undefined: a server from before it said so. */
  mostRows: number | undefined = undefined;
  /** Told at registration; its envelopes are made by testing/world.ts. */
  sealKey: Record<string, string> = { kty: "EC", crv: "P-256", kid: "key-1", x: "x", y: "y" };
  sealKeyStatus = 200;
  log: LoggedCommand[] = [];
  /** Applied effects, one per command that had one. */
  effects: string[] = [];
  readonly rows = new Map<string, ServerRow & { readonly user: string }>();
  readonly blobs = new Map<string, BlobHere>();
  readonly bundles = new Map<string, ArrayBuffer>();
  installs = new Map<string, Install>();
  private serial = 0;

  constructor(private readonly sha256: (bytes: ArrayBuffer) => Promise<string>) {}

  put(user: string, kind: string, id: string, row: Record<string, unknown>): void {
    this.serial += 1;
    this.rows.set(`${kind}:${id}`, { user, kind, id, rv: this.serial, row: { ...row, id, rv: this.serial } });
  }

  remove(kind: string, id: string): void {
    this.rows.delete(`${kind}:${id}`);
  }

  view(user: string, device: string): Map<string, ServerRow> {
    const seen = new Map<string, ServerRow>();
    for (const [key, row] of this.rows) {
      if (row.user === user && (row.kind !== "command" || row.row["device"] === device)) seen.set(key, row);
    }
    return seen;
  }

  async handle(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const bearer = headers.get("authorization")?.replace("Bearer ", "");
    if (path.startsWith("/api/blobs/")) return this.blob(path.slice("/api/blobs/".length), init, bearer, headers);
    if (path.startsWith("/api/reference/")) {
      const bytes = this.bundles.get(path.slice("/api/reference/".length));
      return bytes && this.session ? new Response(bytes) : problem(404, "not_found");
    }
    if (path === "/api/sync/seal-key") {
      return this.session && this.sealKeyStatus === 200 ? json(200, this.sealKey) : problem(this.session ? this.sealKeyStatus : 401, "x");
    }
    const text = String(init.body);
    const body = JSON.parse(text) as Record<string, unknown>;
    if (path === "/api/sync/device") return this.register();
    if (path === "/api/sync/push") return this.push(text, body, bearer);
    if (path === "/api/sync/pull") return this.pull(body);
    if (path === "/api/sync/sealed") return this.carry(body);
    if (path === "/api/sync/day") return this.day(body);
    return problem(404, "not_found");
  }

  /** Envelopes as testing/world.ts makes them, applied under the user of the push key inside. */
  private carry(body: Record<string, unknown>): Response {
    if (!this.session) return problem(401, "session.required");
    const commands = body["commands"] as { readonly seq: number; readonly envelope: string }[];
    const lines = commands.map(({ seq, envelope }) => {
      const [pushKey, tail] = JSON.parse(envelope.slice(envelope.indexOf("[") )) as [string, string];
      const install = this.byKey(pushKey);
      if (!install) return { state: "unknown_phone" };
      const raw = `{"seq":${String(seq)},${tail}`;
      this.dispatch(install, JSON.parse(raw) as Command, raw);
      return { state: "taken" };
    });
    return json(200, { lines });
  }

  private async day(body: Record<string, unknown>): Promise<Response> {
    const install = this.installs.get(String(body["device"]));
    if (!this.session || install?.user !== this.session) return problem(404, "not_found");
    const asked = body["commands"] as DayCommand[];
    const here = new Map<string, string>();
    for (const { id, raw, device } of this.log) {
      const ofDay = device === install.id && localDay(String((JSON.parse(raw) as { at: string }).at)) === body["day"];
      if (!ofDay && !asked.some((command) => command.id === id)) continue;
      here.set(id, await contentDigest(raw.replace(/^\{"seq":\d+,/, ""), this.sha256));
    }
    const missing = asked.filter(({ id }) => !here.has(id)).map(({ id }) => id);
    const different = asked.filter(({ id, content }) => (here.get(id) ?? content) !== content).map(({ id }) => id);
    const more = [...here.keys()].filter((id) => !asked.some((command) => command.id === id)).length;
    const named = this.log.filter(({ id }) => here.has(id)).flatMap(({ raw }) => (JSON.parse(raw) as Command).blobs);
    const pending_blobs = new Set(named.map(({ sha256 }) => sha256).filter((hash) => !this.blobs.get(hash)?.complete)).size;
    const hash = await dayHash([...here].map(([id, content]) => ({ id, content })), this.sha256);
    return json(200, { day: body["day"], hash, missing, different, more, pending_blobs });
  }

  newInstall(user: string): Install {
    this.serial += 1;
    const id = `device-${String(this.serial)}`;
    const install: Install = {
      id,
      user,
      pushKey: `key-of-${id}`,
      lastSeq: 0,
      lastPull: 0,
      state: "active",
      base: null,
      pending: null,
      view: new Map(),
      changes: new Map(),
      complete: false,
    };
    this.installs.set(id, install);
    return install;
  }

  private register(): Response {
    if (!this.session) return problem(401, "session.required");
    const install = this.newInstall(this.session);
    return json(201, { device: install.id, push_key: install.pushKey, seal_key: this.sealKey, epoch: this.epoch });
  }

  private byKey(key: string | undefined): Install | undefined {
    return [...this.installs.values()].find((install) => install.pushKey === key);
  }

  private push(text: string, body: Record<string, unknown>, key: string | undefined): Response {
    const install = this.byKey(key);
    if (!install) return problem(401, "push_key.unknown");
    const raws = cut(text);
    if (raws.length > this.maxCommands || new TextEncoder().encode(text).byteLength > this.maxBytes) {
      return problem(413, "body.too_large");
    }
    const commands = raws.map((raw) => JSON.parse(raw) as Command);
    const common = { proto: "fieldsync/1", push_id: body["push_id"], epoch: this.epoch, state: install.state };
    let last = install.lastSeq;
    for (const command of commands) {
      const known = this.log.some((logged) => logged.id === command.id);
      if (command.seq > last + 1) return json(409, { ...common, last_seq: install.lastSeq, error: "gap", expected: last + 1 });
      if (command.seq <= last && !known) {
        const fresh = this.newInstall(install.user);
        const new_device = { device: fresh.id, push_key: fresh.pushKey };
        return json(409, { ...common, last_seq: install.lastSeq, error: "fork", new_device });
      }
      last = Math.max(last, command.seq);
    }
    install.lastSeq = last;
    const results = commands.map((command, index) => this.dispatch(install, command, raws[index] ?? ""));
    const missing_blobs = commands
      .flatMap((command) => command.blobs.map((blob) => blob.sha256))
      .filter((hash) => !this.blobs.get(hash)?.complete);
    return json(202, { ...common, last_seq: install.lastSeq, results, missing_blobs });
  }

  private dispatch(install: Install, command: Command, raw: string): Record<string, unknown> {
    const first = this.log.find((logged) => logged.id === command.id);
    const answer = (verdict: string, duplicate: boolean): Record<string, unknown> => ({
      seq: command.seq,
      id: command.id,
      verdict,
      duplicate,
      code: verdict === "applied" ? "" : "work_order.cancelled_meanwhile",
      text: verdict === "applied" ? "" : "Det du gjorde är sparat.",
    });
    for (const blob of command.blobs) {
      if (!this.blobs.has(blob.sha256)) {
        this.blobs.set(blob.sha256, { size: blob.size, bytes: new Uint8Array(), complete: false });
      }
    }
    if (first) return answer(first.verdict, true);
    const order = this.rows.get(`work_order:${String(command.aggregate)}`);
    const verdict = order?.row["state"] === "cancelled" ? "recorded" : "applied";
    const { id, seq, type } = command;
    this.log.push({ id, seq, device: install.id, type, raw, verdict });
    if (order && verdict === "applied") {
      this.effects.push(id);
      const done = [...((order.row["done"] as string[] | undefined) ?? []), id];
      const state = type === "work_order.close" ? "closed" : order.row["state"];
      this.put(order.user, "work_order", order.id, { ...order.row, state, done });
    }
    if (this.keepCommandRows) {
      const review = verdict === "applied" ? null : { state: "open", reason: "x", decision: null, note: "", decided_at: null };
      const row = { seq, type, verdict, code: "", text: "", aggregate: command.aggregate, received_at: String(this.serial), review };
      this.put(install.user, "command", id, { ...row, device: install.id });
    }
    return answer(verdict, false);
  }

  private pull(body: Record<string, unknown>): Response {
    if (!this.session) return problem(401, "session.required");
    if (this.schemaRefused) return problem(426, "sync.schema");
    const install = this.installs.get(String(body["device"]));
    if (install?.user !== this.session) return problem(404, "not_found");
    const pullSeq = Number(body["pull_seq"]);
    if (pullSeq <= install.lastPull) return problem(409, "sync.stale_pull");
    install.lastPull = pullSeq;
    const common = { proto: "fieldsync/1", epoch: this.epoch, server_time: "", min_build: this.minBuild, state: install.state, readable_hours: this.readableHours, most_rows: this.mostRows };
    if (install.state !== "active") {
      return json(200, { ...common, cookie: null, clear: true, more: false, last_seq: install.lastSeq, patch: [] });
    }
    const clear = !this.place(install, body["cookie"], body["digest"] as { n: number; xor: string } | null);
    const seen = this.view(install.user, install.id);
    const limit = Number(body["limit"]);
    const wanted: { key: string; rv: number | null }[] = [];
    for (const key of install.view.keys()) if (!seen.has(key)) wanted.push({ key, rv: null });
    for (const [key, row] of seen) if (install.view.get(key) !== row.rv) wanted.push({ key, rv: row.rv });
    const more = wanted.length > limit;
    const patch = wanted.slice(0, limit).map(({ key, rv }) => {
      install.changes.set(key, rv);
      const row = seen.get(key);
      const kind = key.slice(0, key.indexOf(":"));
      const id = key.slice(kind.length + 1);
      return row ? { op: "put", kind, id, rv, row: row.row } : { op: "del", kind, id, rv: null, row: null };
    });
    this.serial += 1;
    install.base = clear ? null : String(body["cookie"]);
    install.pending = `cookie-${String(this.serial)}`;
    install.complete = !more;
    const last_seq = more ? null : install.lastSeq;
    return json(200, { ...common, cookie: install.pending, clear, more, last_seq, patch });
  }

  /** Finds out what the phone has; false when it must start from nothing. */
  private place(install: Install, cookie: unknown, digest: { n: number; xor: string } | null): boolean {
    if (cookie !== null && cookie === install.pending) {
      for (const [key, rv] of install.changes) {
        if (rv === null) install.view.delete(key);
        else install.view.set(key, rv);
      }
      install.changes.clear();
      const mine = wireDigest(
        [...install.view].reduce((sum, [key, rv]) => {
          const kind = key.slice(0, key.indexOf(":"));
          return replaceRow(sum, kind, key.slice(kind.length + 1), null, rv);
        }, emptyDigest),
      );
      if (!install.complete || !digest || (digest.n === mine.n && digest.xor === mine.xor)) return true;
    } else if (cookie !== null && cookie === install.base) {
      install.changes.clear();
      return true;
    }
    install.view.clear();
    install.changes.clear();
    return false;
  }

  private async blob(hash: string, init: RequestInit, key: string | undefined, headers: Headers): Promise<Response> {
    if (!this.byKey(key)) return problem(401, "push_key.unknown");
    const blob = this.blobs.get(hash);
    if (!blob) return problem(404, "not_found");
    const told = (status: number): Response =>
      new Response(null, {
        status,
        headers: {
          "upload-offset": String(blob.bytes.byteLength),
          "upload-length": String(blob.size),
          "upload-complete": blob.complete ? "?1" : "?0",
        },
      });
    if (init.method === "HEAD" || blob.complete) return told(200);
    const offset = Number(headers.get("upload-offset"));
    if (offset !== blob.bytes.byteLength) return told(409);
    const piece = new Uint8Array(init.body as ArrayBuffer);
    const bytes = new Uint8Array(offset + piece.byteLength);
    bytes.set(blob.bytes);
    bytes.set(piece, offset);
    blob.bytes = bytes;
    if ((await this.sha256(bytes.buffer)) === hash) {
      blob.complete = true;
      return told(201);
    }
    if (bytes.byteLength < blob.size) return told(204);
    blob.bytes = new Uint8Array();
    return told(422);
  }

  /** A copy of all that a backup holds. */
  backup(): () => void {
    const { log, effects, rows, installs } = structuredClone({
      log: this.log,
      effects: this.effects,
      rows: this.rows,
      installs: this.installs,
    });
    return () => {
      this.log = log;
      this.effects = effects;
      this.installs = installs;
      this.rows.clear();
      for (const [key, row] of rows) this.rows.set(key, row);
      this.epoch = `${this.epoch}-restored`;
    };
  }
}
