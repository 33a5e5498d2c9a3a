/** The office's calls about labels. Files come as bytes, with what has arrived so far, and can be given up. */
import { answer, ApiProblem, items, refusalOf, server, Unreachable } from "./client";
import type { Read, Schemas } from "./known";

export type Template = Read<Schemas["TemplateDocument"]>;
export type TemplateItem = Read<Schemas["TemplateItem"]>;
export type Profile = Read<Schemas["ProfileDocument"]>;
export type ProfileItem = Read<Schemas["ProfileItem"]>;
export type LabelSetup = Read<Schemas["LabelSetup"]>;
export type PrintItem = Read<Schemas["PrintItem"]>;
export type PrintMissing = Read<Schemas["PrintMissing"]>;
export type Candidates = Read<Schemas["CandidateList"]>;
export type Resolved = Read<Schemas["Resolved"]>;
export type PlainSheet = Read<Schemas["PlainSheet"]>;
export type LabelKind = NonNullable<Template["kind"]>;
export type LabelField = NonNullable<Template["fields"]>[number];
export type FileFormat = NonNullable<PlainSheet["format"]>;

export interface Fetched {
  readonly blob: Blob;
  readonly name: string;
}

export interface Watched {
  readonly signal?: AbortSignal;
  readonly onbytes?: (bytes: number) => void;
}

/** Reads a file to its end. A file that breaks off half-way is no file. */
export async function file(path: string, watched: Watched, body?: unknown): Promise<Fetched> {
  const options: RequestInit = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  if (watched.signal) options.signal = watched.signal;
  let response: Response;
  try {
    response = await fetch(path, options);
  } catch (reason) {
    throw watched.signal?.aborted ? reason : new Unreachable();
  }
  if (!response.ok) throw await refusalOf(response, new URL(path, location.origin).pathname);
  const type = response.headers.get("content-type") ?? "";
  // A captive portal answers 200 with a page: that is no label.
  if (type.includes("html") || !response.body) throw new Unreachable();
  const pieces: BlobPart[] = [];
  const reader = response.body.getReader();
  try {
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      bytes += value.byteLength;
      watched.onbytes?.(bytes);
    }
  } catch (reason) {
    throw watched.signal?.aborted ? reason : new Unreachable();
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "etiketter";
  return { blob: new Blob(pieces, { type }), name };
}

/** Hands a file to the browser's downloads. */
export function save({ blob, name }: Fetched): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it when the click returns; a moment later is soon enough to let the memory go.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

export interface Paper {
  readonly profile: string;
  readonly format: FileFormat;
  readonly start: number;
}

export const labelsApi = {
  setup: () => answer(server.GET("/api/labels/setup")),
  candidates: (query: { readonly number: string; readonly article_number: string; readonly unlabelled: boolean }) =>
    answer(server.GET("/api/labels/candidates", { params: { query: { ...query, limit: 8 } } })),
  prints: () => items(server.GET("/api/labels/prints", { params: { query: { limit: 20 } } })),
  missing: (id: string) => answer(server.GET("/api/labels/prints/{print_id}/missing", { params: { path: { print_id: id } } })),
  resolve: (raw: string) => answer(server.POST("/api/labels/resolve", { body: { raw } })),
  printFile: (id: string, { profile, format, start }: Paper, watched: Watched = {}) =>
    file(`/api/labels/prints/${id}/file?${new URLSearchParams({ format, start: String(start), ...(profile ? { profile_id: profile } : {}) }).toString()}`, watched),
  plain: (sheet: PlainSheet, watched: Watched = {}) => file("/api/labels/plain", watched, sheet),
  preview: (template: Template, code: string, text: string, signal: AbortSignal) => file("/api/labels/preview", { signal }, { template, code, text }),
  calibration: (profile: string) => file(`/api/labels/calibration/${profile}`, {}),
};

export { ApiProblem };
