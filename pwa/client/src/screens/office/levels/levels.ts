/** The board's numbers put together: by week, by team, and as a whole. Pure. */
import type { Kept, LevelEvent, LevelPromise } from "../../../api/levels";

export interface Level {
  readonly met: number;
  readonly missed: number;
  readonly running: number;
  /** Percent of those that are judged; null when none is. */
  readonly share: number | null;
}

export interface TeamLevel extends Level {
  readonly id: string;
  readonly name: string;
}

export const EVERY_TEAM = "";
/** Orders that no team has: an id that no team can have. */
export const NO_TEAM = "none";

const teamOf = (kept: Kept): string => kept.team_id ?? NO_TEAM;

export function sum(cells: readonly Kept[]): Level {
  const met = cells.reduce((all, cell) => all + cell.met, 0);
  const missed = cells.reduce((all, cell) => all + cell.missed, 0);
  const running = cells.reduce((all, cell) => all + cell.running, 0);
  return { met, missed, running, share: met + missed === 0 ? null : (100 * met) / (met + missed) };
}

export const cellsOf = (kept: readonly Kept[], event: LevelEvent, team: string): readonly Kept[] => kept.filter((cell) => cell.event === event && (team === EVERY_TEAM || teamOf(cell) === team));

/** One level per week, also of weeks without any. */
export const byWeek = (cells: readonly Kept[], weeks: readonly string[]): readonly Level[] => weeks.map((week) => sum(cells.filter((cell) => cell.week === week)));

/** The teams that have anything, in the order in which the server sent them; orders without a team last. */
export function teamsOf(kept: readonly Kept[]): readonly { readonly id: string; readonly name: string }[] {
  const found = new Map<string, string>();
  for (const cell of kept) found.set(teamOf(cell), cell.team);
  return [...found].map(([id, name]) => ({ id, name })).sort((a, b) => Number(a.id === NO_TEAM) - Number(b.id === NO_TEAM) || a.name.localeCompare(b.name, "sv"));
}

export const byTeam = (cells: readonly Kept[]): readonly TeamLevel[] => teamsOf(cells).map((team) => ({ ...team, ...sum(cells.filter((cell) => teamOf(cell) === team.id)) }));

/** What the promises of an event ask for together: the lowest share, for an order is only held to its own. */
export function goalOf(promises: readonly LevelPromise[], event: LevelEvent): number | null {
  const shares = promises.filter((promise) => promise.event === event).map((promise) => promise.share);
  return shares.length === 0 ? null : Math.min(...shares);
}

/** The ISO week's number of a Monday. */
export function weekNumber(monday: string): number {
  const thursday = new Date(`${monday}T12:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3);
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday.getTime() - start) / (7 * 24 * 3600 * 1000));
}
