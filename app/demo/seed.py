"""Stores a demo world. Direct inserts: a demo is a starting state like an import, not work that somebody did."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import msgspec

from app.database import connection, execute, fetch_value, unit_of_work
from app.demo.catalogue import NORRBOTTEN, VASTMANLAND, DemoRegion
from app.demo.logistics import Logistics
from app.demo.maintenance import add_maintenance
from app.demo.stock import add_store
from app.demo.world import SMALL, STOCKHOLM, RegionMaker, Row, Scale
from app.identity.actor import Role
from app.identity.passwords import hash_password
from app.policy.regions import REGIONS
from labels.payload import new_token, token_hash

DEMO_PASSWORD: Final = "turbil-demo-2026"  # noqa: S105 - printed on purpose, in the demo only

#: One user per role, the only ones whose password is printed.
DEMO_USERS: Final[dict[Role, tuple[str, str]]] = {
    Role.TECHNICIAN: ("tekniker", "Tea Testtekniker"),
    Role.DRIVER: ("forare", "Fred Testförare"),
    Role.PLANNER: ("planerare", "Pia Testplanerare"),
    Role.CUSTOMER_SERVICE: ("kundtjanst", "Karin Testkundtjänst"),
    Role.PRESCRIBER: ("forskrivare", "Frida Testförskrivare"),
    Role.WAREHOUSE: ("lager", "Lars Testlager"),
    Role.AUDITOR: ("granskare", "Gun Testgranskare"),
    Role.ADMIN: ("admin", "Ada Testadmin"),
}

_TEAM_ROLES: Final = {Role.TECHNICIAN, Role.DRIVER, Role.PLANNER}
_CUSTOMER_ROLES: Final = {Role.PRESCRIBER}


@dataclass(frozen=True)
class DemoLabel:
    """A device's label as it would stick on the device; tokens are made at random and known only now."""

    number: str
    version: int
    token: str


@dataclass(frozen=True)
class DemoResult:
    """What was made: labels of the devices with open orders, so that they can be printed and scanned."""

    labels: list[DemoLabel]


async def is_empty() -> bool:
    """True when no region exists: only then may demo data be stored."""
    return not await fetch_value("select exists (select 1 from region)")


async def store_demo(scale: Scale, *, today: date, seed: int) -> DemoResult:
    """Store two regions, Norrbotten at ``scale`` and a small Västmanland, in one transaction.

    Args:
        today: the Stockholm day the open orders are for.
        seed: the same seed and day give the same rows, but for password salts and label tokens.
    """
    password_hash = await hash_password(DEMO_PASSWORD)
    unusable_hash = await hash_password(secrets.token_urlsafe(32))
    labels: list[DemoLabel] = []
    async with unit_of_work():
        for region, size in ((NORRBOTTEN, scale), (VASTMANLAND, SMALL)):
            known = region is NORRBOTTEN
            labels += await _store_region(region, size, today, seed, password_hash if known else None, unusable_hash)
    await execute("analyze")
    return DemoResult(labels)


async def _store_region(
    region: DemoRegion, scale: Scale, today: date, seed: int, password_hash: str | None, unusable_hash: str
) -> list[DemoLabel]:
    policy = REGIONS[region.code]
    # The seeds do not name every region's number; labels and the patient's page show one that is made up.
    policy = msgspec.structs.replace(policy, label_phone=policy.label_phone or "0920-555 00 00")
    maker = RegionMaker(region, scale, today, seed, policy)
    maker.base()
    users = {role: _user(maker, role, password_hash or unusable_hash, region) for role in DEMO_USERS}
    maker.prescriber_id = users[Role.PRESCRIBER]
    maker.customer_service_id = users[Role.CUSTOMER_SERVICE]
    technicians = [users[Role.TECHNICIAN]]
    technicians += [
        _colleague(maker, Role.TECHNICIAN, f"tekniker{n}", f"Testtekniker {n}", unusable_hash, region)
        for n in range(2, scale.technicians + 1)
    ]
    maker.people()
    devices = list(maker.devices())
    maker.orders(devices, technicians)
    logistics = Logistics(
        maker,
        {
            "prescriber": users[Role.PRESCRIBER],
            "driver": users[Role.DRIVER],
            "driver2": _colleague(maker, Role.DRIVER, "forare2", "Testförare 2", unusable_hash, region),
        },
    )
    for_the_vans = logistics.make()
    add_store(maker, users[Role.WAREHOUSE])
    add_maintenance(maker, users[Role.PLANNER])
    labels = _labels(maker, [device for device, _ in devices], for_the_vans)
    for table in _ORDER:
        await _copy(table, maker.world.tables.get(table, []))
    await _fill_van(maker, users[Role.TECHNICIAN])
    await execute(
        "insert into service_policy (id, region_id, valid_from, document) values ($1, $2, $3, $4)",
        maker.ids(),
        maker.region_id,
        policy.valid_from,
        msgspec.to_builtins(policy, str_keys=True),
    )
    return labels


async def _fill_van(maker: RegionMaker, technician: UUID) -> None:
    """Give the technician the first van, with some of what wears out in it; without the lines that filled it."""
    van = next((row for row in maker.world.tables["location"] if row["kind"] == "van"), None)
    if van is None:
        return
    await execute("update user_account set van_id = $2 where id = $1", technician, van["id"])
    for number, quantity in _VAN_PARTS:
        await execute(
            "insert into stock_balance (id, region_id, location_id, article_id, quantity) values ($1, $2, $3, $4, $5)",
            maker.ids(),
            maker.region_id,
            van["id"],
            maker.articles[number]["id"],
            quantity,
        )


#: What lies in the demo's first van.
_VAN_PARTS: Final = (("11338", 3), ("52010", 5), ("52044", 12), ("19020", 1))

_ORDER: Final = (
    "region", "team", "party", "user_account", "membership", "membership_customer",
    "location", "van_equipment", "address_position", "person", "article", "device", "device_component",
    "special_adaptation",
    "device_label", "holding", "work_order", "customer_order", "order_line", "pickup_order", "pickup_line",
    "order_number", "round_template", "round_template_stop", "van_round",
    "stop", "stop_driver", "stop_task", "command_log", "fault_report",
    "stock_count", "stock_count_line", "maintenance_plan", "maintenance_occasion",
)  # fmt: skip


def _user(maker: RegionMaker, role: Role, password_hash: str, region: DemoRegion) -> UUID:
    username, name = DEMO_USERS[role]
    suffix = "" if region is NORRBOTTEN else f".{region.code}"
    return _add_user(maker, username + suffix, name, role, password_hash)


def _colleague(
    maker: RegionMaker, role: Role, username: str, name: str, password_hash: str, region: DemoRegion
) -> UUID:
    suffix = "" if region is NORRBOTTEN else f".{region.code}"
    return _add_user(maker, f"{username}{suffix}", name, role, password_hash)


def _add_user(maker: RegionMaker, username: str, name: str, role: Role, password_hash: str) -> UUID:
    add = maker.world.add
    user_id: UUID = add(
        "user_account",
        id=maker.ids(),
        region_id=maker.region_id,
        username=username,
        name=name,
        phone="010-555 01 00",
        password_hash=password_hash,
    )["id"]
    membership = add(
        "membership",
        id=maker.ids(),
        region_id=maker.region_id,
        user_id=user_id,
        role=role.value,
        team_id=maker.teams[0] if role in _TEAM_ROLES else None,
    )
    if role in _CUSTOMER_ROLES:
        for customer in maker.customers:
            add("membership_customer", membership_id=membership["id"], party_id=customer["id"])
    return user_id


def _labels(maker: RegionMaker, devices: list[Row], for_the_vans: list[Row]) -> list[DemoLabel]:
    """A label for every device; returned are those of open orders and of what the vans carry today."""
    worth_printing = {order["device_id"] for order in maker.world.tables["work_order"] if order["closed_at"] is None}
    worth_printing |= {device["id"] for device in for_the_vans}
    labels = []
    for device in [*for_the_vans, *devices]:
        token = new_token()
        maker.world.add(
            "device_label",
            id=maker.ids(),
            region_id=maker.region_id,
            device_id=device["id"],
            version=1,
            token_hash=token_hash(token),
        )
        if device["id"] in worth_printing:
            labels.append(DemoLabel(device["number"], 1, token))
    return labels


async def _copy(table: str, rows: list[Row]) -> None:
    if not rows:
        return
    columns = list(rows[0])
    async with connection() as raw:
        await raw.copy_records_to_table(
            table, records=[tuple(row[name] for name in columns) for row in rows], columns=columns
        )


def stockholm_today() -> date:
    """The current day where the demo's centres are."""
    return datetime.now(UTC).astimezone(STOCKHOLM).date()
