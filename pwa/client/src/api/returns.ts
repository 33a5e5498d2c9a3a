/** The office's calls about the returns desk. */
import { answer, server } from "./client";
import type { Known, Read, Schemas } from "./known";
import type { Contamination, Disposition, Result } from "./return-kinds";

export type ReturnedDevice = Known<Schemas["ReturnItem"], { readonly contamination: Contamination; readonly result: Result | null; readonly disposition: Disposition | null }>;
export type ReturnedPart = Read<Schemas["ReturnPartItem"]>;
export type BuyBack = Read<Schemas["BuyBackItem"]>;
export interface Desk {
  readonly items: readonly ReturnedDevice[];
  readonly purchases: readonly BuyBack[];
}
export interface DeskDevice {
  readonly device: ReturnedDevice;
  readonly parts: readonly ReturnedPart[];
}

export const returnsApi = {
  desk: async (): Promise<Desk> => (await answer(server.GET("/api/returns"))) as Desk,
  device: async (number: string): Promise<DeskDevice> => (await answer(server.GET("/api/returns/{number}", { params: { path: { number } } }))) as DeskDevice,
};
