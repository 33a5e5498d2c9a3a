"""Two drivers and one device: whatever order their phones are heard in, the end is the same (sync case 9, J12).

Hypothesis makes up what two offline drivers did and in which order their phones got through; the test tells the same
story twice, once in the order of event time and once as drawn, each on its own region's copy of the same goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.database import fetch, fetch_value
from routing.rounds.chain import chain_of
from tests.routing.rounds.shop import (
    Goods,
    Shop,
    Tour,
    at,
    collected,
    complete,
    delivered,
    fail,
    load,
    make_delivery,
    make_pickup,
    open_shop,
    someone,
)
from tests.support.builders import make_device, make_holding
from tests.support.database import DatabaseServer
from tests.support.phone import Phone


@dataclass(frozen=True)
class Deed:
    """What a driver did, and when."""

    driver: int
    kind: str
    minute: int


#: What drivers do in each scene, the usual more often.
KINDS = {
    "pickup": ("collect", "collect", "collect", "fail", "undo", "return"),
    "moved": ("load", "load", "deliver", "deliver", "collect", "fail", "undo", "return"),
    "planned anew": ("load", "load", "deliver", "deliver", "collect", "fail", "undo", "return"),
}


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[list[Deed]], list[int]]:
    """A scene, what each of two drivers did in order of time, and whose phone is heard next."""
    scene = draw(st.sampled_from(sorted(KINDS)))
    minutes = draw(st.lists(st.integers(0, 30), min_size=3, max_size=8, unique=True))
    deeds = [Deed(draw(st.integers(0, 1)), draw(st.sampled_from(KINDS[scene])), minute) for minute in sorted(minutes)]
    each = [[deed for deed in deeds if deed.driver == driver] for driver in (0, 1)]
    turns = draw(st.permutations([deed.driver for deed in deeds]))
    return scene, each, list(turns)


@dataclass
class Scene:
    """One device on two drivers' rounds: the first driver's stop was taken off and the order given to the second."""

    shop: Shop
    goods: Goods
    tours: tuple[Tour, Tour]
    phones: tuple[Phone, Phone]
    moved: bool
    sent: list[list[UUID]]


async def set_scene(shop: Shop, goods: str) -> Scene:
    person = await someone(shop.north)
    moved = goods == "moved"
    if goods == "pickup":
        device = await make_device(shop.north)
        await make_holding(shop.north, device, person_id=person)
        wanted = await make_pickup(shop.north, device_id=device, person_id=person)
        first = await shop.tour(shop.driver, pickups=[wanted])
        neighbour = await make_delivery(shop.north, person_id=person)
        second = await shop.tour(shop.colleague, [neighbour], van=1, name="Söderturen")
    else:
        wanted = await make_delivery(shop.north, person_id=person)
        first = await shop.tour(shop.driver, [wanted])
        if moved:
            second = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söderturen")
            await shop.ok("stop.move", {"round_id": str(second.id)}, first.stops[0].id)
            second = Tour(second.id, second.name, first.stops)
        else:
            await shop.ok("round.take_off", {"stop_id": str(first.stops[0].id)}, first.id)
            second = await shop.tour(shop.colleague, [wanted], van=1, name="Söderturen")
    phones = (await shop.phone(shop.driver), await shop.phone(shop.colleague))
    return Scene(shop, wanted, (first, second), phones, moved, [[], []])


def record(scene: Scene, deed: Deed) -> None:
    """Put the deed into the driver's phone."""
    tour, phone = scene.tours[deed.driver], scene.phones[deed.driver]
    stop = tour.stops[0]
    number = scene.goods.device_number
    type_name, aggregate, args = f"stop.{deed.kind}", stop.id, dict[str, Any]()
    if deed.kind == "load":
        args = load(stop.tasks[0], deed.minute, number)
    elif deed.kind == "deliver":
        type_name, args = "stop.complete", complete(deed.minute, [delivered(stop.tasks[0], number)])
    elif deed.kind == "collect":
        type_name, args = "stop.complete", complete(deed.minute, collect=[collected(number)])
    elif deed.kind == "fail":
        args = fail(deed.minute)
    elif deed.kind == "return":
        type_name, aggregate, args = "round.return", tour.id, {"at": at(deed.minute).isoformat()}
    else:
        own = [command for command in scene.sent[deed.driver] if command is not None]
        args = {"command_id": str(own[-1] if own else uuid4())}
    command = phone.record(type_name, args, aggregate=aggregate, at=at(deed.minute))
    scene.sent[deed.driver].append(command)


async def end_of(scene: Scene) -> dict[str, Any]:
    """Everything that must not depend on the order of arrival, without the ids that differ from run to run."""
    region, device = scene.shop.north.region_id, scene.goods.device_id
    assert device is not None
    names = {
        scene.shop.crews[region].depot: "depot",
        scene.shop.crews[region].vans[0]: "van 1",
        scene.shop.crews[region].vans[1]: "van 2",
        scene.goods.person_id: "person",
    }
    chain = await chain_of(region, ("device", device))
    for before, after in pairwise(chain):
        assert before.target == after.source
    minutes = {at(minute): minute for minute in range(91)}
    holdings = await fetch(
        "select person_id, starts_at, ends_at from holding where device_id = $1"
        " and ends_at is distinct from starts_at order by starts_at",
        device,
    )
    verdicts = [
        [
            tuple(row)
            for command in sent
            for row in await fetch(
                "select s.verdict, s.code, (select count(*) from review_item r where r.command_id = s.command_id"
                "  and r.state = 'open') from command_standing s where s.command_id = $1",
                command,
            )
        ]
        for sent in scene.sent
    ]
    for lines in verdicts:
        for verdict, _, reviews in lines:
            assert (verdict == "recorded") == (reviews == 1), "J10: what is not applied is with a person"
    stops = await fetch(
        "select s.state, array(select t.state || ' ' || t.kind from stop_task t where t.stop_id = s.id"
        " and not (t.unplanned and t.state = 'cancelled') order by t.position) as tasks,"
        " (select count(*) from stop_attempt x where x.stop_id = s.id and x.undone_by is null) as attempts"
        " from stop s order by s.id = $1, s.id",
        scene.tours[1].stops[0].id,
    )
    return {
        "chain": [(names[step.source[1]], names[step.target[1]], minutes.get(step.at)) for step in chain],
        "holdings": [(names[row["person_id"]], minutes.get(row["starts_at"]), row["ends_at"]) for row in holdings],
        "status": await fetch_value("select status from device where id = $1", device),
        "verdicts": verdicts,
        "stops": [tuple(row) for row in stops],
        "pickup lines": sorted(
            row["state"] for row in await fetch("select state from pickup_line where state <> 'cancelled'")
        ),
        "orders": sorted(row["state"] for row in await fetch("select state from customer_order")),
    }


async def tell(
    server: DatabaseServer, folder: Path, goods: str, each: Sequence[Sequence[Deed]], turns: Sequence[int]
) -> dict[str, Any]:
    """Tell the story on a new database; ``turns`` says whose next deed gets through."""
    async with server.new_database(migrated=True) as database, open_shop(database, folder) as shop:
        scene = await set_scene(shop, goods)
        waiting = [list(deeds) for deeds in each]
        for driver in turns:
            record(scene, waiting[driver].pop(0))
            await scene.phones[driver].push_once()
            # Acknowledged at once: the next push holds only what is new.
            scene.phones[driver].outbox.clear()
        for phone, sent in zip(scene.phones, scene.sent, strict=True):
            assert set(phone.verdicts) == set(sent)
        return await end_of(scene)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=stories())
@example(
    # A try that arrives while the driver's other goods still stand: it counts when they lose their place.
    story=(
        "pickup",
        [[Deed(0, "collect", 0)], [Deed(1, "collect", 1), Deed(1, "fail", 4)]],
        [1, 1, 0],
    )
)
async def test_the_end_does_not_depend_on_the_order_of_arrival(
    database_server: DatabaseServer, tmp_path: Path, story: tuple[str, list[list[Deed]], list[int]]
) -> None:
    goods, each, turns = story
    in_time = [deed.driver for deed in sorted((*each[0], *each[1]), key=lambda deed: deed.minute)]
    wanted = await tell(database_server, tmp_path / str(uuid4()), goods, each, in_time)
    assert await tell(database_server, tmp_path / str(uuid4()), goods, each, turns) == wanted
