/** Reading in a file of unsent work. */
import { answer, server } from "./client";
import type { Known, Schemas } from "./known";
import type { Verdict } from "../state/sync";

export type ImportedLine = Known<Schemas["ImportedLine"], { readonly verdict: Verdict }>;

/** The largest file that the server takes, bytes. */
export const LARGEST_FILE = 4 * 1024 * 1024;

export async function importUnsent(content: string): Promise<readonly ImportedLine[]> {
  const found = await answer(server.POST("/api/sync/unsent-file", { body: { content } }));
  return found.lines as readonly ImportedLine[];
}
