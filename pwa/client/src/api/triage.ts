/** The office's calls about triage and the technicians' day, and their rows as the screens read them. */
import { answer, server } from "./client";
import type { Known, Read, Schemas } from "./known";
import type { BasicNeed, OrderState, OrderType, Place, Priority, WaitReason } from "./types";

export type TriageHit = Known<
  Schemas["TriageHit"],
  {
    readonly type: OrderType;
    readonly state: OrderState;
    readonly waiting_for: WaitReason | null;
    readonly priority: Priority;
    readonly proposed_priority: Priority;
    readonly assessed_priority: Priority | null;
    readonly proposed_place: Place;
    readonly assessed_place: Place | null;
    readonly proposed_basic_need: BasicNeed | null;
  }
>;
export type ClockReason = Read<Schemas["ClockReason"]>;
export type Gap = TriageHit["gaps"][number];
export type InboxView = "undecided" | "red" | "all";
export type TriageList = Known<Schemas["TriageList"], { readonly items: readonly TriageHit[] }>;
export type DayTechnician = Known<Schemas["DayTechnician"], { readonly orders: readonly TriageHit[] }>;
export type TechnicianDay = Known<Schemas["TechnicianDay"], { readonly technicians: readonly DayTechnician[]; readonly waiting: readonly TriageHit[] }>;

export const triageApi = {
  inbox: async (show: InboxView, team: string) => (await answer(server.GET("/api/triage", { params: { query: { show, ...(team ? { team } : {}) } } }))) as TriageList,
  day: async (day: string, team: string) => (await answer(server.GET("/api/technician-day", { params: { query: { day, ...(team ? { team } : {}) } } }))) as TechnicianDay,
};
