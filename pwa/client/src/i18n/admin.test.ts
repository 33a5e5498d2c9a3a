import { expect, test } from "vitest";
import type { User } from "../api/admin";
import { accountState, rolesLine, w } from "./admin";

const user: User = { id: "u", username: "u", name: "Test", phone: "", email: "", active: true, waits_for_password: false, start_password_until: null, roles: [], last_seen: null, rv: 1 };
const now = new Date("2026-11-25T08:00:00Z");

test("whether a user can sign in, and with what", () => {
  expect(accountState(user, now)).toBe("active");
  expect(accountState({ ...user, active: false }, now)).toBe("inactive");
  expect(accountState({ ...user, waits_for_password: true }, now)).toBe("no_password");
  expect(accountState({ ...user, waits_for_password: true, start_password_until: "2026-11-25T08:00:01Z" }, now)).toBe("waits");
  expect(accountState({ ...user, waits_for_password: true, start_password_until: "2026-11-25T07:59:59Z" }, now)).toBe("no_password");
});

test("the roles in a line", () => {
  expect(rolesLine(user)).toBe("Ingen roll");
  expect(rolesLine({ ...user, roles: [{ role: "technician", team: { id: "t", name: "Boden" }, customers: [] }, { role: "admin", team: null, customers: [] }] })).toBe("Tekniker (Boden), Administratör");
});

test("every word exists in both languages with the same values", () => {
  for (const key of Object.keys(w.sv) as (keyof typeof w.sv)[]) {
    const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    expect(names(w.en[key]), key).toEqual(names(w.sv[key]));
  }
});
