/** One thing at a time with the server: a command or a file, what it says when it refuses, and a way to give up. */
import { api, ApiProblem, type CommandArgs, type CommandType } from "../../../api/client";
import { save, type Fetched, type Watched } from "../../../api/labels";
import { t } from "../../../i18n";

export class Work {
  busy = $state(false);
  /** The server's own sentence, or that there is no network. */
  refusal = $state("");
  code = $state("");
  /** Bytes of the file that is on its way; 0 when there is none. */
  bytes = $state(0);
  private stopper: AbortController | null = null;
  private readonly intents = new Map<string, string>();

  /** The command's result, or null when it was refused. The same intent after a lost answer is the same command. */
  async command<Type extends CommandType>(type: Type, aggregate: string | null, args: CommandArgs<Type>, rv: number | null = null): Promise<Readonly<Record<string, unknown>> | null> {
    const intent = `${type} ${aggregate ?? ""} ${JSON.stringify(args)}`;
    const id = this.intents.get(intent) ?? crypto.randomUUID();
    this.intents.set(intent, id);
    return this.run(async () => {
      try {
        const reply = await api.command(type, { id, aggregate, base_rv: rv, args });
        this.intents.delete(intent);
        return reply.result;
      } catch (reason) {
        if (reason instanceof ApiProblem) this.intents.delete(intent);
        throw reason;
      }
    });
  }

  /** Fetches a file and hands it to the downloads; false when it was refused or given up. */
  async file(fetchIt: (watched: Watched) => Promise<Fetched>): Promise<boolean> {
    const stopper = new AbortController();
    this.stopper = stopper;
    const fetched = await this.run(() => fetchIt({ signal: stopper.signal, onbytes: (bytes) => (this.bytes = bytes) }));
    this.stopper = null;
    this.bytes = 0;
    if (!fetched) return false;
    save(fetched);
    return true;
  }

  stop(): void {
    this.stopper?.abort();
  }

  clear(): void {
    this.refusal = "";
    this.code = "";
  }

  private async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.clear();
    try {
      return await work();
    } catch (reason) {
      if (this.stopper?.signal.aborted) {
        this.code = "stopped";
        return null;
      }
      const answered = reason instanceof ApiProblem;
      this.refusal = answered ? reason.message || t("error.server") : t("error.offline");
      this.code = answered ? reason.problem.code : "offline";
      return null;
    } finally {
      this.busy = false;
    }
  }
}
