/** The office's calls about the dispatcher's board: the map, the times ahead, versions and sheets of paper. */
import { answer, items, refusalOf, server, Unreachable } from "./client";
import type { Read, Schemas } from "./known";
import type { Fetched } from "./labels";

export type DayMap = Read<Schemas["DayMap"]>;
export type MapRound = DayMap["rounds"][number];
export type RoundTimes = Read<Schemas["RoundTimes"]>;
export type RoundVersion = Read<Schemas["RoundVersion"]>;

export const boardApi = {
  map: (day: string) => answer(server.GET("/api/rounds/map", { params: { query: { day } } })),
  times: (id: string) => answer(server.GET("/api/rounds/{round_id}/times", { params: { path: { round_id: id } } })),
  versions: (id: string) => items(server.GET("/api/rounds/{round_id}/versions", { params: { path: { round_id: id } } })),
  /** The PDF of route and load sheets. */
  sheets: async (id: string): Promise<Fetched> => {
    const path = `/api/rounds/${id}/sheets`;
    const response = await fetch(path).catch(() => {
      throw new Unreachable();
    });
    if (!response.ok) throw await refusalOf(response, path);
    return { blob: await response.blob(), name: "korlista.pdf" };
  },
};
