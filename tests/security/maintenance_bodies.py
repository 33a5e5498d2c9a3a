"""Good commands of maintenance for the tables of SR-05, each on a fresh occasion; and one of everything for phones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, new_id
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM
from field.protocols.library import load_templates, template_hash
from field.protocols.repository import SignedProtocol, insert_protocol
from tests.security.house import LETTERS, MISSING, MISSING_DEVICE, House

#: Which state an occasion is in before a command.
_BEFORE: Final = {
    "maintenance.notify": "planned",
    "maintenance.no_contact": "planned",
    "maintenance.tell_prescriber": "contact_failed",
    "maintenance.book": "notified",
    "maintenance.waive": "prescriber_contacted",
    "maintenance.dispose": "not_approved",
    "maintenance.label": "approved",
}


def _today() -> date:
    return datetime.now(UTC).astimezone(STOCKHOLM).date()


async def _occasion(house: House, target: str, state: str) -> None:
    region = house.world.south if target == "foreign" else house.north
    device = house.places[target].device
    await execute("delete from maintenance_occasion where device_id = $1", device)
    await execute(
        "insert into maintenance_occasion (id, region_id, device_id, due_on, state, notified_on, notified_how, agreed,"
        " opened_at) values ($1, $2, $3, $4, $5, $4, 'phone', true, now())",
        new_id(),
        region.region_id,
        device,
        _today(),
        state,
    )


async def _plan(house: House, target: str) -> UUID:
    region = house.world.south if target == "foreign" else house.north
    made = new_id()
    await execute("delete from maintenance_plan where device_id = $1", house.places[target].device)
    await execute(
        "insert into maintenance_plan (id, region_id, name, device_id, ground, ground_text, interval_months, due_from,"
        " template_id, template_version, made_by, made_at)"
        " values ($1, $2, 'Lyftar', $3, 'standard', 'SS-EN ISO 10535', 12, 'schedule', 'patient_lift', 1, $4, now())",
        made,
        region.region_id,
        house.places[target].device,
        region.users[LETTERS["P"]].id,
    )
    return made


async def _run(house: House, target: str) -> UUID:
    region = house.world.south if target == "foreign" else house.north
    made, technician = new_id(), region.users[LETTERS["T"]].id
    await execute(
        "insert into maintenance_run (id, region_id, name, technician_id, first_day, last_day, published_by,"
        " published_at) values ($1, $2, 'Runda', $3, $4, $4, $3, now())",
        made,
        region.region_id,
        technician,
        _today(),
    )
    await execute(
        "insert into maintenance_stop (id, region_id, run_id, technician_id, on_day, position, tasks)"
        " values ($1, $2, $3, $4, $5, 1, $6)",
        new_id(),
        region.region_id,
        made,
        technician,
        _today(),
        [{"kind": "maintenance", "number": "104901", "order_number": None, "title": "Lyft"}],
    )
    return made


async def maintenance_command(house: House, name: str, target: str) -> dict[str, Any]:
    """The body of a command about the target's device, plan or run."""
    missing = target == "missing"
    number = MISSING_DEVICE if missing else house.places[target].device_number
    aggregate: UUID = MISSING if missing else house.places[target].device
    day = _today().isoformat()
    args: dict[str, Any] = {}
    if name in _BEFORE:
        if not missing:
            await _occasion(house, target, _BEFORE[name])
        args = {
            "maintenance.notify": {"given_on": day, "how": "phone"},
            "maintenance.book": {"on": day},
            "maintenance.waive": {"note": "Avstår"},
            "maintenance.dispose": {"disposition": "quarantined"},
            "maintenance.label": {"how": "handwritten"},
        }.get(name, {})
    elif name == "maintenance.set_plan":
        if not missing:
            await execute("delete from maintenance_plan where device_id = $1", aggregate)
        aggregate = uuid4()
        args = {
            "name": "Lyftar",
            "device_number": number,
            "ground": "standard",
            "ground_text": "SS-EN ISO 10535",
            "interval_months": 12,
            "due_from": "schedule",
            "template_id": "patient_lift",
            "template_version": 1,
        }
    elif name == "maintenance.end_plan":
        aggregate = MISSING if missing else await _plan(house, target)
    elif name == "maintenance_run.withdraw":
        aggregate = MISSING if missing else await _run(house, target)
    else:
        if not missing:
            await _occasion(house, target, "notified")
        aggregate = uuid4()
        args = {
            "name": "Runda",
            "technician_id": str(house.north.users[LETTERS["T"]].id),
            "stops": [{"on": day, "tasks": [{"kind": "maintenance", "number": number}]}],
        }
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def maintain_own(house: House) -> None:
    """The own device has a plan and an occasion with the own order; it is in a run."""
    await _plan(house, "own")
    await _occasion(house, "own", "booked")
    await execute(
        "update maintenance_occasion set work_order_id = $2, booked_on = $3, note = 'Ring först' where device_id = $1",
        house.own.device,
        house.own.order.id,
        _today(),
    )
    await _run(house, "own")
    other = house.places["other"].device
    await execute("update device set next_pm = $2 where id = $1", other, _today())
    await _occasion(house, "other", "planned")


#: A signed protocol on the order of each target; the one that is missing is never made.
PROTOCOL_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": MISSING}


async def make_protocols(house: House) -> None:
    """Sign a protocol on every target's order but the missing one."""
    template = load_templates()["patient_lift"]
    for target in ("own", "other", "foreign"):
        region = house.world.south if target == "foreign" else house.north
        command = uuid4()
        await execute(
            "insert into command_log (id, region_id, type, v, payload_raw, payload_sha256, at, at_est, received_at,"
            " verdict) values ($1, $2, 'work_order.report', 1, '', '', now(), now(), now(), 'applied')",
            command,
            region.region_id,
        )
        await insert_protocol(
            SignedProtocol(
                id=PROTOCOL_IDS[target],
                region_id=region.region_id,
                work_order_id=house.places[target].order.id,
                device_id=house.places[target].device,
                template_id=template.id,
                template_version=str(template.version),
                template_sha256=template_hash(template),
                answers={"identity.kind": "mobile"},
                verdict="incomplete",
                judgement=None,
                seen_rv=None,
                technician_id=region.users[Role.TECHNICIAN].id,
                signed_at=datetime.now(UTC),
                command_id=command,
            )
        )
