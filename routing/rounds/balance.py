"""The van's balance as pure rules: loaded = delivered + returned + explained, for every unit (invariant I15).

What goes out is loaded, and ends delivered, back at the depot, or explained. What comes home is collected, and ends
handed in or explained. A delivery that was never scanned at loading was in the van all the same: it counts as loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias
from uuid import UUID

Code: TypeAlias = Literal["here", "never_loaded", "missing", "left_unsigned", "other"]
Way: TypeAlias = Literal["out", "home"]

#: What a person must look at: the goods are not where the papers say.
ASKED: Final[Mapping[Code, str]] = {
    "missing": "round.unit_missing",
    "left_unsigned": "round.unit_unsigned",
    "other": "round.unit_explained",
}


@dataclass(frozen=True)
class Unit:
    """Goods of one task in a van: a device, or an article by quantity.

    Attributes:
        way: out to a recipient, or home from one.
        taken: loaded, or collected. ``gone``: delivered. ``back``: unloaded at the depot, or arrived there.
        explained: accounted for at the day's end, handed in or not.
    """

    task_id: UUID
    way: Way
    taken: int
    gone: int = 0
    back: int = 0
    explained: int = 0

    @property
    def loaded(self) -> int:
        """What was in the van, whether or not somebody scanned it there."""
        return max(self.taken, self.gone + self.back)

    @property
    def left(self) -> int:
        """What should be in the van now."""
        return max(0, self.loaded - self.gone - self.back - self.explained)


@dataclass(frozen=True)
class Balance:
    """A round's sums over its units of one way."""

    loaded: int = 0
    delivered: int = 0
    returned: int = 0
    explained: int = 0
    left: int = 0

    @property
    def even(self) -> bool:
        """True when nothing is left in the van."""
        return self.left == 0


def balance(units: Iterable[Unit]) -> Balance:
    """Add units up. ``loaded`` is ``delivered + returned + explained + left`` for any units at all."""
    total = Balance()
    for unit in units:
        explained = unit.loaded - unit.gone - unit.back - unit.left
        total = Balance(
            total.loaded + unit.loaded,
            total.delivered + unit.gone,
            total.returned + unit.back,
            total.explained + explained,
            total.left + unit.left,
        )
    return total


@dataclass(frozen=True)
class Said:
    """What the driver says of a unit, or of a part of it."""

    task_id: UUID
    code: Code
    quantity: int = 1


@dataclass(frozen=True)
class Judged:
    """What the driver's account comes to.

    Attributes:
        unknown: tasks that nothing should be in the van for. ``too_many``: more than there should be.
        left: what nobody has said anything about, task id -> quantity.
        asked: the code of the gravest thing that a person must look at, None when there is nothing.
    """

    unknown: Sequence[UUID] = ()
    too_many: Sequence[UUID] = ()
    left: Mapping[UUID, int] = field(default_factory=dict)
    asked: str | None = None

    @property
    def even(self) -> bool:
        """True when every unit is accounted for, once."""
        return not self.left and not self.too_many

    @property
    def code(self) -> str | None:
        """Why the round cannot simply be closed, a key of sentences.py, or None."""
        if self.unknown:
            return "round.unit_unknown"
        if self.too_many:
            return "round.unit_too_many"
        return "round.not_even" if self.left else self.asked


def judge(units: Iterable[Unit], said: Iterable[Said]) -> Judged:
    """Hold the driver's account against what should be in the van."""
    left = {unit.task_id: unit.left for unit in units if unit.left > 0}
    unknown, too_many, codes = [], [], set()
    for one in said:
        if one.task_id not in left:
            unknown.append(one.task_id)
            continue
        if one.quantity > left[one.task_id]:
            too_many.append(one.task_id)
        left[one.task_id] = max(0, left[one.task_id] - one.quantity)
        codes.add(one.code)
    asked = next((sentence for code, sentence in ASKED.items() if code in codes), None)
    return Judged(unknown, too_many, {task: count for task, count in left.items() if count > 0}, asked)
