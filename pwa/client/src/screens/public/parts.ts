/** Which parts the form asks about, which sides they have, and what to try before sending; kinds as in field/fault_reports/kinds.py. */
import type { Schemas } from "../../api/known";
import type { Topic } from "./form";

export type DeviceKind = Schemas["FormFacts"]["kind"];
export type Part = NonNullable<Schemas["NewReport"]["part"]>;
export type Side = NonNullable<Schemas["NewReport"]["side"]>;

const wheelchair = ["wheel", "brake", "footrest", "armrest", "seat", "backrest", "frame"] as const;

const parts: Readonly<Record<DeviceKind, readonly Part[]>> = {
  wheelchair,
  powered_wheelchair: ["battery", "joystick", "wheel", "footrest", "armrest", "seat", "backrest"],
  walker: ["wheel", "brake", "handle", "seat", "frame"],
  lift: ["hand_control", "battery", "motor", "bar", "wheel", "frame"],
  sling: ["strap", "seat"],
  bed: ["hand_control", "motor", "cable", "side_rail", "bed_end", "wheel", "mattress"],
  breathing: ["mask", "hose", "machine", "cable"],
  other: [],
};

const pair = ["left", "right", "both"] as const;
const corners = ["front_left", "front_right", "rear_left", "rear_right", "several"] as const;

/** Parts that there are several of: nobody should have to drive twice for the wrong wheel. */
const sides: Readonly<Partial<Record<Part, readonly Side[]>>> = {
  wheel: corners,
  brake: pair,
  armrest: pair,
  footrest: pair,
  handle: pair,
  side_rail: pair,
};

/** What is broken can be pointed at; wishes and wear of the whole cannot. */
const pointed = (topic: Topic | null): boolean => topic === "broken" || topic === "not_working" || topic === "worn_part";

/** The parts that are asked about, ending in "something else" and "I do not know"; none when the question makes no sense. */
export function partsOf(kind: DeviceKind, topic: Topic | null): readonly Part[] {
  return pointed(topic) && parts[kind].length > 0 ? [...parts[kind], "other", "unknown"] : [];
}

export function sidesOf(part: Part | null): readonly Side[] {
  const found = part ? sides[part] : undefined;
  return found ? [...found, "unknown"] : [];
}

/** What often helps, by kind of device: keys of the words `help.<kind>.<n>`. Nothing that takes a tool, or could hurt. */
const tips: Readonly<Record<DeviceKind, number>> = { wheelchair: 2, powered_wheelchair: 3, walker: 2, lift: 3, sling: 0, bed: 3, breathing: 3, other: 0 };

/** How many pieces of advice there are; none for what is plainly broken or worn. */
export function tipsFor(kind: DeviceKind, topic: Topic | null): readonly number[] {
  return topic === "not_working" ? Array.from({ length: tips[kind] }, (_, index) => index + 1) : [];
}
