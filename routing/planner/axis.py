"""The day without its break: the solvers that know no breaks plan on a clock from which the break is cut out.

A van that works from 7 to 16 with half an hour off about 11 is a van from 7 to 15.30 on a clock that jumps over
half an hour at 11. Where exactly the break lies is for ``schedule`` to say, and for the checker to believe or not.
"""

from __future__ import annotations

from typing import NamedTuple

from routing.planner.problem import Problem, Seconds


class Axis(NamedTuple):
    """The clock stands still for ``length_s`` from ``at_s``."""

    at_s: Seconds
    length_s: Seconds

    def short(self, moment_s: Seconds) -> Seconds:
        """A moment on the shortened clock."""
        return moment_s if moment_s <= self.at_s else max(self.at_s, moment_s - self.length_s)


def axis_of(problem: Problem) -> Axis:
    """The clock for all vans: the longest break, where the first may begin.

    A van without a break, or with a shorter one, is planned as if it rested too; that is on the safe side.
    """
    resting = [van for van in problem.vans if van.break_s and van.shift_from_s < van.break_to_s < van.shift_to_s]
    if not resting:
        return Axis(0, 0)
    return Axis(min(van.break_from_s for van in resting), max(van.break_s for van in resting))
