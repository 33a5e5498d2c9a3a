"""SR-28: the chain of a device has no gap and no overlap, and agrees with a reference asked moment by moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from app.traceability.lifeline import Move, Place, Span, Stay, lifeline

START = datetime(2006, 3, 1, tzinfo=UTC)
ANNA, BERTIL, VAN, STORE = (uuid5(UUID(int=7), name) for name in ("anna", "bertil", "van", "store"))


def day(number: int) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def told(spans: tuple[Span, ...]) -> list[tuple[str, UUID | None, int]]:
    """Kind, who or where, and the day it begins."""
    return [(span.kind, span.subject, (span.starts_at - START).days) for span in spans]


def test_a_device_that_is_bought_lent_carried_home_and_lent_again() -> None:
    """Collected by van before the holding ends at its arrival: the van has it, not the one it is registered on."""
    spans = lifeline(
        [Stay(ANNA, day(10), day(40)), Stay(BERTIL, day(50), None)],
        [Move(day(10), "holder", ANNA), Move(day(39), "location", VAN), Move(day(40), "location", STORE)],
        acquired=day(0),
    )
    assert told(spans) == [
        ("unrecorded", None, 0),
        ("holder", ANNA, 10),
        ("location", VAN, 39),
        ("location", STORE, 40),
        ("holder", BERTIL, 50),
    ]
    assert [span.ends_at for span in spans] == [day(10), day(39), day(40), day(50), None]


def test_where_nobody_recorded_where_it_went_the_chain_says_so() -> None:
    spans = lifeline([Stay(ANNA, day(1), day(5)), Stay(BERTIL, day(9), None)], [])
    assert told(spans) == [("holder", ANNA, 1), ("unrecorded", None, 5), ("holder", BERTIL, 9)]


def test_from_one_to_the_next_at_the_same_moment_leaves_nothing_between() -> None:
    spans = lifeline([Stay(BERTIL, day(5), None), Stay(ANNA, day(1), day(5))], [])
    assert told(spans) == [("holder", ANNA, 1), ("holder", BERTIL, 5)]


def test_an_annulled_holding_never_was_and_a_scrapped_device_is_nowhere() -> None:
    spans = lifeline([Stay(ANNA, day(1), day(1))], [Move(day(3), "location", STORE)], acquired=day(0), scrapped=day(9))
    assert told(spans) == [("unrecorded", None, 0), ("location", STORE, 3), ("scrapped", None, 9)]


def test_nothing_known_is_no_chain() -> None:
    assert lifeline([], []) == ()


def reference(stays: list[Stay], moves: list[Move], acquired: datetime | None, at: datetime) -> Place | None:
    """Where the device is at one moment, asked from scratch: every fact up to then, one after the other."""
    known: list[tuple[datetime, int, str, UUID]] = []
    for stay in stays:
        if stay.starts_at != stay.ends_at:
            known.append((stay.starts_at, 1, "begins", stay.holder))
            if stay.ends_at is not None:
                known.append((stay.ends_at, 0, "ends", stay.holder))
    known += [(move.at, 2, move.kind, move.target) for move in moves]
    place: Place | None = None if acquired is None or at < acquired else ("unrecorded", None)
    for moment, _, what, subject in sorted(known, key=lambda fact: fact[:2]):
        if moment > at:
            break
        if what == "ends":
            place = ("unrecorded", None) if place == ("holder", subject) else place
        else:
            place = ("location", subject) if what == "location" else ("holder", subject)
    return place


PEOPLE = st.sampled_from([ANNA, BERTIL])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Stay], list[Move], datetime | None]:
    """Holdings that do not overlap, moves at any time, often at the same moments, and perhaps a day of purchase."""
    days = sorted(draw(st.lists(st.integers(0, 30), max_size=10)))
    pairs = list(zip(days[::2], days[1::2], strict=False))
    stays = [Stay(draw(PEOPLE), day(first), day(last)) for first, last in pairs]
    if len(days) % 2:
        stays.append(Stay(draw(PEOPLE), day(days[-1]), None))
    place = st.one_of(
        st.tuples(st.just("location"), st.sampled_from([VAN, STORE])), st.tuples(st.just("holder"), PEOPLE)
    )
    moves = [
        Move(day(number), *where)
        for number, where in draw(st.dictionaries(st.integers(0, 30), place, max_size=8)).items()
    ]
    return stays, moves, draw(st.one_of(st.none(), st.integers(0, 30).map(day)))


@given(histories())
def test_every_moment_has_one_place_and_the_reference_says_the_same(
    history: tuple[list[Stay], list[Move], datetime | None],
) -> None:
    stays, moves, acquired = history
    spans = lifeline(stays, moves, acquired=acquired)
    assert all(one.ends_at == two.starts_at for one, two in pairwise(spans)), "no gap, no overlap"
    assert all(one.starts_at < two.starts_at for one, two in pairwise(spans))
    assert spans == () or spans[-1].ends_at is None
    for half in range(64):
        at = START + timedelta(hours=12 * half)
        here = [span for span in spans if span.starts_at <= at and (span.ends_at is None or at < span.ends_at)]
        expected = reference(stays, moves, acquired, at)
        assert [(span.kind, span.subject) for span in here] == ([] if expected is None else [expected])
