/** The office's calls about the list of rounds. */
import { answer, server } from "./client";
import type { Read, Schemas } from "./known";

export type Schedule = Read<Schemas["Schedule"]>;
export type TemplateRow = Read<Schemas["TemplateRow"]>;
export type DispatchDay = Read<Schemas["DispatchDay"]>;

export const scheduleApi = {
  read: () => answer(server.GET("/api/round-schedule")),
  dispatchDay: (number: string) => answer(server.GET("/api/customer-orders/{number}/dispatch-day", { params: { path: { number } } })),
};
