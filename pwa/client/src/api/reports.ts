/** The office's calls about the public's fault reports, and their rows as the screens read them. */
import { answer, api, server, type CommandArgs } from "./client";
import type { Known, Schemas } from "./known";
import type { OrderState, OrderType } from "./types";

export type OpenOrder = Known<Schemas["ReportOpenOrder"], { readonly type: OrderType; readonly state: OrderState }>;
type WithOrders = { readonly open_orders: readonly OpenOrder[] };

/** A row of the triage list. `to`: which of the two lists it belongs to. */
export type ReportHit = Known<Schemas["FaultReportHit"], WithOrders>;
export type ReportDetail = Known<Schemas["FaultReportDetail"], WithOrders>;
export type ReportState = ReportHit["state"];
export type DecideReport = CommandArgs<"fault_report.decide">;
export type ReportDecision = DecideReport["decision"];

export interface ReportList {
  readonly items: readonly ReportHit[];
  /** There are some beyond these. */
  readonly more: boolean;
}

export const photoOf = (id: string, position: number): string => `/api/fault-reports/${encodeURIComponent(id)}/photos/${position}`;

export const reportsApi = {
  list: async (state: "open" | "decided") => (await answer(server.GET("/api/fault-reports", { params: { query: { state } } }))) as ReportList,
  report: async (id: string) => (await answer(server.GET("/api/fault-reports/{report_id}", { params: { path: { report_id: id } } }))) as ReportDetail,
  /** The same id is the same decision, however often it is sent. */
  decide: (id: string, report: ReportHit, args: DecideReport) => api.command("fault_report.decide", { id, aggregate: report.id, base_rv: report.rv, args }),
};
