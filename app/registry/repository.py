"""All reads and writes of devices, articles, persons and parties. Every query is bound to one region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.database import Record, execute, fetch_row, fetch_value


@dataclass(frozen=True)
class DeviceFacts:
    """What the rules of field work need to know of a device.

    ``pm_interval_months`` is the article's, None when it has none of its own.
    """

    id: UUID
    number: str
    status: str
    article_id: UUID
    article_number: str
    article_name: str
    iso_class: str
    site_restriction: str
    pm_interval_months: int | None


@dataclass(frozen=True)
class ArticleFacts:
    """What the rules need to know of an article."""

    id: UUID
    number: str
    name: str
    kind: str
    stock_status: str
    individually_numbered: bool
    site_restriction: str


_DEVICE = (
    "select d.id, d.number, d.status, d.article_id, a.number as article_number, a.name as article_name, a.iso_class,"
    " a.site_restriction, a.pm_interval_months from device d join article a on a.id = d.article_id"
    " where d.region_id = $1 and "
)


async def device_by_number(region_id: UUID, number: str) -> DeviceFacts | None:
    """Return the region's device with that number."""
    return _device(await fetch_row(_DEVICE + "d.number = $2", region_id, number))


async def device_by_id(region_id: UUID, device_id: UUID) -> DeviceFacts | None:
    """Return the region's device with that id."""
    return _device(await fetch_row(_DEVICE + "d.id = $2", region_id, device_id))


def _device(row: Record | None) -> DeviceFacts | None:
    return None if row is None else DeviceFacts(**dict(row))


async def lock_device(region_id: UUID, device_id: UUID) -> None:
    """Lock the device's row. A work order's row, when both are needed, is always locked first."""
    await fetch_value("select 1 from device where region_id = $1 and id = $2 for update", region_id, device_id)


async def is_stopped(device_id: UUID) -> bool:
    """True for a device that is blocked or has a safety notice on it (R-303): it must not be handed out."""
    return bool(
        await fetch_value(
            "select exists (select from device_block where device_id = $1 and lifted_at is null)"
            " or exists (select from safety_notice_stops where device_id = $1)",
            device_id,
        )
    )


async def article_by_number(region_id: UUID, number: str) -> ArticleFacts | None:
    """Return the region's article with that number."""
    row = await fetch_row(
        "select id, number, name, kind, stock_status, individually_numbered, site_restriction from article"
        " where region_id = $1 and number = $2",
        region_id,
        number,
    )
    return None if row is None else ArticleFacts(**dict(row))


async def set_maintained(device_id: UUID, last_pm: date, next_pm: date | None) -> None:
    """Note an approved preventive maintenance (R-074, R-235). An older visit never moves the dates back."""
    await execute(
        "update device set last_pm = $2, next_pm = $3 where id = $1 and (last_pm is null or last_pm <= $2)",
        device_id,
        last_pm,
        next_pm,
    )


async def maintenance_due_at_once(device_id: UUID, day: date) -> None:
    """Take back a later next maintenance: a worse protocol stands until somebody has decided (sync rule R5)."""
    await execute("update device set next_pm = $2 where id = $1 and (next_pm is null or next_pm > $2)", device_id, day)


async def person_contact(region_id: UUID, person_id: UUID) -> Record | None:
    """Return name and address of a person as an order's contact columns, or None."""
    return await fetch_row(
        "select concat_ws(' ', first_name, last_name) as name, coalesce(nullif(mobile, ''), phone) as phone, care_of,"
        " street, postcode, town, entry_code from person where region_id = $1 and id = $2",
        region_id,
        person_id,
    )


async def party_contact(region_id: UUID, party_id: UUID) -> Record | None:
    """Return name and address of a party as an order's contact columns, or None."""
    return await fetch_row(
        "select name, phone, '' as care_of, street, postcode, town, entry_code from party"
        " where region_id = $1 and id = $2",
        region_id,
        party_id,
    )


async def party_by_number(region_id: UUID, number: str) -> UUID | None:
    """Return the care unit or customer with that number; a care unit wins when both have it."""
    party: UUID | None = await fetch_value(
        "select id from party where region_id = $1 and number = $2 and kind in ('care_unit', 'customer')"
        " order by kind limit 1",
        region_id,
        number,
    )
    return party


async def team_of_party(party_id: UUID | None) -> UUID | None:
    """Return the service department that a customer is linked to (R-198)."""
    if party_id is None:
        return None
    team: UUID | None = await fetch_value("select team_id from party where id = $1", party_id)
    return team


async def team_exists(region_id: UUID, team_id: UUID) -> bool:
    """True when the region has that service department."""
    return bool(
        await fetch_value("select exists (select from team where region_id = $1 and id = $2)", region_id, team_id)
    )
