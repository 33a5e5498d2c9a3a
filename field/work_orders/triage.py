"""What triage wants to know of an order, as pure rules: why it is red, what its text leaves out, what comes first.

The words of ``fault_gaps`` are also in the client (state/fault-help.ts), where somebody writes the text; both are
tested with tests/vectors/fault_gaps.json.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from app.policy.policy import ClockState, Event, ServicePolicy, clock_state, clocks_for, due_time
from app.policy.working_time import working_minutes_between
from field.work_orders.lifecycle import ACUTE

Gap: TypeAlias = Literal["short", "part", "side", "address", "phone", "entry_code", "components"]

#: A text shorter than this says nothing that a technician could pack for (R-201, R-202).
SHORTEST: Final = 15

_SIDED: Final = re.compile(
    r"hjul|däck|slang|punkter|broms|vajer|armstöd|fotstöd|fotplatt|benstöd|grind|handtag|körhandtag|drivring"
)
_PART: Final = re.compile(
    _SIDED.pattern
    + r"|ryggstöd|sits|dyna|joystick|styr|batteri|ladda|motor|sele|lyftbåge|lyftarm|handkontroll|manöver|kabel|sladd"
    r"|madrass|gavel|\bram|tippskydd|mask|filter|display|skärm|knapp|säkring|lamp|fjäder|skruv|mutter|bult|bord|bälte"
    r"|korg|stativ|lås|spärr|gångjärn|list|klädsel|kontakt|pedal|kåpa|nackstöd|huvudstöd|ben\b|fötter|fot\b"
)
_SIDE: Final = re.compile(
    r"vänst|höger|högra|\bvä\b|\bhö\b|\bfram|\bbak|främ|bakre|båda|bägge|\balla\b|samtliga|mitt(en|re)|\bena\b"
)
_NUMBER: Final = re.compile(r"(?<!\d)\d{8}(?!\d)")


@dataclass(frozen=True)
class TextFacts:
    """What the completeness of an order is judged by; of the contact only whether it is there."""

    type: str
    place: str
    text: str
    has_address: bool
    has_phone: bool
    has_entry: bool
    linked: bool


def fault_gaps(facts: TextFacts) -> tuple[Gap, ...]:
    """Return what a technician will miss: which part and side, where the device is, how to get in (R-201, R-206).

    An order for mounting says which components are ordered, by their order's number (R-020, R-146).
    """
    text = facts.text.lower()
    gaps: list[Gap] = []
    if len(text.strip()) < SHORTEST:
        gaps.append("short")
    if facts.type in {"corrective", "adaptation"}:
        if not _PART.search(text):
            gaps.append("part")
        elif _SIDED.search(text) and not _SIDE.search(text):
            gaps.append("side")
    if facts.type == "installation" and not facts.linked and not _NUMBER.search(text):
        gaps.append("components")
    if facts.place != "at_centre":
        if not facts.has_address:
            gaps.append("address")
        if not facts.has_phone:
            gaps.append("phone")
        if facts.place in {"at_holder", "pickup_for_repair"} and not facts.has_entry:
            gaps.append("entry_code")
    return tuple(gaps)


@dataclass(frozen=True)
class ClockFacts:
    """An order's promises and what has happened, all in UTC."""

    registered_at: datetime
    contact_due: datetime | None
    start_due: datetime | None
    done_due: datetime | None
    contacted_at: datetime | None
    started_at: datetime | None
    booked_from: datetime | None


@dataclass(frozen=True)
class Reason:
    """Why one clock stands as it does.

    Attributes:
        clock: which event was promised.
        due: until when.
        state: late, soon (within 24 hours) or ok.
        working_minutes: minutes of opening hours left; negative once it is late.
        amount, unit: the region's rule that the time comes from; None when the rule is another today.
        kind: a hard promise, or a goal (R-213, R-214).
        booked_after: a visit is booked, and later than the promise.
    """

    clock: Event
    due: datetime
    state: ClockState
    working_minutes: int
    amount: int | None
    unit: str | None
    kind: str | None
    booked_after: bool


def reasons(policy: ServicePolicy, priority: int, facts: ClockFacts, now: datetime) -> tuple[Reason, ...]:
    """Return the clocks that still run, nearest first; what has happened needs no reason (R-187 to R-190, R-213)."""
    running: list[tuple[Event, datetime | None]] = [
        ("contact", None if facts.contacted_at or facts.started_at else facts.contact_due),
        ("start", None if facts.started_at else facts.start_due),
        ("done", facts.done_due),
    ]
    found = []
    for event, due in running:
        if due is None:
            continue
        rule = next(
            (
                clock
                for clock in clocks_for(policy, priority)
                if clock.event == event and due_time(clock, facts.registered_at, policy.calendar) == due
            ),
            None,
        )
        found.append(
            Reason(
                clock=event,
                due=due,
                state=clock_state(due, now),
                working_minutes=working_minutes_between(now, due, policy.calendar),
                amount=rule.amount if rule else None,
                unit=rule.unit if rule else None,
                kind=rule.kind if rule else None,
                booked_after=event != "contact" and facts.booked_from is not None and facts.booked_from > due,
            )
        )
    return tuple(sorted(found, key=lambda reason: (reason.due, reason.clock)))


def is_red(found: tuple[Reason, ...]) -> bool:
    """True when somebody must act now: a promise is missed, runs out within a day, or the visit is booked after it."""
    return any(reason.state != "ok" or reason.booked_after for reason in found)


#: Acute, urgent, normal, what can wait, maintenance, supplier: as the phone sorts (state/urgency.ts).
_WEIGHT: Final = {4: 0, 3: 1, 1: 2, 2: 3, 5: 4, 6: 5}
_NEVER: Final = float("inf")


def sort_key(
    priority: int, found: tuple[Reason, ...], registered_at: datetime, number: str
) -> tuple[int, int, float, float, str]:
    """Acute before all (R-242), then what is red by its clock, then by priority, clock and registration."""
    red = is_red(found)
    group = 0 if priority == ACUTE else 1 if red else 2
    nearest = found[0].due.timestamp() if found else _NEVER
    return group, _WEIGHT.get(priority, 9) if group == 2 else 0, nearest, registered_at.timestamp(), number
