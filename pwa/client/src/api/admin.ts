/** The administrator's calls: users, phones, and the start password that is told once. */
import { answer, items, server } from "./client";
import type { Known, Read, Schemas } from "./known";
import type { Role } from "./types";

export const roles = ["technician", "driver", "planner", "customer_service", "prescriber", "warehouse", "auditor", "admin"] as const satisfies readonly Role[];
export const phoneStates = ["active", "lost", "wipe"] as const;
export type PhoneState = (typeof phoneStates)[number];

export type UserRole = Known<Schemas["UserRole"], { readonly role: Role }>;
export type User = Known<Schemas["UserItem"], { readonly roles: readonly UserRole[] }>;
export type Phone = Known<Schemas["PhoneItem"], { readonly state: PhoneState }>;
export type StartPassword = Read<Schemas["StartPassword"]>;
export type Customer = Read<Schemas["RoleCustomer"]>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface UserFilter {
  readonly q?: string;
  readonly role?: Role;
  readonly active?: boolean;
}

export interface PhoneFilter {
  readonly q?: string;
  readonly state?: PhoneState;
}

const from = (cursor: string | undefined): { readonly cursor?: string } => (cursor ? { cursor } : {});

export const admin = {
  users: async (filter: UserFilter, cursor?: string) => (await answer(server.GET("/api/users", { params: { query: { ...filter, ...from(cursor) } } }))) as Page<User>,
  user: async (id: string) => (await answer(server.GET("/api/users/{user_id}", { params: { path: { user_id: id } } }))) as User,
  startPassword: (id: string): Promise<StartPassword> => answer(server.POST("/api/users/{user_id}/start-password", { params: { path: { user_id: id } }, body: {} })),
  phones: async (filter: PhoneFilter, cursor?: string) => (await answer(server.GET("/api/phones", { params: { query: { ...filter, ...from(cursor) } } }))) as Page<Phone>,
  /** The customer with exactly this number, or undefined. */
  customer: async (number: string): Promise<Customer | undefined> =>
    (await items(server.GET("/api/parties", { params: { query: { q: number } } }))).find((party) => party.kind === "customer" && party.number === number),
};
