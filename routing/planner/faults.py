"""What is wrong with what was asked, in one sentence each; the rest of the plan still comes."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from routing.planner.plan import Plan, Reason
from routing.planner.problem import Problem, Van

FaultCode: TypeAlias = Literal["van_without_capacity", "van_twice", "no_solution"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something to change before planning again.

    Attributes:
        van_id: the van (round) it is about; empty for the whole.
        other_id: the round that has the same vehicle.
    """

    code: FaultCode
    van_id: str = ""
    other_id: str = ""


def set_right(problem: Problem) -> tuple[Problem, tuple[Fault, ...]]:
    """What can be planned of a problem, and what is wrong with the rest.

    Of two rounds with one vehicle at the same time the first drives. A van that takes nothing still makes visits
    without goods.

    Raises:
        BadProblem: no van is left.
    """
    faults = []
    vans: list[Van] = []
    goods = any(any(visit.deliver) or any(visit.collect) for visit in problem.visits)
    for van in problem.vans:
        other = next((one for one in vans if _same_vehicle(one, van)), None)
        if other is not None:
            faults.append(Fault(code="van_twice", van_id=van.id, other_id=other.id))
            continue
        if goods and problem.dimensions and not any(van.capacity):
            faults.append(Fault(code="van_without_capacity", van_id=van.id))
        vans.append(van)
    return msgspec.structs.replace(problem, vans=tuple(vans)), tuple(faults)


def faults_of(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """What is wrong with the whole: nothing could be planned."""
    return (Fault(code="no_solution"),) if problem.visits and not plan.routes else ()


def _same_vehicle(one: Van, other: Van) -> bool:
    return (
        bool(one.vehicle)
        and one.vehicle == other.vehicle
        and one.shift_from_s < other.shift_to_s
        and other.shift_from_s < one.shift_to_s
    )


#: Code -> (Swedish, English). Each says what to change.
FAULT_WORDS: Final[dict[FaultCode, tuple[str, str]]] = {
    "van_without_capacity": (
        "Bilen har ingen lastkapacitet: ange vad den rymmer, så får den också leveranser och hämtningar.",
        "The van has no load capacity: say what it takes, and it gets deliveries and pick-ups too.",
    ),
    "van_twice": (
        "Två rundor har samma bil vid samma tid: ge den ena en annan bil eller en annan tid.",
        "Two rounds have the same van at the same time: give one of them another van or another time.",
    ),
    "no_solution": (
        "Inget stopp gick att planera: se skälen vid stoppen, och ändra tider, bilar eller adresser.",
        "No stop could be planned: see the reasons at the stops, and change times, vans or addresses.",
    ),
}

REASON_WORDS: Final[dict[Reason, tuple[str, str]]] = {
    "no_position": (
        "Adressen finns inte i registret: rätta adressen, eller lägg stoppet för hand.",
        "The address is not in the register: correct it, or place the stop by hand.",
    ),
    "outside_map": (
        "Stoppet ligger utanför kartan: rätta adressen eller dess läge.",
        "The stop lies outside the map: correct the address or its position.",
    ),
    "swapped": (
        "Latitud och longitud har bytt plats: rätta adressens läge.",
        "Latitude and longitude have changed places: correct the address's position.",
    ),
    "no_van": (
        "Bilen som stoppet är bundet till kör inte: lös stoppet från bilen, eller sätt in den.",
        "The van that the stop is pinned to does not drive: unpin the stop, or put the van in.",
    ),
    "skill": (
        "Ingen bil har det som krävs (två personer, lyft eller elektriker): sätt in en som har det.",
        "No van has what it takes (two persons, tail lift or electrician): put one in that has.",
    ),
    "unreachable": (
        "Kartan har ingen väg dit: kontrollera adressens läge.",
        "The map has no way there: check the address's position.",
    ),
    "load": (
        "Godset är mer än någon bil rymmer: dela upp det, eller ta en större bil.",
        "The goods are more than any van takes: split them, or take a larger van.",
    ),
    "window_passed": (
        "Tiden som avtalats har gått ut: kom överens om en ny.",
        "The time agreed on has passed: agree on a new one.",
    ),
    "window": (
        "Ingen bil hinner dit på avtalad tid: ändra tiden, eller låt en bil börja tidigare.",
        "No van gets there at the time agreed on: change the time, or let a van begin earlier.",
    ),
    "shift": (
        "Ingen bil hinner dit och hem under sitt pass: förläng passet, eller ta en annan dag.",
        "No van gets there and home within its shift: extend the shift, or take another day.",
    ),
    "full": (
        "Bilarna är fulla: ta stoppet en annan dag, eller sätt in en bil till.",
        "The vans are full: take the stop another day, or put in one more van.",
    ),
    "no_time": (
        "Tiden räcker inte bredvid de andra stoppen: ta stoppet en annan dag, eller sätt in en bil till.",
        "The other stops leave no time for it: take the stop another day, or put in one more van.",
    ),
    "not_worth": (
        "Omvägen är för lång för ett stopp som kan vänta: ta det när bilen ändå är i närheten.",
        "The detour is too long for a stop that can wait: take it when the van is nearby anyway.",
    ),
    "partner": (
        "Godsets andra stopp gick inte att planera: se skälet där.",
        "The goods' other stop could not be planned: see the reason there.",
    ),
}
