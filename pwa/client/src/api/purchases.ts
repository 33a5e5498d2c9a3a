/** The office's calls about new devices and safety notices. */
import { answer, items, server } from "./client";
import type { Read, Schemas } from "./known";

export type Purchase = Read<Schemas["PurchaseItem"]>;
export type PurchaseDetail = Read<Schemas["PurchaseDetail"]>;
export type SafetyNotice = Read<Schemas["SafetyNoticeItem"]>;
export type SafetyNoticeDetail = Read<Schemas["SafetyNoticeDetail"]>;

export const purchasesApi = {
  list: (): Promise<readonly Purchase[]> => items(server.GET("/api/purchases")),
  get: (id: string): Promise<PurchaseDetail> => answer(server.GET("/api/purchases/{purchase_id}", { params: { path: { purchase_id: id } } })),
};

export const safetyApi = {
  list: (): Promise<readonly SafetyNotice[]> => items(server.GET("/api/safety-notices")),
  get: (id: string): Promise<SafetyNoticeDetail> => answer(server.GET("/api/safety-notices/{notice_id}", { params: { path: { notice_id: id } } })),
};
