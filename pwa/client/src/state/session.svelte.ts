/** Who is signed in on this phone. Known offline: a phone that was signed in yesterday works in a cellar today. */
import { api, ApiProblem, onSignInNeeded, Unreachable } from "../api/client";
import type { Role, Session } from "../api/types";
import { setLanguage } from "../i18n";
import { forget, keep, readKept } from "./kept";
import { forgetRows, ready } from "./live.svelte";
import { lock } from "./lock.svelte";
import { watchPocket } from "./pocket";
import { sync, type SyncState } from "./sync";

const KEPT = "session";
/** Kept while the server does not know yet that this phone has signed out. */
const SIGN_OUT_DUE = "sign_out_due";

async function stored(): Promise<Session | null> {
  const value = await readKept(KEPT);
  return typeof value === "object" && value !== null && "user" in value ? (value as Session) : null;
}

const emptySync: SyncState = {
  phase: "offline",
  unsent: 0,
  unsentBlobs: 0,
  oldestUnsentAt: null,
  lastSyncAt: null,
  notApplied: 0,
  lastError: null,
  updateNeeded: false,
  deviceState: "active",
  readableUntil: null,
  outdated: false,
};

class SessionState {
  current: Session | null = $state.raw(null);
  sync: SyncState = $state.raw(emptySync);
  /** The server no longer knows the session: work goes on, sending waits for a new sign-in. */
  expired = $state(false);
  private settling: Promise<void> | null = null;

  get needsSignIn(): boolean {
    return this.expired || this.sync.phase === "needs_sign_in";
  }

  has(...roles: readonly Role[]): boolean {
    return this.current?.user.roles.some((role) => roles.includes(role)) ?? false;
  }

  get isTechnician(): boolean {
    return this.has("technician");
  }

  get isOffice(): boolean {
    return this.has("planner", "customer_service");
  }

  get isPrescriber(): boolean {
    return this.has("prescriber");
  }

  get isDriver(): boolean {
    return this.has("driver");
  }

  get isWarehouse(): boolean {
    return this.has("warehouse");
  }

  get isAdmin(): boolean {
    return this.has("admin");
  }

  /** Where this person's day starts. */
  get home(): string {
    if (this.isTechnician) return "/";
    if (this.isDriver) return "/round";
    if (this.isOffice || this.isPrescriber) return "/office/orders";
    if (this.isWarehouse) return "/office/deliveries";
    return this.isAdmin ? "/admin/users" : "/messages";
  }

  /** Called once at start, before anything is drawn. */
  async begin(): Promise<void> {
    onSignInNeeded(() => {
      this.expired = true;
    });
    sync().subscribe((state) => {
      this.sync = state;
      // The server has answered: now it can give the key that a forgotten PIN will need.
      if (state.phase === "idle" && state.lastSyncAt !== null) void lock.addServerKey().catch(() => undefined);
    });
    this.sync = sync().state;
    addEventListener("online", () => void this.settleSignOut());
    this.current = await stored();
    if (!this.current) {
      void this.settleSignOut();
      return;
    }
    watchPocket(() => this.lock());
    if (lock.applies(this.current)) await lock.begin(this.current).catch(() => undefined);
    if (lock.gate === "open") await this.startSync();
    // What is unsent needs no key of ours to get to the server.
    else void sync().carrySealed(this.current.user.id).catch(() => undefined);
    void this.refresh();
  }

  /** The store is open: its rows are shown, and sending goes on. */
  private async startSync(): Promise<void> {
    if (!this.current) return;
    const starting = sync().start(this.current, lock.codec);
    // Read while the rest is being opened: the first picture then has its rows.
    if (this.isTechnician) await ready("work_order").catch(() => []);
    await starting;
  }

  /** The PIN was right, or has been chosen. */
  async unlocked(): Promise<void> {
    await this.startSync();
    void sync().syncNow("sign_in");
  }

  /** Asks for the PIN again. What is being written is on the disk already, field by field. */
  async lock(): Promise<void> {
    if (!this.current || lock.gate !== "open" || !lock.codec) return;
    lock.shut();
    await sync().stop({ keepRows: true });
    forgetRows();
  }

  private async refresh(): Promise<void> {
    try {
      await this.keep(await api.session());
      this.expired = false;
      // The region asks for a PIN from now on.
      if (this.current?.pin && !lock.codec && lock.gate === "open") {
        await sync().stop({ keepRows: true });
        forgetRows();
        await lock.begin(this.current);
      }
    } catch (reason) {
      if (reason instanceof ApiProblem && reason.problem.status === 401) this.expired = true;
    }
  }

  /** In memory alone, and only until it has been changed. */
  startPassword = "";

  get mustChangePassword(): boolean {
    return this.current?.user.must_change_password ?? false;
  }

  /** The first sign-in with a start password: until then the server answers nothing else. */
  async choosePassword(current: string, next: string): Promise<void> {
    await api.changePassword(current, next);
    this.startPassword = "";
    if (this.current) await this.keep({ ...this.current, user: { ...this.current.user, must_change_password: false } });
    void sync().syncNow("sign_in");
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.settleSignOut();
    const session = await api.signIn(username, password);
    this.startPassword = session.user.must_change_password ? password : "";
    // The new session must not be ended by what the old one owes.
    await forget(SIGN_OUT_DUE).catch(() => undefined);
    if (this.current && this.current.user.id !== session.user.id) {
      await sync().stop();
      forgetRows();
      lock.forget();
    }
    // First on disk, then on the screen: a phone that dies now still knows who was signed in.
    await keep(KEPT, session).catch(() => undefined);
    await setLanguage(session.user.language);
    if (lock.applies(session) && !lock.codec) await lock.signedIn(session);
    this.expired = false;
    this.current = session;
    if (lock.gate === "open") await sync().start(session, lock.codec);
    void navigator.storage?.persist?.().catch(() => false);
    if (lock.gate === "open") void sync().syncNow("sign_in");
  }

  /** Ends the session. Unsent work stays on the phone and is sent when the same person signs in again. */
  async signOut(): Promise<void> {
    // The server drops the session's notifications as well; offline it is told as soon as there is a network.
    await import("./push.svelte").then(({ push }) => push.turnOff()).catch(() => undefined);
    await api.signOut().catch((reason: unknown) => (reason instanceof Unreachable ? keep(SIGN_OUT_DUE, true).catch(() => undefined) : undefined));
    await sync().stop();
    forgetRows();
    lock.forget();
    await forget(KEPT).catch(() => undefined);
    this.current = null;
    this.expired = false;
  }

  /** Ends on the server what was ended on the phone without a network. */
  private settleSignOut(): Promise<void> {
    // One at a time: an answer that comes late would take the next person's cookie with it.
    this.settling ??= this.tellSignedOut().finally(() => {
      this.settling = null;
    });
    return this.settling;
  }

  private async tellSignedOut(): Promise<void> {
    if (this.current || !(await readKept(SIGN_OUT_DUE))) return;
    const failed = await api.signOut().then(() => false, (reason: unknown) => reason instanceof Unreachable);
    if (!failed) await forget(SIGN_OUT_DUE).catch(() => undefined);
  }

  /** A full disk costs only the memory of the sign-in, not the sign-in. */
  async keep(session: Session): Promise<void> {
    await keep(KEPT, session).catch(() => undefined);
    this.current = session;
  }
}

export const session = new SessionState();
