/** The office's calls about plans of a day. */
import { answer, server } from "./client";
import type { Read, Schemas } from "./known";

export type PlanDetail = Read<Schemas["PlanDetail"]>;
export type PlanResult = Read<Schemas["PlanResult"]>;

export const plansApi = {
  plan: (id: string) => answer(server.GET("/api/plans/{plan_id}", { params: { path: { plan_id: id } } })),
};
