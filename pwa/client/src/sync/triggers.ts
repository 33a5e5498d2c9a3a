/** When to sync, and what the phone's surroundings are; all of it can be replaced by a test. */
import type { Timers } from "./transport";

type Unsubscribe = () => void;

/** What happens around the page. None of it is believed beyond "now may be a good moment". */
export interface Surroundings {
  visible(): boolean;
  onOnline(callback: () => void): Unsubscribe;
  /** The browser believes that the network is gone: a round at once finds out, so that the screen soon tells the truth. */
  onOffline(callback: () => void): Unsubscribe;
  onVisibility(callback: (visible: boolean) => void): Unsubscribe;
  /** Messages of the service worker: a push came, or the browser found a moment with network. */
  onWorkerMessage(callback: (message: unknown) => void): Unsubscribe;
}

export interface PokeSource {
  addEventListener(type: string, listener: () => void): void;
  close(): void;
  readonly readyState: number;
}

/** A channel between the tabs of one user. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

/** A full round every minute, in case no trigger reached the page. */
export const EVERY = 60_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 5 * 60_000;

/** Full jitter: anywhere between now and a bound that doubles from 1 s to 5 min, so that phones do not come in step. */
export function backoff(failures: number, random: () => number): number {
  const bound = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.max(0, failures - 1));
  return Math.floor(random() * bound);
}

/** One repeating round and one retry after a failure. */
export class Schedule {
  private tick: unknown = null;
  private retry: unknown = null;
  private failures = 0;

  constructor(
    private readonly timers: Timers,
    private readonly random: () => number,
    private readonly go: (reason: string) => void,
  ) {}

  start(): void {
    this.stop();
    const again = (): void => {
      this.tick = this.timers.set(again, EVERY);
      // A phone that backs off keeps to its own pace.
      if (this.retry === null) this.go("timer");
    };
    this.tick = this.timers.set(again, EVERY);
  }

  stop(): void {
    if (this.tick !== null) this.timers.clear(this.tick);
    this.tick = null;
    this.reset();
  }

  reset(): void {
    this.failures = 0;
    this.dropRetry();
  }

  failed(): void {
    this.failures += 1;
    this.dropRetry();
    this.retry = this.timers.set(() => {
      this.retry = null;
      this.go("retry");
    }, backoff(this.failures, this.random));
  }

  private dropRetry(): void {
    if (this.retry !== null) this.timers.clear(this.retry);
    this.retry = null;
  }
}

/** The browser's own surroundings; everything is missing under node. */
export function browserSurroundings(): Surroundings {
  const listen = (target: EventTarget | undefined, type: string, callback: (event: Event) => void): Unsubscribe => {
    target?.addEventListener(type, callback);
    return () => target?.removeEventListener(type, callback);
  };
  const page = typeof document === "undefined" ? undefined : document;
  const windowNow = typeof window === "undefined" ? undefined : window;
  const worker = typeof navigator === "undefined" ? undefined : (navigator as Partial<Navigator>).serviceWorker;
  const visible = (): boolean => page?.visibilityState !== "hidden";
  return {
    visible,
    onOnline: (callback) => listen(windowNow, "online", callback),
    onOffline: (callback) => listen(windowNow, "offline", callback),
    onVisibility: (callback) =>
      listen(page, "visibilitychange", () => {
        callback(visible());
      }),
    onWorkerMessage: (callback) =>
      listen(worker, "message", (event) => {
        callback((event as MessageEvent).data);
      }),
  };
}
