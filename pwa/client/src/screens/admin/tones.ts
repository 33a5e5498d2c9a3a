/** Which tone an account and a phone have; red is for "do not", and nothing here forbids the reader anything. */
import type { PhoneState } from "../../api/admin";
import type { AccountState } from "../../i18n/admin";
import type { ToneName } from "../../ui/tones";

export function accountTone(state: AccountState): ToneName {
  return state === "active" ? "ok" : state === "waits" ? "info" : state === "no_password" ? "watch" : "neutral";
}

export function phoneTone(state: PhoneState): ToneName {
  return state === "active" ? "ok" : state === "lost" ? "stop" : "watch";
}
