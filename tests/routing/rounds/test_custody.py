"""The fold of custody events: one chain per device, whatever arrived first (sync case 9, J12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.rounds.custody import OTHER_DRIVER, OTHER_HOLDER, Event, Folded, Kind, Place, Registered, Ruling, fold

DEPOT, VAN, OTHER_VAN = (UUID(int=number) for number in (1, 2, 3))
ANNA, BO = UUID(int=11), UUID(int=12)
STOP, OTHER_STOP, TASK = UUID(int=21), UUID(int=22), UUID(int=31)
VANS = frozenset({VAN, OTHER_VAN})
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def event(
    kind: Kind,
    minute: int,
    *,
    van: UUID = VAN,
    holder: UUID = ANNA,
    stop: UUID | None = STOP,
    task: UUID | None = None,
    number: int = 0,
    ruling: Ruling | None = None,
    undone: bool = False,
) -> Event:
    """One event; its command and id are made of its minute and number."""
    depot: Place = ("location", DEPOT)
    in_van: Place = ("location", van)
    at_home: Place = ("holder", holder)
    ways: dict[Kind, tuple[Place, Place]] = {
        "load": (depot, in_van),
        "deliver": (in_van, at_home),
        "collect": (at_home, in_van),
        "unload": (in_van, depot),
        "arrive": (in_van, depot),
    }
    source, target = ways[kind]
    identity = UUID(int=10_000 + minute * 100 + number)
    return Event(
        id=identity,
        command_id=identity,
        kind=kind,
        source=source,
        target=target,
        at=MORNING + timedelta(minutes=minute),
        stop_id=stop,
        task_id=task,
        ruling=ruling,
        undone=undone,
    )


def standings(folded: Folded, events: Sequence[Event]) -> list[str]:
    """The standings in the order given."""
    return [folded.standing[one.id] for one in events]


def assert_one_chain(folded: Folded) -> None:
    """No gap, no overlap, in order of time."""
    for before, after in pairwise(folded.chain):
        assert before.target == after.source
        assert before.at <= after.at


def test_a_day_in_order_is_one_chain() -> None:
    events = [event("load", 1), event("deliver", 20), event("collect", 40), event("arrive", 60)]
    folded = fold(events, VANS)
    assert standings(folded, events) == ["chain"] * 4
    assert folded.links == tuple(events)
    assert_one_chain(folded)


def test_arrival_order_plays_no_part() -> None:
    events = [event("load", 1), event("load", 2, van=OTHER_VAN, stop=OTHER_STOP), event("deliver", 20)]
    wanted = fold(events, VANS)
    assert standings(wanted, events) == ["chain", "beside", "chain"]
    for shuffled in permutations(events):
        assert fold(shuffled, VANS) == wanted


def test_the_first_of_two_drivers_counts_and_the_second_stands_beside() -> None:
    events = [event("collect", 5), event("collect", 6, van=OTHER_VAN, stop=OTHER_STOP)]
    folded = fold(events, VANS)
    assert standings(folded, events) == ["chain", "beside"]
    assert folded.reasons == {events[1].id: OTHER_DRIVER}


def test_equal_times_are_decided_by_the_commands_id() -> None:
    one, other = event("collect", 5), event("collect", 5, van=OTHER_VAN, stop=OTHER_STOP, number=1)
    assert standings(fold([other, one], VANS), [one, other]) == ["chain", "beside"]


def test_the_same_action_at_the_same_stop_is_merged() -> None:
    events = [event("load", 1), event("load", 2, van=OTHER_VAN), event("deliver", 9), event("deliver", 10)]
    folded = fold(events, VANS)
    assert standings(folded, events) == ["chain", "merged", "chain", "merged"]
    assert folded.reasons == {}


def test_goods_handed_from_van_to_van_are_delivered_for_the_same_task_only() -> None:
    load = event("load", 1, task=TASK)
    for task, wanted in ((TASK, "chain"), (UUID(int=32), "beside")):
        deliver = event("deliver", 9, van=OTHER_VAN, task=task, stop=OTHER_STOP)
        folded = fold([load, deliver], VANS)
        assert folded.standing[deliver.id] == wanted
        assert_one_chain(folded)


def test_a_delivery_that_was_never_scanned_at_loading_is_bridged() -> None:
    back, deliver = event("unload", 1), event("deliver", 9)
    folded = fold([back, deliver], VANS)
    assert standings(folded, [back, deliver]) == ["chain", "chain"]
    assert [step.event is None for step in folded.chain] == [False, True, False]
    assert_one_chain(folded)


def test_an_arrival_is_always_true() -> None:
    events = [event("deliver", 1), event("arrive", 9, stop=None), event("arrive", 10, stop=None)]
    folded = fold(events, VANS)
    assert standings(folded, events) == ["chain", "chain", "merged"]
    assert_one_chain(folded)


def test_a_van_that_came_back_without_the_goods_says_nothing() -> None:
    events = [event("load", 1), event("deliver", 2), event("unload", 3)]
    assert standings(fold(events, VANS), events) == ["chain", "chain", "merged"]


def test_what_is_registered_on_somebody_else_is_not_collected() -> None:
    collect = event("collect", 9)
    folded = fold([collect], VANS, [Registered(BO, MORNING - timedelta(days=900))])
    assert standings(folded, [collect]) == ["beside"]
    assert folded.reasons == {collect.id: OTHER_HOLDER}
    ended = [Registered(BO, MORNING - timedelta(days=900), MORNING - timedelta(days=9))]
    assert standings(fold([collect], VANS, ended), [collect]) == ["chain"]


def test_a_holding_that_another_way_ended_frees_the_goods_for_the_next_round() -> None:
    deliver, load = event("deliver", 1), event("load", 90, stop=OTHER_STOP)
    assert standings(fold([deliver, load], VANS), [deliver, load]) == ["chain", "beside"]
    ended = [Registered(ANNA, None, MORNING + timedelta(minutes=60))]
    assert standings(fold([deliver, load], VANS, ended), [deliver, load]) == ["chain", "chain"]


def test_held_undone_and_forced_events() -> None:
    held = event("collect", 1, ruling="held")
    undone = event("collect", 2, undone=True)
    first = event("collect", 3, stop=OTHER_STOP)
    forced = event("collect", 4, van=OTHER_VAN, holder=BO, ruling="forced")
    events = [held, undone, first, forced]
    folded = fold(events, VANS)
    assert standings(folded, events) == ["beside", "undone", "chain", "chain"]
    assert folded.reasons == {}
    assert_one_chain(folded)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Up to ten events of two vans, two stops and two people."""
    kinds: list[Kind] = ["load", "deliver", "collect", "unload", "arrive"]
    return [
        event(
            draw(st.sampled_from(kinds)),
            draw(st.integers(0, 8)),
            van=draw(st.sampled_from([VAN, OTHER_VAN])),
            holder=draw(st.sampled_from([ANNA, BO])),
            stop=draw(st.sampled_from([STOP, OTHER_STOP])),
            task=draw(st.sampled_from([None, TASK])),
            number=number,
            ruling=draw(st.sampled_from([None, None, None, "held", "forced"])),
            undone=draw(st.integers(0, 9)) == 0,
        )
        for number in range(draw(st.integers(0, 10)))
    ]


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_history_gives_one_chain_without_gap_whatever_came_first(events: list[Event], random: object) -> None:
    registered = [Registered(BO, MORNING - timedelta(days=3), MORNING + timedelta(minutes=4))]
    folded = fold(events, VANS, registered)
    assert_one_chain(folded)
    assert set(folded.standing) == {one.id for one in events}
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert fold(shuffled, VANS, registered) == folded
    linked = {one.id for one in folded.links}
    for one in events:
        assert (folded.standing[one.id] == "chain") == (one.id in linked)
        assert (one.id in folded.reasons) <= (folded.standing[one.id] == "beside")
