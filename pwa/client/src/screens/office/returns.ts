/** The returns desk: what a device waits for, and what can become of it. Pure. */
import { dispositions, type Disposition, type Result } from "../../api/return-kinds";
import type { ReturnedDevice } from "../../api/returns";

export const steps = ["take_in", "receive", "cleaned", "inspect", "none"] as const;
export type Step = (typeof steps)[number];

/** What the desk does next with a device. */
export function stepOf(device: Pick<ReturnedDevice, "status">): Step {
  switch (device.status) {
    case "arrived":
      return "receive";
    case "cleaning":
      return "cleaned";
    case "inspection":
    case "in_repair":
    case "quarantined":
      return "inspect";
    case "with_holder":
    case "pickup_requested":
    case "collected":
    case "in_transit":
    case "lost":
      return "take_in";
    default:
      return "none";
  }
}

/** A contaminated device is left alone until its time has run out. */
export function waits(device: Pick<ReturnedDevice, "status" | "quarantine_until">, now: number): boolean {
  return device.status === "cleaning" && device.quarantine_until !== null && Date.parse(device.quarantine_until) > now;
}

/** Hours that are left, rounded up: "5 h" is never less than it says. */
export function hoursLeft(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 3_600_000));
}

/** What can become of a device by what was found: the likely one first. */
export function choices(result: Result | null, stopped: boolean): readonly Disposition[] {
  if (result === null) return [];
  if (result === "deviation") return ["quarantine"];
  return dispositions.filter((one) => one !== "stock" || (result === "ok" && !stopped));
}

export interface Group {
  readonly key: "inspection" | "cleaning" | "arrived" | "quarantined" | "in_repair";
  readonly devices: readonly ReturnedDevice[];
}

/** In the order in which a hand works: what can be finished first. */
export function groupsOf(devices: readonly ReturnedDevice[]): readonly Group[] {
  const keys = ["arrived", "cleaning", "inspection", "quarantined", "in_repair"] as const;
  return keys.map((key) => ({ key, devices: devices.filter((one) => one.status === key) })).filter((group) => group.devices.length > 0);
}
