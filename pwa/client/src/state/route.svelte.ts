/** The current route, and moving between routes. Back keeps the list where it was. */
import { match, type Route } from "../router";

interface Entry {
  readonly depth: number;
}

class Router {
  current: Route = $state.raw(match(location.pathname + location.search));
  private shownBefore = false;
  private depth = 0;
  private readonly scroll = new Map<number, number>();

  constructor() {
    history.scrollRestoration = "manual";
    const entry = history.state as Entry | null;
    this.depth = entry?.depth ?? 0;
    history.replaceState({ depth: this.depth } satisfies Entry, "");
    window.addEventListener("popstate", (event) => {
      this.scroll.set(this.depth, window.scrollY);
      this.depth = (event.state as Entry | null)?.depth ?? 0;
      this.show(this.scroll.get(this.depth) ?? 0);
    });
    document.addEventListener("click", (event) => {
      this.followLink(event);
    });
  }

  go(address: string, options: { replace?: boolean } = {}): void {
    this.scroll.set(this.depth, window.scrollY);
    if (options.replace) history.replaceState({ depth: this.depth } satisfies Entry, "", address);
    else {
      this.depth += 1;
      history.pushState({ depth: this.depth } satisfies Entry, "", address);
    }
    this.show(0);
  }

  /** Changes the query without a move: filters of a list. */
  setQuery(query: URLSearchParams): void {
    const words = query.toString();
    history.replaceState({ depth: this.depth } satisfies Entry, "", location.pathname + (words ? `?${words}` : ""));
    this.current = match(location.pathname + location.search);
  }

  /** One step back inside the app, or to `fallback` when the app was opened right here. */
  back(fallback: string): void {
    if (this.depth > 0) history.back();
    else this.go(fallback, { replace: true });
  }

  /** True once: the first screen keeps the browser's own focus, later ones move it to their heading. */
  isFirstScreen(): boolean {
    const first = !this.shownBefore;
    this.shownBefore = true;
    return first;
  }

  private show(scrollTo: number): void {
    this.current = match(location.pathname + location.search);
    requestAnimationFrame(() => {
      window.scrollTo(0, scrollTo);
      // Rows come from the phone's store a moment later.
      if (scrollTo > 0) requestAnimationFrame(() => setTimeout(() => window.scrollTo(0, scrollTo), 30));
    });
  }

  private followLink(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname.startsWith("/api/") || link.pathname.startsWith("/schema/")) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
