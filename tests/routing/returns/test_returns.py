"""A device comes back: taken in by scan, cleaned, inspected, and what is missing is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from tests.app.orders.desk import Desk, make_warehouse, row_of, status_of
from tests.support.builders import make_article, make_device, make_holding, make_person


def now(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


async def lent(desk: Desk, **article: Any) -> UUID:
    """A device that a person has, prescribed by the north's prescriber."""
    device = await make_device(desk.north, article_id=await make_article(desk.north, **article))
    count = await fetch_value("select count(*) from person")
    person = await make_person(desk.north, personal_number="19121212" + f"{count:04d}")
    await make_holding(desk.north, device, person_id=person, prescriber_id=desk.north.users[Role.PRESCRIBER].id)
    return device


async def send(desk: Desk, name: str, device: UUID, **args: Any) -> tuple[int, dict[str, Any]]:
    answer = await desk.send(await desk.as_role(Role.WAREHOUSE), f"return.{name}", args, device)
    return answer.status_code, answer.json()


async def test_what_nobody_had_ordered_back_arrives_and_its_rent_ends(desk: Desk) -> None:
    """R-265, R-274: the arrival makes the order, and closes it."""
    await make_warehouse(desk.north)
    device = await lent(desk)
    at = now(minutes=3)
    status, body = await send(desk, "take_in", device, at=at, hygiene="dirty")
    assert status == 200, body
    assert await status_of(device) == "arrived"
    line = await fetch_row("select * from pickup_line where device_id = $1", device)
    assert line is not None
    assert (line["state"], line["hygiene"], line["unplanned"]) == ("arrived", "dirty", True)
    assert (await row_of("pickup_order", line["pickup_order_id"]))["state"] == "closed"
    ends = await fetch_value("select ends_at from holding where device_id = $1", device)
    assert ends == datetime.fromisoformat(at)
    again = await send(desk, "take_in", device, at=now())
    assert (again[0], again[1]["code"]) == (409, "return.here_already")


async def test_a_vision_aid_arrives_on_no_order_and_what_was_lost_is_found(desk: Desk) -> None:
    """R-248, I5; and a device that nobody could find at the day's end."""
    await make_warehouse(desk.north)
    lens = await lent(desk, vision_aid=True)
    lost = await make_device(desk.north, status="lost")
    for device in (lens, lost):
        status, body = await send(desk, "take_in", device, at=now())
        assert (status, body["result"]["pickup"]) == (200, None)
        assert await status_of(device) == "arrived"
    assert await fetch_value("select count(*) from pickup_line") == 0
    assert await fetch_value("select count(*) from holding where ends_at is null and starts_at is not null") == 0
    assert [row["standing"] for row in await fetch("select standing from custody_event")] == ["chain", "chain"]


async def test_a_contaminated_device_waits_is_cleaned_inspected_and_goes_to_stock(desk: Desk) -> None:
    await make_warehouse(desk.north)
    device = await lent(desk)
    await send(desk, "take_in", device, at=now())
    status, body = await send(desk, "receive", device, contamination="declared")
    assert status == 200, body
    assert body["result"]["quarantine_until"] > now()
    early = await send(desk, "cleaned", device)
    assert (early[0], early[1]["code"]) == (409, "return.quarantine_runs")
    await execute("update device_return set quarantine_until = now() - interval '1 minute'")
    assert (await send(desk, "cleaned", device))[0] == 200
    assert await status_of(device) == "inspection"
    wrong = await send(desk, "inspect", device, result="faults", disposition="stock")
    assert (wrong[0], wrong[1]["code"]) == (409, "return.faults_not_to_stock")
    assert (await send(desk, "inspect", device, result="ok", disposition="stock"))[0] == 200
    assert await status_of(device) == "in_stock"


async def test_a_device_that_was_in_cleaning_before_there_was_a_desk_goes_on_from_there(desk: Desk) -> None:
    device = await make_device(desk.north, status="cleaning")
    assert (await send(desk, "cleaned", device))[0] == 200
    assert await status_of(device) == "inspection"
    assert (await send(desk, "inspect", device, result="ok", disposition="stock"))[0] == 200
    assert await status_of(device) == "in_stock"


async def test_what_is_repaired_is_inspected_again_and_both_inspections_stay(desk: Desk) -> None:
    device = await lent(desk)
    await execute("update device set status = 'inspection' where id = $1", device)
    assert (await send(desk, "inspect", device, result="faults", disposition="repair", note="Bromsen"))[0] == 200
    assert await status_of(device) == "in_repair"
    assert (await send(desk, "inspect", device, result="faults", disposition="scrap", note="Ramen är av"))[0] == 200
    assert [
        row["disposition"] for row in await fetch("select disposition from device_return order by received_at")
    ] == [
        "repair",
        "scrap",
    ]
    scrapped = await row_of("device", device)
    assert (scrapped["status"], scrapped["scrapped_on"] is not None) == ("scrapped", True)


async def test_the_prescriber_is_asked_for_the_parts_that_are_missing_and_nobody_is_named(desk: Desk) -> None:
    """R-269: what left with the device against what came back, by K-number."""
    await make_warehouse(desk.north)
    device = await lent(desk)
    number = (await row_of("device", device))["number"]
    rail, belt = new_id(), new_id()
    for component, name in ((rail, "Sänggrind"), (belt, "Bälte")):
        await execute(
            "insert into device_component (id, region_id, device_id, main_number, article_id, quantity)"
            " values ($1, $2, $3, $4, $5, 2)",
            component,
            desk.north.region_id,
            device,
            number,
            await make_article(desk.north, name=name, kind="accessory", individually_numbered=False),
        )
    await send(desk, "take_in", device, at=now())
    await send(desk, "receive", device, contamination="none")
    await send(desk, "cleaned", device)
    strange = await send(
        desk,
        "inspect",
        device,
        result="ok",
        disposition="stock",
        parts=[{"component_id": str(new_id()), "quantity": 1}],
    )
    assert (strange[0], strange[1]["code"]) == (409, "return.part_unknown")
    parts = [{"component_id": str(rail), "quantity": 1}, {"component_id": str(belt), "quantity": 2}]
    status, body = await send(desk, "inspect", device, result="ok", disposition="stock", parts=parts)
    assert (status, body["result"]["missing"], body["result"]["asked"]) == (200, 1, True)
    message = await fetch_row("select * from message")
    assert message is not None
    assert message["recipient_id"] == desk.north.users[Role.PRESCRIBER].id
    assert message["params"] == {"number": number, "article_name": "Lyft Provia", "parts": f"Sänggrind (K-{number})"}
    seen = (await (await desk.as_role(Role.WAREHOUSE)).get(f"/api/returns/{number}")).json()
    assert [(part["article_name"], part["quantity"], part["found"]) for part in seen["parts"]] == [
        ("Bälte", 2, 2),
        ("Sänggrind", 2, 1),
    ]


async def test_a_purchase_is_judged_once(desk: Desk) -> None:
    """R-272."""
    await make_warehouse(desk.north)
    device = await lent(desk, charging="sale")
    await execute("update holding set starts_at = now() - interval '5 days'")
    await send(desk, "take_in", device, at=now())
    warehouse = await desk.as_role(Role.WAREHOUSE)
    (purchase,) = (await warehouse.get("/api/returns")).json()["purchases"]
    line = UUID(purchase["line_id"])
    status, body = await send(desk, "buy_back", line, unused=True, original_packaging=False)
    assert (status, body["result"]) == (200, {"accepted": False, "reason": "packaging"})
    again = await send(desk, "buy_back", line, unused=True, original_packaging=True)
    assert (again[0], again[1]["code"]) == (409, "return.judged_already")
