"""The seed: our problem as VROOM's JSON and its answer back in ours. The only module that knows pyvroom.

VROOM builds a good plan in a fraction of a second and has words for skills, breaks and shipments, but it cannot go on
from there for as long as one likes; PyVRP does that (docs/decisions/pyvroom.md).
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from routing.planner.axis import axis_of
from routing.planner.problem import Problem, Van, Visit, units
from routing.planner.schedule import impossible, schedule

NAME = "vroom"

#: VROOM's whole numbers have 32 bits and it counts in hundredths: no single leg or moment may be longer.
_LONGEST = 2**32 // 100 - 1
#: What its priorities go to.
_TOP = 100


class OutOfReach(Exception):
    """The problem has something that VROOM has no word or number for."""


def seed_problem(problem: Problem, *, exploration: int, seconds: float) -> dict[str, list[str]]:
    """A quick plan: van id -> visit ids in driving order. What it leaves out is for others to put in.

    Args:
        exploration: 0 (quickest) to 5.
        seconds: by the clock, after which it answers with what it has.

    Raises:
        OutOfReach: times beyond VROOM's numbers.
    """
    known = problem.by_id()
    found: dict[str, list[str]] = {van.id: list(van.first) for van in problem.vans}
    firsts = {visit_id for van in problem.vans for visit_id in van.first}
    numbers = {
        index: visit
        for index, visit in enumerate(problem.visits)
        if visit.id not in firsts and impossible(problem, visit) is None
    }
    request = _request(problem, numbers, known)
    if not request["jobs"] and not request["shipments"]:
        return found
    module = _module()
    question = module.Input(servers={}, router=module.ROUTER.OSRM, apply_TSPFix=False)
    question._from_json(msgspec.json.encode(request).decode(), False)  # noqa: SLF001 - see _module
    patience = timedelta(seconds=max(seconds, 0.01))
    answer = question._solve(exploration_level=exploration, nb_threads=1, timeout=patience)  # noqa: SLF001
    for step in np.asarray(answer._routes_numpy()):  # noqa: SLF001
        if step["type"] in {b"job", b"pickup", b"delivery"}:
            found[problem.vans[int(step["vehicle_id"])].id].append(numbers[int(step["id"])].id)
    return found


@cache
def _module() -> Any:
    """The compiled part of pyvroom alone: its Python part draws in pandas, a second's work for tables we never read.

    Its JSON is VROOM's own documented interface, which changes less than the Python classes around it.
    """
    package = importlib.util.find_spec("vroom")
    folder = Path((package.submodule_search_locations or [""])[0]) if package else Path()
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = folder / f"_vroom{suffix}"
        if path.exists():
            loader = importlib.machinery.ExtensionFileLoader("vroom._vroom", str(path))
            spec = importlib.util.spec_from_file_location("vroom._vroom", path, loader=loader)
            if spec is not None:
                module = importlib.util.module_from_spec(spec)
                loader.exec_module(module)
                return module
    raise OutOfReach("pyvroom is not installed")


def _request(problem: Problem, numbers: dict[int, Visit], known: dict[str, Visit]) -> dict[str, Any]:
    axis = axis_of(problem)
    partners = problem.partners()
    worths = problem.worths()
    top = max(worths.values(), default=1) or 1
    names = sorted({skill for visit in problem.visits for skill in visit.skills})
    pins = sorted({visit.vans for visit in problem.visits if visit.vans}, key=sorted)
    skills = {name: index for index, name in enumerate(names)}
    pinned = {vans: len(names) + index for index, vans in enumerate(pins)}
    number_of = {visit.id: number for number, visit in numbers.items()}
    longest = max(van.shift_to_s for van in problem.vans)
    if max(longest, max((max(row) for row in problem.travel.durations_s), default=0)) > _LONGEST:
        raise OutOfReach("a time is too long")

    def needs(visit: Visit) -> list[int]:
        return [*(skills[name] for name in visit.skills), *([pinned[visit.vans]] if visit.vans else [])]

    def stop(number: int, visit: Visit) -> dict[str, Any]:
        # A promise is held here: who is too late for it is put in later, by PyVRP or by insertion.
        closes = longest if visit.window_to_s is None else axis.short(visit.window_to_s)
        opens = min(axis.short(visit.window_from_s or 0), longest)
        if visit.due_s is not None and axis.short(visit.due_s) >= opens:
            closes = min(closes, axis.short(visit.due_s))
        window = [opens, max(opens, min(closes, longest))]
        return {"id": number, "location_index": visit.place, "service": visit.service_s, "time_windows": [window]}

    vehicles = [
        _vehicle(problem, index, van, known)
        | {
            "skills": [
                *(skills[name] for name in sorted(van.skills) if name in skills),
                *(number for vans, number in pinned.items() if van.id in vans),
            ]
        }
        for index, van in enumerate(problem.vans)
    ]
    dimensions = problem.dimensions
    jobs = [
        stop(number, visit)
        | {
            "delivery": list(units(visit.deliver, dimensions)),
            "pickup": list(units(visit.collect, dimensions)),
            "skills": needs(visit),
            "priority": _TOP * worths[visit.id] // top,
        }
        for number, visit in numbers.items()
        if visit.id not in partners
    ]
    shipments = [
        {
            "amount": list(units(one.amount, dimensions)),
            "skills": sorted({*needs(known[one.pick_up]), *needs(known[one.set_down])}),
            "priority": _TOP * worths[one.set_down] // top,
            "pickup": stop(number_of[one.pick_up], known[one.pick_up]),
            "delivery": stop(number_of[one.set_down], known[one.set_down]),
        }
        for one in problem.shipments
        if one.pick_up in number_of and one.set_down in number_of
    ]
    durations = np.array(problem.travel.durations_s, dtype=np.int64)
    for origin, target in problem.travel.missing:
        durations[origin, target] = min(_LONGEST, 2 * longest + 1)
    return {
        "vehicles": vehicles,
        "jobs": jobs,
        "shipments": shipments,
        "matrices": {"car": {"durations": durations.tolist()}},
    }


def _vehicle(problem: Problem, index: int, van: Van, known: dict[str, Visit]) -> dict[str, Any]:
    axis = axis_of(problem)
    start, from_s = van.start, van.shift_from_s
    room = [most - carried for most, carried in zip(van.capacity, units(van.on_board, len(van.capacity)), strict=True)]
    if van.first:
        own = [known[visit_id] for visit_id in van.first]
        start, from_s = own[-1].place or 0, schedule(problem, van, van.first, known).visits[-1].leave_s
        for dimension in range(len(room)):
            room[dimension] -= sum(
                max(units(visit.deliver, len(room))[dimension], units(visit.collect, len(room))[dimension])
                for visit in own
            )
    opens, closes = axis.short(from_s), axis.short(van.shift_to_s)
    if van.max_duty_s is not None:
        closes = min(closes, opens + max(0, van.max_duty_s - axis.length_s))
    return {
        "id": index,
        "start_index": start,
        "end_index": van.end,
        "capacity": [max(0, unit) for unit in room],
        "time_window": [opens, max(opens, closes)],
    }
