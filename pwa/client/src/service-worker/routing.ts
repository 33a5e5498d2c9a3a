/** Decides, without touching anything, who answers a request: the phone or the network. */

export type Answer =
  /** The app's frame, whatever the address: the app itself routes inside. */
  | "shell"
  /** The public's page: the fault form behind a label, a report's status. */
  | "report"
  /** A file of the build under its own path. */
  | "file"
  /** Not ours: the browser goes on as if there were no service worker. */
  | "network";

/** Server paths. Data is kept in IndexedDB by the app, never here; a cached API answer would be a lie in the field. */
const SERVER_FOLDERS = ["/api", "/schema", "/healthz"];

/** A label's address in either case (QR codes are written in capitals), and the secret link to a report. */
const REPORT = /^\/(?:[Ff](?:\/|$)|S\/)/;

function belongsToServer(path: string): boolean {
  return SERVER_FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly mode: string;
}

/**
 * @param origin the worker's own origin
 * @param files paths that this version keeps
 */
export function answerFor(request: RequestLike, origin: string, files: ReadonlySet<string>): Answer {
  const url = new URL(request.url);
  if (url.origin !== origin || request.method !== "GET") return "network";
  if (belongsToServer(url.pathname)) return "network";
  if (request.mode === "navigate" && REPORT.test(url.pathname)) return "report";
  if (request.mode === "navigate") {
    // A file that is opened in a tab of its own (an icon, a document): as the server has it.
    return !["/index.html", "/report.html"].includes(url.pathname) && /\.[a-z0-9]+$/i.test(url.pathname) ? "network" : "shell";
  }
  return files.has(url.pathname) || url.pathname.startsWith("/assets/") ? "file" : "network";
}
