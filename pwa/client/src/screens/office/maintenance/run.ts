/** A proposal of a maintenance run that a planner changes before it is published. Pure. */
import type { RunProposal } from "../../../api/maintenance";

export type Door = RunProposal["days"][number]["doors"][number];

export interface RunDay {
  readonly day: string;
  readonly doors: readonly Door[];
}

export function daysOf(proposal: RunProposal): readonly RunDay[] {
  return proposal.days.map(({ day, doors }) => ({ day, doors }));
}

/** One step up (-1) or down (+1) within its day; at the end it stays. */
export function moved(days: readonly RunDay[], key: string, step: -1 | 1): readonly RunDay[] {
  return days.map((one) => {
    const at = one.doors.findIndex((door) => door.key === key);
    const to = at + step;
    const door = one.doors[at];
    const other = one.doors[to];
    if (!door || !other) return one;
    const doors = [...one.doors];
    doors[at] = other;
    doors[to] = door;
    return { ...one, doors };
  });
}

/** To the end of another day; a day without doors is no day of the run. */
export function toDay(days: readonly RunDay[], key: string, day: string): readonly RunDay[] {
  const door = days.flatMap((one) => one.doors).find((one) => one.key === key);
  if (!door) return days;
  const rest = without(days, key);
  const known = rest.some((one) => one.day === day) ? rest : [...rest, { day, doors: [] }];
  return known.map((one) => (one.day === day ? { ...one, doors: [...one.doors, door] } : one)).sort((a, b) => a.day.localeCompare(b.day));
}

export function without(days: readonly RunDay[], key: string): readonly RunDay[] {
  return days.map((one) => ({ ...one, doors: one.doors.filter((door) => door.key !== key) })).filter((one) => one.doors.length > 0);
}

/** The stops as the command wants them: day by day, in the order of driving. */
export function stopsOf(days: readonly RunDay[]): { on: string; tasks: { kind: "maintenance" | "order" | "pickup"; number: string; title: string }[] }[] {
  return days.flatMap(({ day, doors }) =>
    doors.map((door) => ({
      on: day,
      tasks: door.tasks.map(({ kind, number, title }) => ({ kind: kind === "order" || kind === "pickup" ? kind : ("maintenance" as const), number, title: [...title].slice(0, 200).join("") })),
    })),
  );
}
