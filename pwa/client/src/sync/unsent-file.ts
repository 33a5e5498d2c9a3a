/** The file of unsent work: text, one envelope a line (docs/sync.md section 3). It never expires. */
import type { Sealed } from "./carry";

export interface UnsentFile {
  readonly name: string;
  readonly content: string;
  /** Commands in the file. */
  readonly commands: number;
  /** Commands that could not be sealed, because this phone has never reached the server. */
  readonly left: number;
}

const encoder = new TextEncoder();

export async function writeUnsentFile(
  sealed: readonly Sealed[],
  madeAt: string,
  options: { readonly sha256: (bytes: ArrayBuffer) => Promise<string>; readonly left: number },
): Promise<UnsentFile> {
  const head = { format: "turbil-unsent/1", made_at: madeAt, commands: sealed.length };
  const lines = [head, ...sealed.map(({ seq, envelope }) => ({ seq, envelope }))].map((line) => `${JSON.stringify(line)}\n`);
  const body = lines.join("");
  const end = { end: sealed.length, sha256: await options.sha256(encoder.encode(body).buffer) };
  return {
    name: `turbil-${madeAt.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-")}.txt`,
    content: `${body}${JSON.stringify(end)}\n`,
    commands: sealed.length,
    left: options.left,
  };
}
