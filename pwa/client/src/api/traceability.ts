/** The calls about where a device has been and what was done with it. */
import { answer, server } from "./client";
import { file, type Fetched, type Watched } from "./labels";
import type { Read, Schemas } from "./known";

export type DeviceFact = Read<Schemas["DeviceFact"]>;
export type DeviceHistory = Read<Schemas["DeviceHistory"]>;
export type ChainLink = Read<Schemas["ChainLink"]>;
export type Recall = Read<Schemas["Recall"]>;
export type Recalled = Read<Schemas["Recalled"]>;
export type RecallWanted = Partial<Read<Schemas["RecallWanted"]>>;

export const traceabilityApi = {
  history: (number: string, cursor: string): Promise<DeviceHistory> =>
    answer(server.GET("/api/devices/{number}/history", { params: { path: { number }, query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
  chain: async (number: string): Promise<readonly ChainLink[]> => (await answer(server.GET("/api/devices/{number}/chain", { params: { path: { number } } }))).items,
  recall: (wanted: RecallWanted): Promise<Recall> => answer(server.POST("/api/recall", { body: wanted as Schemas["RecallWanted"] })),
  recallFile: (wanted: RecallWanted, format: "xlsx" | "csv", watched: Watched): Promise<Fetched> => file(`/api/recall/file?format=${format}`, watched, wanted),
};
