import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

class FakeWorker extends EventTarget {
  readonly sent: unknown[] = [];
  constructor(public state: ServiceWorkerState) {
    super();
  }
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeRegistration extends EventTarget {
  active: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  readonly update = vi.fn(async () => undefined);

  find(worker: FakeWorker): void {
    this.installing = worker;
    this.dispatchEvent(new Event("updatefound"));
  }
}

class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
  readonly registration = new FakeRegistration();
  readonly register = vi.fn(async () => this.registration);
}

let container: FakeContainer;
let reload: ReturnType<typeof vi.fn>;
let page: EventTarget & { visibilityState: string };

/** The module keeps one state per page: each test opens a page of its own. */
const open = async (): Promise<typeof import("./register")> => {
  vi.resetModules();
  return import("./register");
};
const changeController = (): boolean => container.dispatchEvent(new Event("controllerchange"));

/** A page under an active worker, as at every visit but the first. */
function secondVisit(): void {
  container.controller = new FakeWorker("activated");
  container.registration.active = container.controller;
}

beforeEach(() => {
  container = new FakeContainer();
  reload = vi.fn();
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("navigator", { serviceWorker: container });
  vi.stubGlobal("window", { location: { reload } });
  vi.stubGlobal("document", page);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the first visit", () => {
  it("tells when all is on the phone, and neither offers an update nor reloads", async () => {
    const { registerServiceWorker, onOfflineReady, onUpdate } = await open();
    const ready = vi.fn();
    const update = vi.fn();
    onOfflineReady(ready);
    onUpdate(update);
    await registerServiceWorker();
    const first = new FakeWorker("installing");
    container.registration.find(first);
    first.become("installed");
    expect(ready).not.toHaveBeenCalled();
    first.become("activated");
    changeController();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(update).not.toHaveBeenCalled();
    expect(reload).not.toHaveBeenCalled();
  });

  it("goes on without a worker where there is none or it is refused", async () => {
    container.register.mockRejectedValueOnce(new Error("refused"));
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(await (await open()).registerServiceWorker()).toBeNull();
    vi.stubGlobal("navigator", {});
    expect(await (await open()).registerServiceWorker()).toBeNull();
  });
});

describe("a new version", () => {
  it("waits until asked, then takes over with exactly one reload", async () => {
    secondVisit();
    const { registerServiceWorker, onUpdate, applyUpdate } = await open();
    const update = vi.fn();
    onUpdate(update);
    await registerServiceWorker();
    const next = new FakeWorker("installing");
    container.registration.find(next);
    next.become("installed");
    expect(update).toHaveBeenCalledTimes(1);
    expect(next.sent).toEqual([]);
    applyUpdate();
    expect(next.sent).toEqual([{ type: "SKIP_WAITING" }]);
    expect(reload).not.toHaveBeenCalled();
    changeController();
    changeController();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it("is told also when it waited before the page opened, and to who listens late", async () => {
    secondVisit();
    container.registration.waiting = new FakeWorker("installed");
    const { registerServiceWorker, onUpdate } = await open();
    await registerServiceWorker();
    const late = vi.fn();
    onUpdate(late);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it("that another tab took never reloads this page on its own", async () => {
    secondVisit();
    const { registerServiceWorker, onUpdate, applyUpdate } = await open();
    const update = vi.fn();
    onUpdate(update);
    await registerServiceWorker();
    changeController();
    expect(update).toHaveBeenCalledTimes(1);
    expect(reload).not.toHaveBeenCalled();
    applyUpdate();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it("is looked for when the page is seen again, at most once an hour", async () => {
    vi.useFakeTimers({ now: 0 });
    secondVisit();
    await (await open()).registerServiceWorker();
    const { update } = container.registration;
    const see = (minutes: number): void => {
      vi.setSystemTime(minutes * 60_000);
      page.dispatchEvent(new Event("visibilitychange"));
    };
    see(59);
    expect(update).not.toHaveBeenCalled();
    see(60);
    see(61);
    expect(update).toHaveBeenCalledTimes(1);
    page.visibilityState = "hidden";
    see(300);
    expect(update).toHaveBeenCalledTimes(1);
  });
});

describe("messages from the worker", () => {
  it("reach the listeners until they leave; anything else does not", async () => {
    const { registerServiceWorker, onWorkerMessage } = await open();
    const heard: unknown[] = [];
    const leave = onWorkerMessage((message) => heard.push(message));
    await registerServiceWorker();
    const say = (data: unknown): boolean => container.dispatchEvent(Object.assign(new Event("message"), { data }));
    say({ type: "push" });
    say({ type: "something else" });
    leave();
    say({ type: "sync" });
    expect(heard).toEqual([{ type: "push" }]);
  });
});
