/** Sends an office's commands one at a time and keeps the server's refusal to show. */
import { api, ApiProblem, type CommandArgs, type CommandType } from "../../../api/client";
import { t } from "../../../i18n";

export class Sender {
  busy = $state(false);
  /** The server's own sentence, or that there is no network; "" when there is nothing to say. */
  refusal = $state("");
  /** The refusal's code; "offline" when the server was not reached. */
  code = $state("");
  private readonly intents = new Map<string, string>();

  /** True when the server has done it. The same intent sent again after a lost answer is the same command. */
  async send<Type extends CommandType>(type: Type, aggregate: string, args: CommandArgs<Type>): Promise<boolean> {
    if (this.busy) return false;
    const intent = `${type} ${aggregate} ${JSON.stringify(args)}`;
    const id = this.intents.get(intent) ?? crypto.randomUUID();
    this.intents.set(intent, id);
    this.busy = true;
    this.clear();
    try {
      await api.command(type, { id, aggregate, base_rv: null, args });
      this.intents.delete(intent);
      return true;
    } catch (reason) {
      const answered = reason instanceof ApiProblem;
      if (answered) this.intents.delete(intent);
      this.refusal = answered ? reason.message || t("error.server") : t("error.offline");
      this.code = answered ? reason.problem.code : "offline";
      return false;
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.refusal = "";
    this.code = "";
  }
}
