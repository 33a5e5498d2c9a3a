"""Reads and writes of round schedules. Every query is bound to one region, or to ids that are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from routing.schedules.dispatch import Template

_TEMPLATES = (
    "select t.*, v.name as van_name, u.name as driver_name,"
    " coalesce((select jsonb_agg(jsonb_build_object('name', s.name, 'street', s.street, 'postcode', s.postcode,"
    " 'town', s.town, 'carrier_note', s.carrier_note, 'window_from', s.window_from, 'window_to', s.window_to,"
    " 'party_ids', s.party_ids, 'party_numbers', (select coalesce(jsonb_agg(p.number order by p.number), '[]')"
    " from party p where p.id = any(s.party_ids))) order by s.position) from round_template_stop s"
    " where s.template_id = t.id), '[]') as fixed_stops"
    " from round_template t left join location v on v.id = t.van_id left join user_account u on u.id = t.driver_id "
)


async def templates_of(region_id: UUID) -> list[Record]:
    """Return the region's rounds of the list, by name, with their fixed stops."""
    return await fetch(
        _TEMPLATES + "where t.region_id = $1 and t.retired_at is null order by swedish_order(t.name), t.id", region_id
    )


def template_of(row: Record) -> Template:
    """The rules' own form of a row of ``templates_of``."""
    return Template(
        id=row["id"],
        name=row["name"],
        weekdays=frozenset(row["weekdays"]),
        carrier=row["carrier"],
        prefixes=tuple(row["postcode_prefixes"]),
        towns=tuple(row["towns"]),
        parties=frozenset(UUID(party) for stop in row["fixed_stops"] for party in stop["party_ids"]),
        cutoff_days=row["cutoff_days"],
        cutoff_at=row["cutoff_at"],
        on_holiday=row["on_holiday"],
    )


async def lock_template(region_id: UUID, template_id: UUID) -> Record | None:
    """Lock a template's row; None when the region has none."""
    return await fetch_row(
        "select id, retired_at from round_template where id = $1 and region_id = $2 for update", template_id, region_id
    )


async def template_elsewhere(template_id: UUID) -> bool:
    """True when the id is taken, by whichever region."""
    return bool(await fetch_value("select exists (select from round_template where id = $1)", template_id))


async def save_template(values: Mapping[str, Any]) -> None:
    """Write a template's row, new or in the place of the old one."""
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in {"id", "region_id"})
    await execute(
        f"insert into round_template ({columns}) values ({places})"  # noqa: S608 - names from the code
        f" on conflict (id) do update set {updates}",
        *values.values(),
    )


async def replace_stops(template_id: UUID, stops: Sequence[Mapping[str, Any]]) -> None:
    """Write a template's fixed stops anew."""
    await execute("delete from round_template_stop where template_id = $1", template_id)
    for position, stop in enumerate(stops, start=1):
        values = {"id": new_id(), "template_id": template_id, "position": position, **stop}
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await execute(
            f"insert into round_template_stop ({', '.join(values)}) values ({places})",  # noqa: S608 - names from the code
            *values.values(),
        )


async def parties_by_number(region_id: UUID, numbers: Iterable[str]) -> dict[str, list[UUID]]:
    """Return the ids of the region's care units and customers, by number: the two may share one."""
    found: dict[str, list[UUID]] = {}
    for row in await fetch(
        "select id, number from party where region_id = $1 and kind <> 'payer' and number = any($2) order by kind, id",
        region_id,
        list(numbers),
    ):
        found.setdefault(row["number"], []).append(row["id"])
    return found


async def agreements_of(region_id: UUID) -> list[Record]:
    """Return what the region's customers have agreed, by number."""
    return await fetch(
        "select p.number, p.name, a.kind from delivery_agreement a join party p on p.id = a.customer_id"
        " where a.region_id = $1 order by p.number, p.id",
        region_id,
    )


async def set_agreement(region_id: UUID, customer_ids: Sequence[UUID], kind: str | None) -> None:
    """Keep how a customer gets deliveries, or forget it."""
    if kind is None:
        await execute("delete from delivery_agreement where customer_id = any($1)", list(customer_ids))
        return
    for customer_id in customer_ids:
        await execute(
            "insert into delivery_agreement (customer_id, region_id, kind) values ($1, $2, $3)"
            " on conflict (customer_id) do update set kind = excluded.kind",
            customer_id,
            region_id,
            kind,
        )


async def round_of(template_id: UUID, day: date) -> Record | None:
    """Return the round that was made of the template for the day."""
    return await fetch_row("select id, state from van_round where template_id = $1 and on_day = $2", template_id, day)


async def fixed_stop(round_id: UUID, served: UUID) -> Record | None:
    """Return the fixed stop of the round's template where goods for this care unit or customer are handed over."""
    return await fetch_row(
        "select s.*, r.on_day from van_round r join round_template_stop s on s.template_id = r.template_id"
        " where r.id = $1 and $2 = any(s.party_ids) order by s.position limit 1",
        round_id,
        served,
    )


async def waiting_facts(region_id: UUID, numbers: Iterable[str]) -> dict[str, Record]:
    """Return what decides the days of some customer and pick-up orders, by number."""
    rows = await fetch(
        "select o.number, o.earliest_dispatch as earliest, o.registered_at, o.postcode, o.town, o.carrier, o.urgent,"
        " coalesce(o.party_id, case when not o.to_home then o.customer_id end) as served, a.kind as agreement"
        " from customer_order o left join delivery_agreement a on a.customer_id = coalesce(o.customer_id, o.party_id)"
        " where o.region_id = $1 and o.number = any($2) union all"
        " select p.number, coalesce(p.wanted_on, (p.registered_at at time zone 'Europe/Stockholm')::date),"
        " p.registered_at, p.postcode, p.town, 'van', false, p.party_id, null"
        " from pickup_order p where p.region_id = $1 and p.number = any($2)",
        region_id,
        list(numbers),
    )
    return {row["number"]: row for row in rows}
