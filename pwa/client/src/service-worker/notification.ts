/** Reads a push message. It carries no patient data (a lock screen is public): only what happened and where to look. */

export interface PushNotification {
  readonly title: string;
  readonly body: string;
  /** Messages with the same tag replace each other on the lock screen. */
  readonly tag: string;
  /** Where a tap leads: a path of this app. */
  readonly url: string;
}

const FALLBACK: PushNotification = { title: "Turbil", body: "Du har något nytt i Turbil.", tag: "turbil", url: "/" };

/** Only a path of our own origin, else the start page: a push message must not lead anywhere else. */
export function ownPath(url: unknown, origin: string): string {
  if (typeof url !== "string") return "/";
  try {
    const target = new URL(url, origin);
    return target.origin === origin ? target.pathname + target.search + target.hash : "/";
  } catch {
    return "/";
  }
}

/**
 * Browsers demand that every push shows something, so an unreadable message shows the generic sentence.
 *
 * @param text the message's JSON, or null when it carried nothing
 */
export function readPush(text: string | null, origin: string): PushNotification {
  let message: unknown = null;
  try {
    message = text === null ? null : JSON.parse(text);
  } catch {
    return FALLBACK;
  }
  if (typeof message !== "object" || message === null) return FALLBACK;
  const fields = message as Partial<Record<keyof PushNotification, unknown>>;
  const words = (value: unknown, otherwise: string): string =>
    typeof value === "string" && value.trim() !== "" ? value : otherwise;
  return {
    title: words(fields.title, FALLBACK.title),
    body: words(fields.body, FALLBACK.body),
    tag: words(fields.tag, FALLBACK.tag),
    url: ownPath(fields.url, origin),
  };
}
