/**
 * The verdict of a protocol that lies unsent on this phone, for the row it will change. The engine is fetched when the
 * first such protocol is met: most days begin without one.
 */
import type { Template } from "../protocol/types";
import { reread } from "./live.svelte";
import { knownTemplates } from "./templates";

type Judge = (template: Template, answers: unknown) => string;

let judgeWith: Judge | null = null;
let preparing: Promise<void> | null = null;
const templates = new Map<string, Template>();
/** A signed protocol never changes, so it is judged once. By its id. */
const judged = new Map<string, string>();

/** Resolves when engine and templates are here; the orders are then read again. */
async function prepare(): Promise<void> {
  const [engine, known] = await Promise.all([import("../protocol/engine"), knownTemplates()]);
  for (const { sha256, template } of known) templates.set(sha256, template);
  judgeWith = (template, answers) => engine.judge(engine.compileTemplate(template), answers).verdict;
  await reread("work_order");
}

/** What the phone's own engine says; null while the engine or the protocol's very template is not here. */
export function protocolVerdict(protocol: Readonly<Record<string, unknown>>): string | null {
  const { id, template_sha256: sha256, answers } = protocol;
  if (typeof id !== "string" || typeof sha256 !== "string") return null;
  const known = judged.get(id);
  if (known !== undefined) return known;
  const template = templates.get(sha256);
  if (!judgeWith || !template) {
    // A template that is not among today's is looked for once more when the next page is opened.
    preparing ??= prepare().catch(() => {
      preparing = null;
    });
    return null;
  }
  try {
    const verdict = judgeWith(template, answers);
    judged.set(id, verdict);
    return verdict;
  } catch {
    // A template that does not compile here is the server's to judge.
    return null;
  }
}
