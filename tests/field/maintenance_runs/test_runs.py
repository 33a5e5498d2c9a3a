"""A run on the assembled application: proposed, published whole or not at all, on the technician's phone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from piccolo.table import Table

from app.database import Database, execute, fetch, fetch_value
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM, Calendar
from field.maintenance_runs.tables import MaintenanceRun, MaintenanceStop
from tests.labels.conftest import Shop, shop
from tests.support.builders import make_device, make_holding, make_person, make_work_order
from tests.support.phone import Phone

__all__ = ["shop"]
TODAY = datetime.now(UTC).astimezone(STOCKHOLM).date()


def workday(first: date) -> date:
    calendar = Calendar()
    return next(day for day in (first + timedelta(days=n) for n in range(10)) if calendar.hours(day))


DAY = workday(TODAY + timedelta(days=1))


async def lift_at(shop: Shop, number: str, street: str, **columns: Any) -> UUID:
    device = await make_device(shop.north, number=number, next_pm=DAY, **columns)
    person = await make_person(shop.north, personal_number=f"19{number}1212"[:12], street=street)
    await make_holding(shop.north, device, person_id=person)
    return device


async def told(shop: Shop, device: UUID) -> None:
    args = {"given_on": TODAY.isoformat(), "how": "phone", "agreed": True}
    assert (await shop.send("maintenance.notify", args, device)).status_code == 200


async def proposed(shop: Shop, area: str = "972") -> dict[str, Any]:
    answer = await shop.planner.post(
        "/api/maintenance/runs/propose",
        json={
            "area": area,
            "first_day": DAY.isoformat(),
            "last_day": DAY.isoformat(),
            "from_hour": "08:00:00",
            "to_hour": "16:30:00",
        },
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_run_is_proposed_published_and_driven(shop: Shop) -> None:
    """R-188, R-228, R-231: everything at one door is one visit, and the reader of the addresses is logged (SR-08)."""
    first = await lift_at(shop, "104901", "Tolvgatan 12")
    await lift_at(shop, "104902", "Sextongatan 1")
    await told(shop, first)
    order = await make_work_order(shop.north, proposed_priority=2, street="Tolvgatan  12, lgh 1101", state="triaged")
    await execute(
        "insert into address_position (region_id, postcode, street, latitude, longitude, source)"
        " values ($1, '97212', swedish_order('Tolvgatan 12'), 65.58, 22.15, 'import')",
        shop.north.region_id,
    )
    proposal = await proposed(shop)
    [day] = proposal["days"]
    [door] = day["doors"]
    assert {(one["kind"], one["number"]) for one in door["tasks"]} == {
        ("maintenance", "104901"),
        ("order", order.number),
    }
    assert (proposal["visits"], proposal["visits_apart"]) == (1, 2)
    assert [(one["number"], one["reason"]) for one in proposal["left_out"]] == [("104902", "not_told")]
    assert await fetch_value("select count(*) from access_log where action = 'maintenance.run'") == 1
    technician = shop.north.users[Role.TECHNICIAN]
    run = {
        "name": "Luleå",
        "technician_id": str(technician.id),
        "stops": [
            {"on": DAY.isoformat(), "tasks": [{"kind": one["kind"], "number": one["number"]} for one in door["tasks"]]}
        ],
    }
    # One of them may not be booked: nothing at all is.
    bad = {
        **run,
        "stops": [*run["stops"], {"on": DAY.isoformat(), "tasks": [{"kind": "maintenance", "number": "104902"}]}],
    }
    refused = await shop.send("maintenance_run.publish", bad, uuid4())
    assert (refused.status_code, refused.json()["code"]) == (409, "maintenance.notify_first")
    assert await fetch_value("select count(*) from maintenance_run") == 0
    assert await fetch_value("select planned_on from work_order where id = $1", order.id) is None
    run_id = uuid4()
    published = await shop.send("maintenance_run.publish", run, run_id)
    assert published.status_code == 200, published.text
    booked = await fetch("select assigned_to, planned_on from work_order where planned_on = $1", DAY)
    assert [tuple(row) for row in booked] == [(technician.id, DAY)] * 2
    phone = await Phone.register(shop.clients[Role.TECHNICIAN])
    await phone.sync()
    [stop] = phone.rows["maintenance_stop"].values()
    assert (stop["on_day"], stop["position"], len(stop["tasks"])) == (DAY.isoformat(), 1, 2)
    assert len(phone.rows["work_order"]) == 2
    listed = (await shop.planner.get("/api/maintenance/runs")).json()["items"]
    assert [(one["name"], one["stops"], one["orders"], one["done"]) for one in listed] == [("Luleå", 1, 2, 0)]
    assert (await proposed(shop))["days"] == [], "what is booked is not proposed again"
    again = await shop.send("maintenance_run.publish", run, run_id)
    assert again.json()["code"] == "maintenance_run.id_taken"
    assert (await shop.send("maintenance_run.withdraw", {}, run_id)).status_code == 200
    await phone.sync()
    assert not phone.rows.get("maintenance_stop")
    assert len(phone.rows["work_order"]) == 2, "what was booked stays booked"


async def test_runs_that_cannot_be(shop: Shop) -> None:
    device = await lift_at(shop, "104901", "Tolvgatan 12")
    await told(shop, device)
    technician = str(shop.north.users[Role.TECHNICIAN].id)
    one = {"kind": "maintenance", "number": "104901"}
    later = (DAY + timedelta(days=1)).isoformat()
    cases: list[tuple[list[dict[str, Any]], str]] = [
        ([{"on": DAY.isoformat(), "tasks": [one, one]}], "maintenance_run.twice"),
        ([{"on": DAY.isoformat(), "tasks": [one, {**one, "number": "999999"}]}], "maintenance_run.unknown"),
        ([{"on": DAY.isoformat(), "tasks": [{**one, "number": "999999"}]}], "not_found"),
        (
            [
                {"on": later, "tasks": [one]},
                {"on": DAY.isoformat(), "tasks": [{"kind": "pickup", "number": "15510055"}]},
            ],
            "maintenance_run.days_mixed",
        ),
        ([{"on": "2020-01-01", "tasks": [one]}], "maintenance.day_passed"),
        ([], "request.invalid"),
    ]
    for stops, code in cases:
        run = {"name": "Luleå", "technician_id": technician, "stops": stops}
        assert (await shop.send("maintenance_run.publish", run, uuid4())).json()["code"] == code
    planner = str(shop.north.users[Role.PLANNER].id)
    for nobody in (planner, str(uuid4())):
        run = {"name": "Luleå", "technician_id": nobody, "stops": [{"on": DAY.isoformat(), "tasks": [one]}]}
        answer = await shop.send("maintenance_run.publish", run, uuid4())
        assert (answer.status_code, answer.json()["code"]) == (409, "maintenance_run.technician_unknown")
    assert await fetch_value("select count(*) from maintenance_run") == 0
    period = {"area": "972", "first_day": "2026-11-29", "last_day": "2026-11-29"}
    sunday = await shop.planner.post("/api/maintenance/runs/propose", json=period)
    assert (sunday.status_code, sunday.json()["code"]) == (400, "maintenance_run.period")
    period["last_day"] = "2027-11-29"
    assert (await shop.planner.post("/api/maintenance/runs/propose", json=period)).status_code == 400


@pytest.mark.parametrize("table", [MaintenanceRun, MaintenanceStop], ids=lambda table: table._meta.tablename)
async def test_columns_match(database: Database, table: type[Table]) -> None:
    rows = await fetch(
        "select column_name, is_nullable = 'YES' as nullable from information_schema.columns"
        " where table_schema = 'public' and table_name = $1",
        table._meta.tablename,
    )
    assert {row["column_name"]: row["nullable"] for row in rows} == {
        column._meta.db_column_name: column._meta.params["null"] for column in table._meta.columns
    }
