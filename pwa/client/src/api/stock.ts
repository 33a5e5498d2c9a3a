/** The office's calls about stock-taking. */
import { answer, items, server } from "./client";
import type { Known, Read, Schemas } from "./known";
import type { DeviceStatus } from "../index/format";

export type Place = Read<Schemas["LocationHit"]>;
export type CountHit = Read<Schemas["StockCountHit"]>;
export type Difference = Known<Schemas["StockDifference"], { readonly status: DeviceStatus | "" }>;
export type CountDetail = Known<Schemas["StockCountDetail"], { readonly differences: readonly Difference[] }>;

export const adjustReasons = ["moved", "never_registered", "not_found", "other"] as const;
export type AdjustReason = (typeof adjustReasons)[number];

export const stockApi = {
  places: (): Promise<readonly Place[]> => items(server.GET("/api/locations")),
  counts: (): Promise<readonly CountHit[]> => items(server.GET("/api/stock-counts")),
  count: async (id: string): Promise<CountDetail> => (await answer(server.GET("/api/stock-counts/{count_id}", { params: { path: { count_id: id } } }))) as CountDetail,
};
