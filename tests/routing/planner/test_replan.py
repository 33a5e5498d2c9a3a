"""The middle of the day: what is new comes in, what is driven stays, and the driver hears it in a few words."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.routing.days import NOW_S, acute, in_the_middle
from benchmarks.routing.instances import depot_day
from routing.planner import broken_pairs, check, compare, in_words, list_change, propose_change
from routing.planner.budget import Budget
from routing.planner.easing import ease
from routing.planner.replan import CALM_PAIRS, replan
from tests.routing.planner.problems import problem, van, visit
from tests.routing.planner.searching import solve

QUICK = Budget(seconds=600, iterations=150)


async def test_a_day_of_a_depot_takes_five_acute_stops_and_disturbs_nobody() -> None:
    """The whole way through the process, on a made-up day of sixty stops three hours in."""
    morning = depot_day(60, 3)
    plan = solve(morning, Budget(seconds=600, iterations=300), way="seeded")
    noon, lists = in_the_middle(morning, plan, acute(morning, 3))
    listed = {visit_id for ids in lists.values() for visit_id in ids}
    assert 20 < len(listed) < 60
    assert {one.shift_from_s >= NOW_S for one in noon.vans} == {True}
    after = await propose_change(noon, lists)
    van_of = after.van_of()
    assert sum(visit_id.startswith("acute") for visit_id in van_of) == 5
    assert all(van_of[visit_id] == van_id for van_id, ids in lists.items() for visit_id in ids), "0 stops change van"
    assert broken_pairs(lists, {route.van_id: route.visit_ids for route in after.routes}) <= CALM_PAIRS
    assert after.unserved == ()
    for one in noon.vans:
        driven = next((route.visit_ids for route in after.routes if route.van_id == one.id), ())
        assert driven[: len(one.first)] == one.first, "nobody is turned around"


def test_a_list_that_is_behind_time_loses_nothing_for_it() -> None:
    """The van should have been at p2 by 10 and home by 30; it leaves at 20. It drives there late, and says so."""
    asked = problem(visit(2, window=(0, 10)), visit(9), visit(4, name="new"), vans=[van(shift=(20, 30))])
    lists = {"van": ("p2", "p9")}
    plan = replan(asked, lists, QUICK)
    assert plan.van_of()["p2"] == plan.van_of()["p9"] == "van"
    assert plan.late == ("p2",)
    assert check(ease(asked, lists), plan) == ()


def test_what_no_list_has_room_for_may_move_what_is_not_on_board() -> None:
    """Only the small van has time for the new bed, and is full: the pick-up it was to make goes to the other."""
    near = visit(1, name="pickup", collect=(2,), service=5)
    bed = visit(2, name="bed", collect=(2,), window=(10, 30), vans=frozenset({"small"}))
    asked = problem(
        near,
        bed,
        vans=[van(name="small", capacity=(2,), shift=(0, 60)), van(name="large", capacity=(9,), shift=(0, 60))],
    )
    plan = replan(asked, {"small": ("pickup",), "large": ()}, QUICK)
    assert plan.van_of() == {"bed": "small", "pickup": "large"}


def test_what_fits_nowhere_is_told_and_the_lists_are_as_they_were() -> None:
    asked = problem(visit(3), visit(5), visit(4, name="new", service=60), vans=[van(shift=(0, 20))])
    plan = replan(asked, {"van": ("p3", "p5")}, QUICK)
    assert plan.routes[0].visit_ids == ("p3", "p5")
    assert [(one.visit_id, one.reason) for one in plan.unserved] == [("new", "shift")]


def test_turning_a_list_over_must_be_worth_it() -> None:
    """Another order would save four minutes of driving and part three neighbours: the driver keeps the list."""
    asked = problem(visit(2), visit(1), visit(3), visit(4), visit(4, name="new"))
    plan = replan(asked, {"van": ("p2", "p1", "p3", "p4")}, QUICK)
    assert [one for one in plan.routes[0].visit_ids if one != "new"] == ["p2", "p1", "p3", "p4"]


# ---------------------------------------------------------------- the difference


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("abc", "abc", (0, 0, 0)),
        ("abc", "axbc", (1, 0, 0)),
        ("abcd", "abd", (0, 0, 1)),
        ("abcde", "acdeb", (0, 1, 0)),
        ("abcd", "dcba", (0, 3, 0)),
        ("abcd", "xydab", (2, 1, 1)),
        ("", "ab", (2, 0, 0)),
    ],
)
def test_the_fewest_stops_that_move_are_counted(before: str, after: str, counts: tuple[int, int, int]) -> None:
    change = list_change("van", tuple(before), tuple(after))
    assert (len(change.new), len(change.moved), len(change.removed)) == counts


def test_the_difference_in_words_of_both_languages() -> None:
    change = list_change("van", tuple("abcd"), tuple("xydab"))
    assert in_words(change, "sv") == "2 nya, 1 flyttad, 1 borttagen"
    assert in_words(change, "en") == "2 new, 1 moved, 1 removed"
    many = list_change("van", tuple("abcdefg"), tuple("xedc"))
    assert in_words(many, "sv") == "1 ny, 2 flyttade, 4 borttagna"
    same = list_change("van", ("a",), ("a",))
    assert (in_words(same, "sv"), in_words(same, "en")) == ("Inget är ändrat", "Nothing has changed")


def test_the_dispatcher_sees_who_moves_and_whose_time_changes() -> None:
    asked = problem(visit(1), visit(2), visit(30), vans=[van(name="a"), van(name="b")])
    plan = solve(asked)
    before = {"a": ("p1",), "b": ("p2", "p30")}
    starts = {"p1": plan.routes[0].visits[0].start_s, "p30": 0}
    change = compare(before, plan, starts)
    assert len(plan.routes) == 1, "one van does it all"
    assert {one.to_van for one in change.moves} == {plan.routes[0].van_id}
    assert ("p30", 0) in [(one.visit_id, one.before_s) for one in change.times]
    assert broken_pairs(before, {"a": ("p1", "p2", "p30")}) == 0
    assert broken_pairs(before, {"a": ("p30", "p2")}) == 1
    assert msgspec.json.decode(msgspec.json.encode(change), type=type(change)) == change
