"""What a new plan changes, counted for whoever must act on it, and said in a few words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from routing.planner.plan import Plan
from routing.planner.problem import Seconds

Language = Literal["sv", "en"]

#: A stop that comes this much earlier or later is worth telling.
TOLD_SECONDS = 300


class TimeChange(msgspec.Struct, frozen=True):
    """Work at a stop begins at another time than it was planned to."""

    visit_id: str
    before_s: Seconds
    after_s: Seconds


class Move(msgspec.Struct, frozen=True):
    """A stop that another van takes."""

    visit_id: str
    from_van: str
    to_van: str


class ListChange(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one van's list: ids in the order of the new list, the removed ones in that of the old.

    Attributes:
        moved: the fewest stops that have to change place so that the old order becomes the new one.
    """

    van_id: str
    new: tuple[str, ...]
    moved: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Nothing changes for this driver."""
        return not (self.new or self.moved or self.removed)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan changes.

    Attributes:
        lists: one for each van whose list changes.
        moves: stops that change van.
        times: of stops that are served before and after, by more than ``TOLD_SECONDS``.
    """

    lists: tuple[ListChange, ...]
    moves: tuple[Move, ...]
    times: tuple[TimeChange, ...]


def list_change(van_id: str, before: Sequence[str], after: Sequence[str]) -> ListChange:
    """Compare one van's lists."""
    had, has = set(before), set(after)
    stays = _longest_in_order([before.index(one) for one in after if one in had])
    kept = [one for one in after if one in had]
    steady = {kept[index] for index in stays}
    return ListChange(
        van_id=van_id,
        new=tuple(one for one in after if one not in had),
        moved=tuple(one for one in kept if one not in steady),
        removed=tuple(one for one in before if one not in has),
    )


def compare(before: Mapping[str, Sequence[str]], after: Plan, starts: Mapping[str, Seconds]) -> Difference:
    """Compare the lists as they are with a plan.

    Args:
        before: van id -> visit ids in driving order.
        starts: visit id -> when its work was to begin.
    """
    now = {route.van_id: route.visit_ids for route in after.routes}
    lists = [
        list_change(van_id, before.get(van_id, ()), now.get(van_id, ())) for van_id in dict.fromkeys([*before, *now])
    ]
    was = {visit_id: van_id for van_id, ids in before.items() for visit_id in ids}
    return Difference(
        lists=tuple(change for change in lists if not change.empty),
        moves=tuple(
            Move(visit_id, was[visit_id], van_id)
            for visit_id, van_id in after.van_of().items()
            if was.get(visit_id, van_id) != van_id
        ),
        times=tuple(
            TimeChange(planned.visit_id, starts[planned.visit_id], planned.start_s)
            for route in after.routes
            for planned in route.visits
            if planned.visit_id in starts and abs(starts[planned.visit_id] - planned.start_s) > TOLD_SECONDS
        ),
    )


def broken_pairs(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> int:
    """How many stops that were to follow each other no longer do."""
    follow = {pair for ids in after.values() for pair in pairwise(ids)}
    return sum(pair not in follow for ids in before.values() for pair in pairwise(ids))


def in_words(change: ListChange, language: Language) -> str:
    """A driver's change in words: ``2 nya, 1 flyttad, 1 borttagen``."""
    words = {
        "sv": (("ny", "nya"), ("flyttad", "flyttade"), ("borttagen", "borttagna")),
        "en": (("new", "new"), ("moved", "moved"), ("removed", "removed")),
    }[language]
    counts = (len(change.new), len(change.moved), len(change.removed))
    said = [f"{count} {one if count == 1 else many}" for count, (one, many) in zip(counts, words, strict=True) if count]
    return ", ".join(said) or {"sv": "Inget är ändrat", "en": "Nothing has changed"}[language]


def _longest_in_order(numbers: Sequence[int]) -> list[int]:
    """Indices of a longest rising subsequence."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        place = bisect_left(ends, number)
        before.append(at[place - 1] if place else None)
        if place == len(ends):
            ends.append(number)
            at.append(index)
        else:
            ends[place] = number
            at[place] = index
    chain: list[int] = []
    step = at[-1] if at else None
    while step is not None:
        chain.append(step)
        step = before[step]
    return chain[::-1]
