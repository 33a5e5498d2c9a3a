/** The files of unsent work: text, one envelope a line (docs/sync.md section 3). They never expire. */
import type { Sealed } from "./carry";

export interface UnsentFile {
  readonly name: string;
  readonly content: string;
  readonly commands: number;
}

export interface UnsentFiles {
  /** One, or several where one would be more than the office can read in at once; in the order of the work. */
  readonly files: readonly UnsentFile[];
  /** Commands in all files. */
  readonly commands: number;
  /** Commands that could not be sealed, because this phone has never reached the server. */
  readonly left: number;
}

/** What the office reads in at once: offline_sync/unsent_file.py. */
export const MOST_COMMANDS = 2000;
const MOST_CHARACTERS = 3_500_000;
const encoder = new TextEncoder();

function parts(sealed: readonly Sealed[]): Sealed[][] {
  const all: Sealed[][] = [];
  let size = 0;
  for (const command of sealed) {
    const last = all.at(-1);
    if (last && last.length < MOST_COMMANDS && size + command.envelope.length <= MOST_CHARACTERS) last.push(command);
    else {
      all.push([command]);
      size = 0;
    }
    size += command.envelope.length + 40;
  }
  return all;
}

export async function writeUnsentFiles(
  sealed: readonly Sealed[],
  madeAt: string,
  options: { readonly sha256: (bytes: ArrayBuffer) => Promise<string>; readonly left: number },
): Promise<UnsentFiles> {
  const all = parts(sealed);
  const files: UnsentFile[] = [];
  for (const [index, part] of all.entries()) {
    const head = { format: "turbil-unsent/1", made_at: madeAt, commands: part.length };
    const lines = [head, ...part.map(({ seq, envelope }) => ({ seq, envelope }))].map((line) => `${JSON.stringify(line)}\n`);
    const body = lines.join("");
    const end = { end: part.length, sha256: await options.sha256(encoder.encode(body).buffer) };
    const place = all.length > 1 ? `-${String(index + 1)}-av-${String(all.length)}` : "";
    files.push({
      name: `turbil-${madeAt.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-")}${place}.txt`,
      content: `${body}${JSON.stringify(end)}\n`,
      commands: part.length,
    });
  }
  return { files, commands: sealed.length, left: options.left };
}
