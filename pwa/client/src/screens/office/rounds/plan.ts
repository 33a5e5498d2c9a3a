/** What a plan's progress and result say, in numbers. Pure. */
import type { PlanDetail, PlanResult } from "../../../api/plans";

/** How much cheaper the best plan so far is than the rounds as they are, in whole percent; null when it is not (yet). */
export function gain(plan: Pick<PlanDetail, "best_cost" | "present_cost">): number | null {
  if (plan.best_cost === null || plan.present_cost === null || plan.present_cost <= 0) return null;
  const percent = Math.floor((100 * (plan.present_cost - plan.best_cost)) / plan.present_cost);
  return percent > 0 ? percent : null;
}

/** Whole seconds since the search began, no more than it may take. */
export function spent(plan: Pick<PlanDetail, "started_at" | "seconds">, now: number): number {
  if (plan.started_at === null) return 0;
  return Math.max(0, Math.min(plan.seconds, Math.floor((now - Date.parse(plan.started_at)) / 1000)));
}

/** Nothing would be different. */
export function changesNothing(result: Pick<PlanResult, "rounds">): boolean {
  return result.rounds.every((round) => round.new.length + round.moved.length + round.removed.length === 0);
}
