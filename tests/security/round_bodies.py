"""Rounds for the security tests: one per place, good command bodies, and a day with something in every field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, fetch_row, fetch_value, new_id, unit_of_work
from app.registry.numbers import next_order_number
from routing.rounds.proof import items_hash, proof_items
from tests.security.house import CANARIES, MISSING, House, local_day
from tests.support.builders import make_article, make_device
from tests.support.phone import Phone
from tests.support.world import RegionWorld

#: The empty draft round of each target; the one that is missing is never made.
ROUND_IDS: Final = {
    name: UUID(int=0x5EC00000 + number) for number, name in enumerate(("own", "other", "foreign", "missing"))
}


def region_of(house: House, target: str) -> RegionWorld:
    """The region of a target."""
    return house.world.south if target == "foreign" else house.north


#: A plan of each target, likewise.
PLAN_IDS: Final = {name: UUID(int=number.int + 0x100) for name, number in ROUND_IDS.items()}


async def make_rounds(house: House) -> None:
    """An empty draft round and a plan for every target but the missing one."""
    for target, round_id in ROUND_IDS.items():
        if target != "missing":
            await make_round(house, target, round_id)
            await make_plan(house, target, PLAN_IDS[target])


async def make_round(house: House, target: str, round_id: UUID | None = None, **columns: Any) -> UUID:
    """A draft round without stops in the target's region."""
    region = region_of(house, target)
    values: dict[str, Any] = {
        "id": round_id or new_id(),
        "region_id": region.region_id,
        "name": "Norrturen",
        "on_day": date(2031, 1, 2),
        "depot_id": await place(region, "warehouse"),
        **columns,
    }
    await _insert("van_round", values)
    made: UUID = values["id"]
    return made


async def place(region: RegionWorld, kind: str) -> UUID:
    """The region's location of a kind, made when it is asked for first."""
    found: UUID | None = await fetch_value(
        "select id from location where region_id = $1 and kind = $2 order by number limit 1", region.region_id, kind
    )
    if found is not None:
        return found
    made = new_id()
    values = {"id": made, "region_id": region.region_id, "kind": kind, "number": kind, "name": f"Plats {kind}"}
    await _insert("location", values)
    return made


async def make_stop(house: House, target: str) -> UUID:
    """A planned stop at the target's place, on a draft round of its own."""
    stop_id = new_id()
    await _insert(
        "stop",
        {
            "id": stop_id,
            "region_id": region_of(house, target).region_id,
            "round_id": await make_round(house, target),
            "position": 1,
            "person_id": house.places[target].person,
        },
    )
    return stop_id


async def round_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good command on a fresh round, stop, plan or van of the target."""
    if name.startswith(("plan.", "van.")):
        return await _plan_command(house, name, target)
    aggregate = MISSING
    if name == "round.create":
        await place(house.north, "warehouse")
        aggregate = uuid4()
    elif target != "missing":
        aggregate = await (make_stop if name.startswith("stop.") else make_round)(house, target)
    args: dict[str, Any] = {
        "round.create": {"name": "Söderturen", "on_day": "2031-01-02"},
        "round.change": {"name": "Söderturen"},
        "round.add": {},
        "round.sequence": {"stop_ids": []},
        "round.take_off": {"stop_id": str(MISSING)},
        "round.publish": {},
        "stop.move": {"round_id": str(ROUND_IDS["own"])},
        "stop.change": {"carrier_note": "Ring på."},
        "stop.reopen": {"reason": "Fel dörr."},
    }[name]
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def schedule_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good command on the list of rounds; a day without rounds and a customer that nobody has are refused."""
    aggregate = MISSING if name == "round_template.retire" else uuid4()
    if name == "round_template.retire" and target != "missing":
        aggregate = new_id()
        values = {"id": aggregate, "region_id": region_of(house, target).region_id, "name": "Norrturen"}
        # A day that no other test plans: the week's last.
        await _insert("round_template", {**values, "weekdays": [6], "towns": ["Testköping"]})
    args: dict[str, Any] = {
        "round_template.save": {"name": "Norrturen", "weekdays": [6], "towns": ["Testköping"]},
        "round_template.retire": {},
        "round_day.make": {"on_day": "2031-01-02"},
        "delivery_agreement.set": {"customer_number": "0", "kind": "daily"},
    }[name]
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def make_plan(house: House, target: str, plan_id: UUID | None = None) -> UUID:
    """A plan that waits, in the target's region."""
    region = region_of(house, target)
    values: dict[str, Any] = {
        "id": plan_id or new_id(),
        "region_id": region.region_id,
        "on_day": date(2031, 1, 3),
        "kind": "day",
        "round_ids": [],
        "seconds": 1,
        "made_by": next(iter(region.users.values())).id,
        "made_at": datetime.now(UTC),
    }
    await _insert("day_plan", values)
    made: UUID = values["id"]
    return made


async def _plan_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good command on a fresh plan or van of the target; a plan of a day without rounds is refused."""
    aggregate = MISSING
    region = region_of(house, target)
    if name == "van.equip" and target != "missing":
        aggregate = new_id()
        values = {"id": aggregate, "region_id": region.region_id, "kind": "van", "number": str(aggregate)}
        await _insert("location", {**values, "name": "Turbil"})
    elif name == "plan.start":
        aggregate = uuid4()
    elif target != "missing":
        aggregate = await make_plan(house, target)
    args: dict[str, Any] = {
        "plan.start": {"on_day": "2031-01-09"},
        "plan.cancel": {},
        "plan.take": {},
        "van.equip": {"wheelchair_slots": 4, "bed_slots": 1, "volume_litres": 8000, "weight_kg": 900},
    }[name]
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def fill_rounds(house: House) -> UUID:
    """Today's round of the driver at the own place, with a try, a proof, an order that waits and a pick-up.

    Returns the round's id.
    """
    region, own = house.north, house.own
    planner = house.clients["P"]
    van, depot = await place(region, "van"), await place(region, "warehouse")
    device = await make_device(region, number="104911", status="reserved")
    article = await fetch_value("select article_id from device where id = $1", device)
    first = await _delivery(house, article, device)
    waiting = await make_article(region, number="70011", name="Badbräda", individually_numbered=False)
    await _delivery(house, waiting, None)
    pickup = await _pickup(house)
    round_id = uuid4()
    args = {
        "name": "Norrturen",
        "on_day": local_day().isoformat(),
        "van_id": str(van),
        "driver_id": str(house.user("D").id),
        "depot_id": str(depot),
    }
    for name, given in (
        ("round.create", args),
        ("round.add", {"order_numbers": [first]}),
        ("round.publish", {}),
    ):
        body = {"id": str(uuid4()), "aggregate": str(round_id), "args": given}
        answer = await planner.post(f"/api/commands/{name}", json=body)
        assert answer.status_code == 200, answer.text
    row = await fetch_row(
        "select s.id as stop, t.id as task from stop s join stop_task t on t.stop_id = s.id where s.round_id = $1",
        round_id,
    )
    assert row is not None
    assert pickup
    phone = await Phone.register(house.clients["D"])
    now = datetime.now(UTC).isoformat()
    phone.record("stop.fail", {"code": "no_contact", "at": now}, aggregate=row["stop"])
    delivered = [{"task_id": str(row["task"]), "device_number": "104911", "quantity": 1}]
    collected = [{"device_number": own.device_number, "quantity": 1, "hygiene": "clean"}]
    proof = {
        "signer_name": f"{CANARIES['own'].columns['first_name']} kvitterar",
        "method": "name",
        "items_sha256": items_hash(proof_items(delivered, collected)),
    }
    outcome = {"delivered": delivered, "collected": collected, "proof": proof, "at": now}
    phone.record("stop.complete", outcome, aggregate=row["stop"])
    await phone.sync()
    assert [line["verdict"] for line in phone.verdicts.values()] == ["applied", "applied"]
    return round_id


def _contact(house: House) -> dict[str, Any]:
    contact = CANARIES["own"].contact
    return {"person_id": house.own.person, **{key: contact[key] for key in contact if key != "instructions"}}


async def _delivery(house: House, article: UUID, device: UUID | None) -> str:
    order = new_id()
    async with unit_of_work():
        number = await next_order_number(house.north.region_id, "customer_order", order)
        await _insert(
            "customer_order",
            {
                "id": order,
                "region_id": house.north.region_id,
                "number": number,
                "kind": "prescription",
                "state": "dispatchable",
                "registered_by": house.user("P").id,
                "registered_at": datetime.now(UTC),
                "earliest_dispatch": local_day(),
                "prescriber_id": house.user("R").id,
                **_contact(house),
            },
        )
        await _insert(
            "order_line",
            {
                "id": new_id(),
                "region_id": house.north.region_id,
                "order_id": order,
                "position": 1,
                "article_id": article,
                "quantity": 1,
                "device_id": device,
            },
        )
    return number


async def _pickup(house: House) -> str:
    """A pick-up of an article by quantity, which waits."""
    order = new_id()
    article = await make_article(house.north, number="70012", name="Gåstol", individually_numbered=False)
    async with unit_of_work():
        number = await next_order_number(house.north.region_id, "pickup_order", order)
        await _insert(
            "pickup_order",
            {
                "id": order,
                "region_id": house.north.region_id,
                "number": number,
                "state": "registered",
                "reason": "need_ended",
                "registered_by": house.user("P").id,
                "registered_at": datetime.now(UTC),
                "prescriber_id": house.user("R").id,
                **_contact(house),
            },
        )
        await _insert(
            "pickup_line",
            {
                "id": new_id(),
                "region_id": house.north.region_id,
                "pickup_order_id": order,
                "position": 1,
                "article_id": article,
                "charging": "rent",
            },
        )
    return number


async def _insert(table: str, columns: dict[str, Any]) -> None:
    names, places = ", ".join(columns), ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await execute(f"insert into {table} ({names}) values ({places})", *columns.values())  # noqa: S608 - test code
