"""SR-08: one row per person and response, naming reader, patient, action, unit and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.audit.access import log_access
from app.database import execute, fetch, new_id
from app.identity.actor import Role
from tests.support.world import World


async def test_each_person_once_per_response(world: World) -> None:
    persons = []
    for number in ("191212121212", "199001019802"):
        persons.append(new_id())
        await execute(
            "insert into person (id, region_id, personal_number, first_name, last_name)"
            " values ($1, $2, $3, 'Test', 'Test')",
            persons[-1],
            world.north.region_id,
            number,
        )
    technician = await world.north.users[Role.TECHNICIAN].actor()
    prescriber = await world.north.users[Role.PRESCRIBER].actor()
    planner = await world.north.other_prescriber.actor()
    await log_access(technician, [persons[0], persons[1], persons[0]], "work_order.read")
    await log_access(technician, iter([]), "work_order.read")
    await log_access(prescriber, persons[:1], "person.search")
    await log_access(planner, persons[:1], "device.holder")
    rows = await fetch("select * from access_log order by id")
    assert [(row["user_id"], row["person_id"], row["action"], row["unit"]) for row in rows] == [
        *((technician.user_id, person, "work_order.read", str(world.north.teams[0])) for person in sorted(persons)),
        (prescriber.user_id, persons[0], "person.search", str(world.north.customer_id)),
        (planner.user_id, persons[0], "device.holder", str(world.north.region_id)),
    ]
    for row in rows:
        assert row["region_id"] == world.north.region_id
        assert abs(datetime.now(UTC) - row["at"]) < timedelta(minutes=1)
