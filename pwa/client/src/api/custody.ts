/** The office's calls about who has a device in hand. */
import { answer, items, server } from "./client";
import type { Read, Schemas } from "./known";

export type CustodyChain = Read<Schemas["CustodyChain"]>;
export type CustodyPlace = Read<Schemas["LocationHit"]>;

export const custodyApi = {
  chain: async (number: string): Promise<CustodyChain> => (await answer(server.GET("/api/devices/{number}/custody", { params: { path: { number } } }))) as CustodyChain,
  places: (): Promise<readonly CustodyPlace[]> => items(server.GET("/api/locations")),
};
