/** The office's calls about how promises are kept. */
import { answer, server } from "./client";
import type { Read, Schemas } from "./known";
import { file, type Fetched, type Watched } from "./labels";

export type ServiceLevels = Read<Schemas["ServiceLevels"]>;
export type Kept = Read<Schemas["Kept"]>;
export type LevelPromise = Read<Schemas["Promise"]>;
export type LevelEvent = Kept["event"];

export interface LevelFilter {
  readonly weeks: number;
  readonly priority: number | null;
}

const queryOf = ({ weeks, priority }: LevelFilter) => ({ weeks, ...(priority === null ? {} : { priority }) });

export const levelsApi = {
  board: (filter: LevelFilter): Promise<ServiceLevels> => answer(server.GET("/api/service-levels", { params: { query: queryOf(filter) } })),
  file: (filter: LevelFilter, watched: Watched): Promise<Fetched> => {
    const query = Object.entries(queryOf(filter)).map(([name, value]) => [name, String(value)]);
    return file(`/api/service-levels/file?${new URLSearchParams(query).toString()}`, watched);
  },
};
