"""Customer orders, pick-up orders, users and phones for the security tests: one per place, and good command bodies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from app.registry.numbers import OrderKind, next_order_number
from tests.security.house import MISSING, MISSING_NUMBER, House
from tests.security.round_bodies import region_of
from tests.support.builders import make_article, make_device
from tests.support.world import make_user

#: Orders by kind and target, made when they are first asked for.
_ADDRESS: Final = {"contact_name": "Mottagningen", "street": "Provvägen 1", "postcode": "97231", "town": "Luleå"}


async def _insert(table: str, values: dict[str, Any]) -> UUID:
    names = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await execute(f"insert into {table} ({names}) values ({places})", *values.values())  # noqa: S608 - our own names
    made: UUID = values["id"]
    return made


async def _order(house: House, table: OrderKind, target: str, **more: Any) -> UUID:
    """An order about the target's person: the prescriber's own one, another's, or another region's."""
    region = region_of(house, target)
    order_id = new_id()
    number = await next_order_number(region.region_id, table, order_id)
    own = target == "own"
    prescriber = region.users[Role.PRESCRIBER] if own else region.other_prescriber
    return await _insert(
        table,
        {
            "id": order_id,
            "region_id": region.region_id,
            "number": number,
            "state": "registered",
            "person_id": house.places[target].person,
            "customer_id": region.customer_id if own else None,
            "prescriber_id": prescriber.id,
            "registered_by": prescriber.id,
            "registered_at": datetime.now(UTC),
            **_ADDRESS,
            **more,
        },
    )


async def customer_order(house: House, target: str) -> UUID:
    """A registered customer order with one line of a numbered article."""
    order_id = await _order(house, "customer_order", target, kind="prescription", earliest_dispatch=date(2026, 1, 2))
    region = region_of(house, target)
    article = await make_article(region, number=str(uuid4().int % 10**9))
    await _insert(
        "order_line",
        {
            "id": new_id(),
            "region_id": region.region_id,
            "order_id": order_id,
            "position": 1,
            "article_id": article,
            "quantity": 1,
        },
    )
    return order_id


async def pickup_order(house: House, target: str) -> UUID:
    """A registered pick-up order with one line: a device of its own that the person has."""
    order_id = await _order(house, "pickup_order", target, reason="need_ended")
    region = region_of(house, target)
    device, article, holding = await _held(house, target)
    await _insert(
        "pickup_line",
        {
            "id": new_id(),
            "region_id": region.region_id,
            "pickup_order_id": order_id,
            "position": 1,
            "device_id": device,
            "article_id": article,
            "holding_id": holding,
            "charging": "rent",
        },
    )
    return order_id


async def _held(house: House, target: str) -> tuple[UUID, UUID, UUID]:
    region = region_of(house, target)
    article = await make_article(region, number=str(uuid4().int % 10**9))
    device = await make_device(region, number=str(10_000_000 + uuid4().int % 89_999_999), article_id=article)
    await execute("update device set status = 'with_holder' where id = $1", device)
    holding = await _insert(
        "holding",
        {
            "id": new_id(),
            "region_id": region.region_id,
            "device_id": device,
            "person_id": house.places[target].person,
            "prescriber_id": (region.users[Role.PRESCRIBER] if target == "own" else region.other_prescriber).id,
            "customer_id": region.customer_id if target == "own" else None,
            "starts_at": datetime(2026, 1, 2, tzinfo=UTC),
        },
    )
    return device, article, holding


async def number_of(house: House, kind: OrderKind, target: str) -> str:
    """The number of a fresh order of the target, or one that does not exist."""
    if target == "missing":
        return MISSING_NUMBER
    order_id = await (customer_order if kind == "customer_order" else pickup_order)(house, target)
    number: str = await fetch_value("select number from order_number where subject_id = $1", order_id)
    return number


async def make_logistics(house: House) -> None:
    """The orders and the users that the routes of the matrix ask for, for every target."""
    # So that the prescriber may cancel too: what the office alone may is tested with the orders.
    await execute(
        "update service_policy set document = document ||"
        ' \'{"cancel_order_by": "orderer_until_processing", "cancel_pickup_by": "orderer_until_processing"}\''
    )
    for target in ("own", "other", "foreign", "missing"):
        house.customer_orders[target] = await number_of(house, "customer_order", target)
        house.pickup_orders[target] = await number_of(house, "pickup_order", target)
        house.other_users[target] = MISSING
        if target != "missing":
            person = await make_user(region_of(house, target).region_id, f"annan.{target}", Role.WAREHOUSE)
            house.other_users[target] = person.id


async def logistics_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good customer_order or pickup_order command on a fresh object of the target."""
    known = target != "missing"
    person = str(house.places[target].person) if known else str(MISSING)
    if name == "customer_order.register":
        number = str(uuid4().int % 10**9)
        await make_article(house.north, number=number, individually_numbered=False)
        lines = [{"article_number": number}]
        args: dict[str, Any] = {
            "kind": "prescription",
            "recipient": {"person_id": person},
            "lines": lines,
            "to_home": True,
        }
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    if name == "pickup_order.execute_return":
        holding = (await _held(house, target))[2] if known else MISSING
        if known:
            await execute(
                "update article set kind = 'accessory' where id = (select d.article_id from holding h"
                " join device d on d.id = h.device_id where h.id = $1)",
                holding,
            )
        args = {
            "recipient": {"person_id": person},
            "lines": [{"holding_id": str(holding)}],
            "contact": {"name": "Mottagningen"},
        }
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    if name == "pickup_order.register":
        holding = (await _held(house, target))[2] if known else MISSING
        args = {"reason": "need_ended", "recipient": {"person_id": person}, "lines": [{"holding_id": str(holding)}]}
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    kind = name.partition(".")[0]
    aggregate = (
        await (customer_order if kind == "customer_order" else pickup_order)(house, target) if known else MISSING
    )
    args = {"reason": "wrong"}
    if name == "customer_order.assign_device":
        line = await fetch_row("select id, article_id from order_line where order_id = $1", aggregate)
        device = str(10_000_000 + uuid4().int % 89_999_999)
        if line is not None:
            made = await make_device(region_of(house, target), number=device, article_id=line["article_id"])
            await execute("update device set status = 'in_stock' where id = $1", made)
        args = {"line_id": str(line["id"] if line else MISSING), "device_number": device}
    elif name in {"customer_order.send", "customer_order.receive"}:
        args = {}
    elif name == "pickup_order.arrive":
        line_id = await fetch_value("select id from pickup_line where pickup_order_id = $1", aggregate)
        args = {"lines": [{"line_id": str(line_id or MISSING)}], "at": datetime.now(UTC).isoformat()}
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def admin_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good user or phone command on a fresh user or phone of the target's region."""
    if name == "user.invite":
        args: dict[str, Any] = {"username": f"ny.{uuid4().hex}", "name": "Ny Testanvändare", "role": "warehouse"}
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    aggregate = MISSING
    if target != "missing":
        region = region_of(house, target)
        aggregate = (await make_user(region.region_id, f"u.{uuid4().hex}", Role.WAREHOUSE)).id
        if name == "user.reactivate":
            await execute("update user_account set active = false where id = $1", aggregate)
        if name.startswith("phone."):
            aggregate = await _phone(region.region_id, aggregate, lost=name == "phone.restore")
    args = {
        "user.change": {"name": "Byter Testnamn"},
        "user.set_roles": {"roles": [{"role": "warehouse"}]},
        "phone.revoke": {"kind": "lost"},
    }.get(name, {})
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def _phone(region_id: UUID, user_id: UUID, *, lost: bool) -> UUID:
    return await _insert(
        "sync_device",
        {
            "id": new_id(),
            "region_id": region_id,
            "user_id": user_id,
            "push_key_hash": uuid4().bytes * 2,
            "state": "lost" if lost else "active",
        },
    )
