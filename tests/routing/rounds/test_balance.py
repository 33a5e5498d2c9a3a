"""I15: what was loaded was delivered, came back, or is explained; and what was collected came home."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.database import execute, fetch, fetch_value, new_id
from routing.rounds.balance import Said, Unit, balance, judge
from routing.rounds.balance_repository import units_of
from tests.routing.rounds.shop import (
    Shop,
    at,
    collected,
    complete,
    delivered,
    load,
    make_delivery,
    make_pickup,
    row_of,
)
from tests.support.builders import make_article, make_device, make_holding

COUNTS = st.integers(0, 20)


def task(number: int) -> UUID:
    return UUID(int=number)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), max_size=6))
def test_the_sums_always_add_up(rows: list[tuple[int, int, int, int]]) -> None:
    """Whatever was scanned or forgotten: nothing appears and nothing vanishes."""
    units = [Unit(task(number), "out", *row) for number, row in enumerate(rows)]
    total = balance(units)
    assert total.loaded == total.delivered + total.returned + total.explained + total.left
    assert total.loaded >= sum(unit.taken for unit in units)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6), st.data())
@settings(max_examples=60)
def test_an_account_of_everything_is_even_and_one_unit_less_is_not(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    units = [Unit(task(number), "out", *row) for number, row in enumerate(rows)]
    said = [Said(unit.task_id, "here", unit.left) for unit in units if unit.left]
    assert judge(units, said).even
    assert judge(units, said).code is None
    if said:
        dropped = data.draw(st.integers(0, len(said) - 1))
        short = judge(units, [one for number, one in enumerate(said) if number != dropped])
        assert (short.even, short.code) == (False, "round.not_even")
        assert short.left == {said[dropped].task_id: said[dropped].quantity}


def test_a_delivery_that_nobody_scanned_at_loading_was_in_the_van_all_the_same() -> None:
    unit = Unit(task(1), "out", taken=0, gone=1)
    assert (unit.loaded, unit.left) == (1, 0)


def test_what_is_said_twice_of_unknown_goods_or_too_often_is_told() -> None:
    units = [Unit(task(1), "out", 2)]
    assert judge(units, [Said(task(9), "here")]).code == "round.unit_unknown"
    assert judge(units, [Said(task(1), "here", 3)]).code == "round.unit_too_many"
    assert judge(units, [Said(task(1), "here", 1), Said(task(1), "other", 1)]).code == "round.unit_explained"
    gravest = [Said(task(1), "other", 1), Said(task(1), "missing", 1)]
    assert judge(units, gravest).code == "round.unit_missing"


# ---------------------------------------------------------------- with the database


def account(minute: float, *items: dict[str, object]) -> dict[str, object]:
    """Arguments of ``round.reconcile``."""
    return {"items": list(items), "at": at(minute).isoformat()}


def said(task_id: UUID, code: str = "here", quantity: int = 1, note: str = "") -> dict[str, object]:
    return {"task_id": str(task_id), "code": code, "quantity": quantity, "note": note}


async def held(shop: Shop, person_id: UUID) -> UUID:
    """A device that the person has."""
    device_id = await make_device(shop.north)
    await make_holding(shop.north, device_id, person_id=person_id)
    return device_id


async def test_the_van_goes_to_zero_and_a_part_of_a_quantity_can_go_out_again(shop: Shop) -> None:
    """Two of five were taken: three come back and wait in the queue, as does the device that nobody was home for."""
    chair = await make_delivery(shop.north)
    pads = await make_delivery(
        shop.north, article_id=await make_article(shop.north, individually_numbered=False), quantity=5
    )
    tour = await shop.tour(shop.driver, [chair, pads])
    phone = await shop.phone(shop.driver)
    first, second = tour.stops
    await shop.push(phone, "stop.load", load(first.tasks[0], 1, chair.device_number), first.id)
    await shop.push(phone, "stop.load", load(second.tasks[0], 2, quantity=5), second.id)
    await shop.push(phone, "stop.complete", complete(20, [delivered(second.tasks[0], quantity=2)]), second.id)
    short = await shop.push(phone, "round.reconcile", account(60, said(first.tasks[0])), tour.id)
    assert (short["verdict"], short["code"]) == ("recorded", "round.not_even"), "three are left"
    assert (await row_of("van_round", tour.id))["reconciled_at"] is None
    verdict = await shop.push(phone, "round.reconcile", account(61, said(second.tasks[0], quantity=3)), tour.id)
    assert verdict["verdict"] == "applied"
    round_row = await row_of("van_round", tour.id)
    assert (round_row["state"], round_row["reconciled_at"]) == ("returned", at(61))
    total = balance(unit.unit for unit in await units_of(tour.id))
    assert (total.loaded, total.delivered, total.returned, total.left) == (6, 2, 4, 0)
    assert (await row_of("device", chair.device_id))["status"] == "reserved"
    assert (await row_of("customer_order", pads.order_id))["state"] == "dispatchable", "three can go out again"


async def test_what_is_missing_is_lost_until_somebody_finds_it_and_a_person_is_asked(shop: Shop) -> None:
    chair = await make_delivery(shop.north)
    person = chair.person_id
    bed_id = await held(shop, person)
    bed = await make_pickup(shop.north, device_id=bed_id, person_id=person)
    tour = await shop.tour(shop.driver, [chair], [bed])
    (stop,) = tour.stops
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.load", load(stop.tasks[0], 1, chair.device_number), stop.id)
    await shop.push(
        phone, "stop.complete", complete(20, collect=[collected(bed.device_number, stop.tasks[1])]), stop.id
    )
    verdict = await shop.push(
        phone,
        "round.reconcile",
        account(60, said(stop.tasks[0], "missing"), said(stop.tasks[1], "missing", note="Flaket var tomt.")),
        tour.id,
    )
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "round.unit_missing")
    assert await fetch_value("select count(*) from review_item where reason = 'round.unit_missing'") == 1
    assert [
        row["status"] for row in await fetch("select status from device where id = any($1)", [bed_id, chair.device_id])
    ] == ["lost", "lost"]
    assert (await row_of("pickup_line", bed.line_id))["state"] == "lost"
    line = await row_of("order_line", chair.line_id)
    assert (line["state"], line["loaded"], line["device_id"]) == ("open", False, None), "the warehouse chooses another"
    assert (await row_of("van_round", tour.id))["reconciled_at"] is not None, "explained is accounted for"
    total = balance(unit.unit for unit in await units_of(tour.id))
    assert (total.loaded, total.explained, total.left) == (2, 2, 0)


async def test_the_office_cannot_say_what_is_in_a_van_and_another_driver_neither(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    phone = await shop.phone(shop.colleague)
    assert (await shop.push(phone, "round.reconcile", account(60), tour.id))["verdict"] == "quarantined"


# ---------------------------------------------------------------- what left with the device against what came back


async def test_parts_are_counted_at_the_door_bound_by_the_proof_and_taken_back_by_an_undo(shop: Shop) -> None:
    """R-143, R-269: by article and K-number; a part of another device is not counted."""
    chair = await make_delivery(shop.north)
    bed_id = await held(shop, chair.person_id)
    bed = await make_pickup(shop.north, device_id=bed_id, person_id=chair.person_id)
    rail, strange = new_id(), new_id()
    article = await make_article(shop.north, name="Sänggrind", kind="accessory", individually_numbered=False)
    for component, device in ((rail, bed_id), (strange, chair.device_id)):
        await execute(
            "insert into device_component (id, region_id, device_id, main_number, article_id, quantity)"
            " values ($1, $2, $3, $4, $5, 2)",
            component,
            shop.north.region_id,
            device,
            bed.device_number,
            article,
        )
    (stop,) = (await shop.tour(shop.driver, [], [bed])).stops
    phone = await shop.phone(shop.driver)
    await phone.sync()
    (part,) = phone.rows["stop"][stop.id]["tasks"][0]["parts"]
    assert (part["number"], part["quantity"], part["counted"]) == (f"K-{bed.device_number}", 2, None)
    counted = [{"component_id": str(rail), "quantity": 1}, {"component_id": str(strange), "quantity": 2}]
    item = collected(bed.device_number, stop.tasks[0], parts=counted)
    args = complete(20, collect=[item], proof=None)
    command = phone.record("stop.complete", args, aggregate=stop.id, at=args["at"])
    await phone.sync()
    assert phone.verdicts[command]["verdict"] == "applied"
    assert [
        (row["component_id"], row["expected"], row["counted"]) for row in await fetch("select * from collected_part")
    ] == [(rail, 2, 1)]
    assert phone.rows["stop"][stop.id]["tasks"][0]["parts"][0]["counted"] == 1
    undone = await shop.push(phone, "stop.undo", {"command_id": str(command)}, stop.id, at=at(21).isoformat())
    assert undone["verdict"] == "applied"
    assert phone.rows["stop"][stop.id]["tasks"][0]["parts"][0]["counted"] is None
