"""A plan from the request to the rounds: made by a job, looked at, taken or left; what is wrong is said."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, tzinfo
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_value
from app.identity.actor import Role
from app.jobs import run_due
from app.policy.working_time import STOCKHOLM
from routing.planner import Plan, PlannerFailed
from routing.plans import searching
from routing.plans.searching import JOB, search_with
from routing.travel import Haversine
from tests.routing.rounds.shop import (
    Shop,
    Tour,
    at,
    complete,
    delivered,
    load,
    make_delivery,
    make_pickup,
    row_of,
    someone,
    stops_of,
    today,
)
from tests.support.builders import make_device

EQUIPPED: dict[str, Any] = {
    "wheelchair_slots": 9,
    "bed_slots": 9,
    "volume_litres": 50_000,
    "weight_kg": 9_000,
    "skills": ["two_persons", "tail_lift", "electrician"],
    "shift_from": "00:00:00",
    "shift_to": "23:59:00",
}
#: Long enough for the east or the west, not for both.
SHORT = {"shift_from": "07:00:00", "shift_to": "10:00:00"}


async def make_plan(shop: Shop, plan_id: UUID | None = None, **args: Any) -> dict[str, Any]:
    """Start a plan, let the job make it, and read it."""
    plan_id = plan_id or uuid4()
    await shop.ok("plan.start", {"on_day": today(), "seconds": 1, **args}, plan_id)
    assert await run_due({JOB: search_with(Haversine)}) == 1
    return await read(shop, plan_id)


async def read(shop: Shop, plan_id: UUID) -> dict[str, Any]:
    answer = await (await shop.office()).get(f"/api/plans/{plan_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def two_tours(shop: Shop, *, published: bool = True) -> tuple[Tour, Tour]:
    """Two rounds that cross: each has a stop in the east and one in the west."""
    await execute("update location set latitude = 65.6, longitude = 22.0 where kind = 'warehouse'")
    tours = []
    for van, driver, name in ((0, shop.driver, "Norrturen"), (1, shop.colleague, "Söderturen")):
        orders = [await make_delivery(shop.north) for _ in range(4)]
        tours.append(await shop.tour(driver, orders, van=van, name=name, published=published))
    for tour in tours:
        for stop, longitude in zip(tour.stops, (21.0, 23.0, 21.2, 23.2), strict=True):
            await place(stop.id, 65.6, longitude)
    return tours[0], tours[1]


async def place(stop_id: UUID, latitude: float, longitude: float) -> None:
    await execute("update stop set latitude = $2, longitude = $3 where id = $1", stop_id, latitude, longitude)


async def equip(shop: Shop, **changes: Any) -> None:
    for van in shop.crews[shop.north.region_id].vans:
        await shop.ok("van.equip", {**EQUIPPED, **changes}, van)


async def test_a_plan_is_made_by_a_job_shown_as_a_proposal_and_taken(shop: Shop) -> None:
    await equip(shop, **SHORT)
    north, south = await two_tours(shop)
    before = [await row_of("van_round", tour.id) for tour in (north, south)]
    plan_id = uuid4()
    await shop.ok("plan.start", {"on_day": today(), "seconds": 1}, plan_id)
    waiting = await read(shop, plan_id)
    assert (waiting["state"], waiting["result"]) == ("waiting", None)
    assert await run_due({JOB: search_with(Haversine)}) == 1
    plan = await read(shop, plan_id)
    assert plan["state"] == "done", plan
    assert 0 < plan["best_cost"] < plan["present_cost"], "one van east and one west is cheaper than both both ways"
    result = plan["result"]
    assert (result["estimated"], result["source"], result["unserved"], result["faults"]) == (True, "haversine", [], [])
    assert len(result["moves"]) == 4, "each gives two stops to the other"
    assert {one["words"]["sv"] for one in result["rounds"]} == {"2 nya, 2 borttagna"}
    assert {one["words"]["en"] for one in result["rounds"]} == {"2 new, 2 removed"}
    assert await stops_of(north.id) == north.stops, "a proposal changes nothing"
    await shop.ok("plan.take", {}, plan_id)
    for one, was in zip(result["rounds"], before, strict=True):
        taken = [stop.id for stop in await stops_of(UUID(one["round_id"]))]
        assert taken == [UUID(stop["stop_id"]) for stop in one["stops"]]
        assert (await row_of("van_round", UUID(one["round_id"])))["version"] == was["version"] + 1
    changes = await fetch("select round_id, change from round_change")
    assert {row["round_id"] for row in changes} == {north.id, south.id}, "both drivers have something to see"
    again = await shop.send("plan.take", {}, plan_id)
    assert (again.status_code, again.json()["code"]) == (409, "plan.settled")
    listed = await (await shop.office()).get(f"/api/plans?day={today()}")
    assert [row["state"] for row in listed.json()["items"]] == ["taken"]


async def test_drafts_are_published_with_the_plan_when_that_is_asked_for(shop: Shop) -> None:
    await equip(shop, **SHORT)
    north, south = await two_tours(shop, published=False)
    plan_id = uuid4()
    await make_plan(shop, plan_id)
    await execute("update van_round set driver_id = null where id = $1", south.id)
    refused = await shop.send("plan.take", {"publish": True}, plan_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "round.no_driver")
    assert await stops_of(north.id) == north.stops, "refused is refused whole"
    await execute("update van_round set driver_id = $2 where id = $1", south.id, shop.colleague.id)
    await shop.ok("plan.take", {"publish": True}, plan_id)
    assert [(await row_of("van_round", tour.id))["state"] for tour in (north, south)] == ["published"] * 2
    changes = [row["change"] for row in await fetch("select change from round_change")]
    nothing = {"new": [], "moved": [], "removed": []}
    assert changes == [nothing] * 2, "nobody had seen the old lists: a first version changes nothing"


async def test_a_plan_of_rounds_that_have_changed_is_not_taken(shop: Shop) -> None:
    north, south = await two_tours(shop)
    plan_id = uuid4()
    await make_plan(shop, plan_id)
    await shop.ok("stop.move", {"round_id": str(south.id)}, north.stops[0].id)
    refused = await shop.send("plan.take", {}, plan_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan.stale")


class Ten(datetime):
    """A clock that stands at ten in the morning: at night a van has no time left for anything urgent."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Ten:
        return cls.combine(datetime.now(STOCKHOLM), time(10), STOCKHOLM).astimezone(tz)


@pytest.fixture
def ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "datetime", Ten)


@pytest.mark.usefixtures("ten")
async def test_what_has_been_done_since_stays_done_and_the_rest_is_taken(shop: Shop) -> None:
    """Sync cases 12 and 20: the driver works while the office looks at the plan."""
    await equip(shop)
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order, *[await make_delivery(shop.north) for _ in range(2)]])
    phone = await shop.phone(shop.driver)
    first = tour.stops[0]
    await shop.push(phone, "stop.load", load(first.tasks[0], 1, order.device_number), first.id)
    draft = await shop.tour(shop.colleague, [await make_delivery(shop.north)], published=False, name="Akut")
    for stop, longitude in zip((*tour.stops, *draft.stops), (22.1, 22.2, 22.3, 22.25), strict=True):
        await place(stop.id, 65.6, longitude)
    plan_id = uuid4()
    plan = await make_plan(shop, plan_id, kind="urgent", new_round_id=str(draft.id))
    assert plan["state"] == "done", plan
    await shop.push(phone, "stop.complete", complete(2, [delivered(first.tasks[0], order.device_number)]), first.id)
    await shop.ok("plan.take", {}, plan_id)
    after = [stop.id for stop in await stops_of(tour.id)]
    assert after[0] == first.id, "what is done keeps its place"
    assert sorted(after) == sorted([stop.id for stop in (*tour.stops, *draft.stops)])
    assert (await row_of("stop", first.id))["state"] == "done"


@pytest.mark.usefixtures("ten")
async def test_something_urgent_is_put_in_and_nobody_elses_order_changes(shop: Shop) -> None:
    await equip(shop)
    north, south = await two_tours(shop)
    for tour, side in ((north, 21.0), (south, 23.0)):
        for number, stop in enumerate(tour.stops):
            await place(stop.id, 65.6, side + number / 100)
    draft = await shop.tour(shop.driver, [await make_delivery(shop.north)], published=False, name="Akut")
    await place(draft.stops[0].id, 65.6, 22.9)
    plan = (await make_plan(shop, kind="urgent", new_round_id=str(draft.id)))["result"]
    assert [move["from_round_id"] for move in plan["moves"]] == [str(draft.id)]
    assert sorted(one["words"]["sv"] for one in plan["rounds"]) == ["1 ny", "Inget är ändrat"]
    for tour in (north, south):
        mine = next(one for one in plan["rounds"] if one["round_id"] == str(tour.id))
        order = [stop["stop_id"] for stop in mine["stops"] if stop["stop_id"] != str(draft.stops[0].id)]
        assert order == [str(stop.id) for stop in tour.stops]


async def test_goods_that_are_in_a_van_stay_in_it(shop: Shop) -> None:
    await equip(shop)
    north, south = await two_tours(shop)
    for stop in (*north.stops, *south.stops):
        await execute("update stop_task set state = 'loaded', loaded_at = now() where stop_id = $1", stop.id)
    plan = (await make_plan(shop))["result"]
    assert plan["moves"] == []


async def test_a_pinned_stop_stays_and_a_pinned_next_stop_comes_first(shop: Shop) -> None:
    await equip(shop)
    north, south = await two_tours(shop)
    pins = [
        {"stop_id": str(north.stops[1].id), "round_id": str(south.id), "first": True},
        {"stop_id": str(north.stops[0].id), "round_id": str(north.id)},
    ]
    plan = (await make_plan(shop, pins=pins))["result"]
    by_round = {one["round_id"]: [stop["stop_id"] for stop in one["stops"]] for one in plan["rounds"]}
    assert by_round[str(south.id)][0] == str(north.stops[1].id)
    assert str(north.stops[0].id) in by_round[str(north.id)]


async def test_case_20_a_plan_moves_a_stop_and_its_old_driver_is_still_heard(shop: Shop) -> None:
    """The outcome is keyed by the stop: what the old driver did before the phone knew of the plan is done."""
    await equip(shop)
    order = await make_delivery(shop.north)
    north = await shop.tour(shop.driver, [order, await make_delivery(shop.north)])
    south = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söderturen")
    for number, stop in enumerate((*north.stops, *south.stops)):
        await place(stop.id, 65.6, 22.0 + number / 100)
    phone = await shop.phone(shop.driver)
    await phone.sync()
    moved = north.stops[0]
    plan_id = uuid4()
    await make_plan(shop, plan_id, pins=[{"stop_id": str(moved.id), "round_id": str(south.id)}])
    await shop.ok("plan.take", {}, plan_id)
    assert (await row_of("stop", moved.id))["round_id"] == south.id
    done = complete(30, [delivered(moved.tasks[0], order.device_number)])
    assert (await shop.push(phone, "stop.complete", done, moved.id))["verdict"] == "applied"
    assert (await row_of("stop", moved.id))["state"] == "done", "nobody drives there again"
    another = uuid4()
    result = (await make_plan(shop, another))["result"]
    assert str(moved.id) not in {one["stop_id"] for tour in result["rounds"] for one in tour["stops"]}


async def test_what_is_wrong_is_named_in_a_sentence_and_the_rest_is_planned(shop: Shop) -> None:
    """Two rounds with one van, coordinates swapped, a stop outside the map, an address that nobody knows."""
    north, south = await two_tours(shop)
    await execute("update van_round set van_id = $2 where id = $1", south.id, shop.crews[shop.north.region_id].vans[0])
    await place(north.stops[1].id, 22.1, 65.6)
    await place(north.stops[2].id, 48.8, 2.3)
    await execute("update stop set latitude = null, longitude = null where id = $1", north.stops[3].id)
    plan = (await make_plan(shop))["result"]
    assert sorted(one["code"] for one in plan["faults"]) == ["van_twice", "van_undescribed", "van_undescribed"]
    assert all(one["words"]["sv"].endswith(".") and one["words"]["en"].endswith(".") for one in plan["faults"])
    reasons = {one["stop_id"]: one["reason"] for one in plan["unserved"]}
    assert reasons == {
        str(north.stops[1].id): "swapped",
        str(north.stops[2].id): "outside_map",
        str(north.stops[3].id): "no_position",
    }
    assert [one["round_id"] for one in plan["rounds"]] == [str(north.id)], "the second round with the van is left as is"
    assert [stop["stop_id"] for stop in plan["rounds"][0]["stops"]] == [str(north.stops[0].id)]


async def test_a_van_that_takes_nothing_and_a_bed_that_nobody_can_carry(shop: Shop) -> None:
    await equip(shop, wheelchair_slots=0, bed_slots=0, volume_litres=0, weight_kg=0)
    await two_tours(shop)
    plan = (await make_plan(shop))["result"]
    assert {one["code"] for one in plan["faults"]} == {"van_without_capacity", "no_solution"}
    assert {one["reason"] for one in plan["unserved"]} == {"load"}
    assert plan["rounds"][0]["stops"] == []


async def test_a_search_is_cancelled_and_nothing_is_left_running(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await two_tours(shop)
    searching_now, stopped = asyncio.Event(), asyncio.Event()

    async def endless(*_args: object, told: Any, **_options: object) -> Plan:
        told(7_000)
        searching_now.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError

    monkeypatch.setattr(searching, "propose", endless)
    monkeypatch.setattr(searching, "TELL_SECONDS", 0.02)
    plan_id = uuid4()
    await shop.ok("plan.start", {"on_day": today()}, plan_id)
    job = asyncio.create_task(run_due({JOB: search_with(Haversine)}))
    await searching_now.wait()
    while (plan := await read(shop, plan_id))["best_cost"] is None:
        assert plan["state"] == "running"
    assert plan["best_cost"] == 7_000, "the cost so far is told while it runs"
    await shop.ok("plan.cancel", {}, plan_id)
    await job
    assert stopped.is_set()
    assert (await read(shop, plan_id))["state"] == "cancelled"
    assert (await shop.send("plan.cancel", {}, plan_id)).json()["code"] == "plan.settled"
    assert (await shop.send("plan.take", {}, plan_id)).json()["code"] == "plan.settled"


async def test_a_planner_that_fails_is_told_and_the_rounds_are_as_they_were(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_tours(shop)

    async def broken(*_args: object, **_options: object) -> Plan:
        raise PlannerFailed("planner.unsound", "p3: forgotten")

    monkeypatch.setattr(searching, "propose", broken)
    plan_id = uuid4()
    plan = await make_plan(shop, plan_id)
    assert plan["state"] == "failed"
    assert plan["failure"]["sv"].startswith("Planen höll inte för kontrollen")
    assert (await shop.send("plan.take", {}, plan_id)).json()["code"] == "plan.not_ready"


async def test_what_cannot_be_planned_is_refused_when_it_is_asked_for(shop: Shop) -> None:
    plan = {"on_day": today()}
    assert (await shop.send("plan.start", plan, uuid4())).json()["code"] == "plan.no_rounds"
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    south = await shop.tour(shop.south.users[Role.DRIVER], region=shop.south, published=False)
    for args, code in (
        ({**plan, "round_ids": [str(south.id)]}, "plan.rounds_differ"),
        ({**plan, "round_ids": [str(uuid4())]}, "plan.rounds_differ"),
        ({**plan, "kind": "urgent"}, "plan.new_round_missing"),
        ({**plan, "kind": "urgent", "new_round_id": str(tour.id)}, "plan.new_round_missing"),
        ({**plan, "pins": [{"stop_id": str(uuid4()), "round_id": str(tour.id)}]}, "plan.pin_unknown"),
    ):
        assert (await shop.send("plan.start", args, uuid4())).json()["code"] == code
    await execute("update van_round set state = 'in_progress' where id = $1", tour.id)
    out = {**plan, "round_ids": [str(tour.id)]}
    assert (await shop.send("plan.start", out, uuid4())).json()["code"] == "plan.round_out"
    await execute("update van_round set state = 'published' where id = $1", tour.id)
    for _ in range(3):
        await shop.ok("plan.start", plan, uuid4())
    assert (await shop.send("plan.start", plan, uuid4())).json()["code"] == "plan.busy"
    assert await fetch_value("select count(*) from job where kind = $1", JOB) == 3


async def test_a_round_with_nothing_left_is_told_by_the_job(shop: Shop) -> None:
    await shop.tour(shop.driver, published=False)
    plan = await make_plan(shop)
    assert (plan["state"], plan["failure"]["en"].startswith("The rounds have no stops left")) == ("failed", True)


async def test_the_vans_say_what_they_take(shop: Shop) -> None:
    van = shop.crews[shop.north.region_id].vans[0]
    office = await shop.office()
    assert [row["equipment"] for row in (await office.get("/api/vans")).json()["items"]] == [None, None]
    await shop.ok("van.equip", {**EQUIPPED, "bed_slots": 2}, van)
    await shop.ok("van.equip", {**EQUIPPED, "bed_slots": 3, "break_minutes": 30}, van)
    known = {row["id"]: row["equipment"] for row in (await office.get("/api/vans")).json()["items"]}[str(van)]
    assert (known["bed_slots"], known["break_minutes"], known["shift_to"]) == (3, 30, "23:59:00")
    backwards = {**EQUIPPED, "shift_from": "16:00:00", "shift_to": "07:00:00"}
    assert (await shop.send("van.equip", backwards, van)).json()["code"] == "van.hours_end_first"
    foreign = shop.crews[shop.south.region_id].vans[0]
    assert (await shop.send("van.equip", EQUIPPED, foreign)).status_code == 404


async def test_a_van_under_way_is_planned_from_where_it_is_with_what_it_has(shop: Shop) -> None:
    """It has delivered one, collected one, and drives to the next: that one stays next whatever comes in."""
    from routing.rounds.day_problem import read_day

    await equip(shop)
    person = await someone(shop.north)
    device = await make_device(shop.north, status="with_holder")
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    orders = [await make_delivery(shop.north) for _ in range(2)]
    tour = await shop.tour(shop.driver, orders, [pickup])
    for stop, longitude in zip(tour.stops, (22.5, 22.6, 22.7), strict=True):
        await place(stop.id, 65.6, longitude)
    await execute("update van_round set state = 'in_progress' where id = $1", tour.id)
    last = tour.stops[2]
    await execute("update stop set state = 'done', done_at = now() where id = $1", last.id)
    await execute("update stop_task set state = 'done' where stop_id = $1", last.id)
    found = await read_day([tour.id], Haversine(), now=at(0))
    assert found is not None
    van = found.problem.vans[0]
    assert found.settled == {tour.id: [last.id]}
    assert van.first == (str(tour.stops[0].id),)
    assert sum(van.on_board) > 0, "what was collected is still there"
    assert van.start != van.end, "it is at its last door"
    assert {visit.vans for visit in found.problem.visits} == {frozenset({str(tour.id)})}, "deliveries are on board"
