/** The office's calls about van rounds, and their rows as the screens read them. */
import { answer, items, server } from "./client";
import type { Read, Schemas } from "./known";

/** A van or a driver. */
export type Named = Read<Schemas["DriverList"]["items"][number]>;
export type RoundHit = Read<Schemas["RoundHit"]>;
export type RoundDetail = Read<Schemas["RoundDetail"]>;
/** Name, street and notes are empty for technicians and the warehouse, all of it for a protected identity. */
export type RoundStop = Read<Schemas["StopRow"]>;
export type RoundTask = Read<Schemas["TaskRow"]>;
export type Proof = Read<Schemas["ProofRow"]>;
export type ProofItem = Read<Schemas["ProofItem"]>;
export type RoundQueue = Read<Schemas["RoundQueue"]>;
export type WaitingDelivery = Read<Schemas["WaitingDelivery"]>;
export type WaitingPickup = Read<Schemas["WaitingPickup"]>;
export type RoundProposal = Read<Schemas["RoundProposal"]>;

export type RoundState = RoundHit["state"];
export type StopState = RoundStop["state"];
export type TaskState = RoundTask["state"];

export const roundsApi = {
  ofDay: (day: string) => items(server.GET("/api/rounds", { params: { query: { day } } })),
  round: (id: string) => answer(server.GET("/api/rounds/{round_id}", { params: { path: { round_id: id } } })),
  queue: (day: string) => answer(server.GET("/api/rounds/queue", { params: { query: { day } } })),
  drivers: () => items(server.GET("/api/drivers")),
  vans: () => items(server.GET("/api/locations", { params: { query: { kind: "van" } } })),
  /** Takes a few seconds; changes nothing. */
  proposal: (id: string) => answer(server.POST("/api/rounds/{round_id}/proposal", { params: { path: { round_id: id } } })),
};
