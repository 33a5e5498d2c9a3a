/** The office's calls about preventive maintenance. */
import { answer, items, server } from "./client";
import type { Read, Schemas } from "./known";

export type DueItem = Read<Schemas["DueItem"]>;
export type MaintenancePlan = Read<Schemas["MaintenancePlanItem"]>;
export type MaintenancePlans = Read<Schemas["MaintenancePlanList"]>;
export type RunProposal = Read<Schemas["RunProposal"]>;
export type RunItem = Read<Schemas["RunItem"]>;
export const dueStates = ["all", "to_notify", "notified", "prescriber", "booked"] as const;
export type DueState = (typeof dueStates)[number];

/** A row of kind `maintenance` in a technician's view (field/maintenance/view.py). */
export interface MaintenanceRow {
  readonly id: string;
  readonly device_id: string;
  readonly device_number: string;
  readonly article_name: string;
  readonly state: string;
  readonly due_on: string;
  readonly next_pm: string | null;
  readonly order_id: string | null;
  readonly order_number: string | null;
  readonly interval_months: number | null;
  readonly due_from: "completion" | "schedule";
}

/** A row of kind `maintenance_stop`: one door of a run on the technician's phone. */
export interface MaintenanceStop {
  readonly id: string;
  readonly run_name: string;
  readonly on_day: string;
  readonly position: number;
  readonly tasks: readonly { readonly kind: "maintenance" | "order" | "pickup"; readonly number: string; readonly order_number: string | null; readonly title: string }[];
}

export interface DueFilter {
  readonly state: DueState;
  readonly place: string;
  readonly until: string;
}

export const maintenanceApi = {
  due: ({ state, place, until }: DueFilter, cursor = "") =>
    answer(server.GET("/api/maintenance/due", { params: { query: { state, place, ...(until ? { until } : {}), ...(cursor ? { cursor } : {}), limit: 100 } } })),
  unfinished: (): Promise<readonly DueItem[]> => items(server.GET("/api/maintenance/unfinished")),
  runs: (): Promise<readonly RunItem[]> => items(server.GET("/api/maintenance/runs")),
  propose: (wanted: Read<Schemas["RunWanted"]>): Promise<RunProposal> => answer(server.POST("/api/maintenance/runs/propose", { body: wanted })),
  plans: (): Promise<MaintenancePlans> => answer(server.GET("/api/maintenance/plans")),
};
