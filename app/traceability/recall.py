"""Who and what place has what must be called back, as one query (SR-28): by notice, article, range, batch or list.

An article is found in three ways: as numbered devices, as a component that sits in another device, and as goods that
are held by quantity and have no number. Goods without a number have no serial number and no batch either, so when one
is asked for they are listed all the same: nobody can say that they are not meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.registry.protection import PROTECTED_NAME

Only: TypeAlias = Literal["all", "left", "done"]


@dataclass(frozen=True)
class Target:
    """What is called back. A range and a batch are of the article; an article and a list of numbers go together.

    Attributes:
        notice_id: whose actions count as done; None for a drill without a notice.
        has_action: the notice demands something of each device; without it there is nothing to be done.
    """

    article_id: UUID | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    batch: str | None = None
    numbers: Sequence[str] = ()
    notice_id: UUID | None = None
    has_action: bool = False


async def notice_target(region_id: UUID, notice_id: UUID) -> tuple[Target, Record] | None:
    """Return what a notice is about, also one that is lifted, and its ``title``, ``action`` and ``lifted_at``."""
    row = await fetch_row(
        "select article_id, serial_from, serial_to, batch, numbers, title, action, lifted_at from safety_notice"
        " where region_id = $1 and id = $2",
        region_id,
        notice_id,
    )
    if row is None:
        return None
    values = {name: row[name] for name in ("article_id", "serial_from", "serial_to", "batch", "numbers")}
    return Target(**values, notice_id=notice_id, has_action=bool(row["action"])), row


# $1 region, $2 article, $3 and $4 serial numbers, $5 batch, $6 numbers, $7 notice. The serial rule is the one of the
# view safety_notice_covers: one length, sign by sign.
_RANGE: Final = """($3::text is null or (char_length({serial}) = char_length($3)
  and ({serial} collate "C") between ($3 collate "C") and ($4::text collate "C")))"""

# First what it is about and who has it, which is counted, sorted and cut to what is asked for; everything else is
# looked up for those rows alone.
_TARGET: Final = f"""
select d.id as device_id, 'device' as what, d.article_id, d.serial, d.batch, 1 as quantity, h.id as holding_id
from device d left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null
where d.region_id = $1 and d.number = any($6::text[])
union
select d.id, 'device', d.article_id, d.serial, d.batch, 1, h.id
from device d left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null
where d.region_id = $1 and d.article_id = $2 and ($5::text is null or d.batch = $5)
  and {_RANGE.format(serial="d.serial")}
union
select c.device_id, 'component', c.article_id, c.serial, '', c.quantity, h.id
from device_component c
left join holding h on h.device_id = c.device_id and h.starts_at is not null and h.ends_at is null
where c.region_id = $1 and c.article_id = $2
  and (c.serial = '' or ($5::text is null and {_RANGE.format(serial="c.serial")}))
union all
select null, 'quantity', h.article_id, '', '', h.quantity, h.id
from holding h where h.region_id = $1 and h.article_id = $2 and h.starts_at is not null and h.ends_at is null
"""  # noqa: S608 - only constants are put in

# A notice's action is done with a numbered device; components and goods without a number are followed up by hand.
_ONLY: Final[dict[Only, str]] = {
    "all": "true",
    "left": "(what = 'device' and done_at is null and status <> 'scrapped')",
    "done": "(done_at is not null)",
}
_COUNTS: Final = ("all", "with_holder", "done", "left", "scrapped", "unnumbered")
_ORDER: Final = (
    "done_at is not null, status = 'scrapped', holding_id is null, device_number, article_id, holding_id, serial"
)

_COUNTED: Final = f"""
select f.*, count(*) over () as n_all, count(*) filter (where holding_id is not null) over () as n_with_holder,
  count(*) filter (where {_ONLY["done"]}) over () as n_done, count(*) filter (where {_ONLY["left"]}) over () as n_left,
  count(*) filter (where status = 'scrapped') over () as n_scrapped,
  count(*) filter (where what <> 'device') over () as n_unnumbered
from (
  select t.*, coalesce(d.number, '') as device_number, coalesce(d.status, 'with_holder') as status,
    d.home_location_id, x.done_at, x.done_by, coalesce(x.note, '') as done_note
  from ({_TARGET}) t left join device d on d.id = t.device_id
  left join safety_notice_done x on x.notice_id = $7 and x.device_id = t.device_id
) f
"""  # noqa: S608 - only constants are put in

_SHOWN: Final = f"""
with shown as materialized (
  select c.*, row_number() over (order by {_ORDER}) as place_in_list from ({_COUNTED}) c where {{only}}
  order by place_in_list limit $8
)
select t.what, t.serial, t.batch, t.quantity, a.number as article_number, a.name as article_name,
  t.device_number, t.status, h.person_id, h.starts_at as since,
  case when h.id is null then 'none' when h.person_id is not null then 'person' else y.kind end as holder_kind,
  coalesce(y.number, '') as party_number, coalesce(p.protected_identity, false) as protected,
  coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), y.name, '') as name,
  coalesce(nullif(p.mobile, ''), p.phone, y.phone, '') as phone, coalesce(p.care_of, '') as care_of,
  coalesce(p.street, y.street, '') as street, coalesce(p.postcode, y.postcode, '') as postcode,
  coalesce(p.town, y.town, '') as town, coalesce(u.name, '') as prescriber_name, coalesce(c.name, '') as customer,
  coalesce(l.name, '') as place, coalesce(w.number, '') as open_order, t.done_at, coalesce(b.name, '') as done_by_name,
  t.done_note, {", ".join(f"t.n_{name}" for name in _COUNTS)}
from shown t join article a on a.id = t.article_id
left join holding h on h.id = t.holding_id
-- Where it is: the newest link of its custody, when that is a place of ours and newer than the newest holding.
left join lateral (
  select e.to_kind, e.to_id, e.at from custody_event e where e.device_id = t.device_id and e.standing = 'chain'
  order by e.at desc, e.id desc limit 1
) m on true
left join lateral (
  select max(g.starts_at) as at from holding g
  where g.device_id = t.device_id and g.ends_at is distinct from g.starts_at
) s on true
left join location l on l.id = case when m.to_kind = 'location' and (s.at is null or m.at >= s.at) then m.to_id
  when h.id is null then t.home_location_id end
left join person p on p.id = h.person_id left join party y on y.id = h.party_id
left join user_account u on u.id = h.prescriber_id left join party c on c.id = h.customer_id
left join lateral (select number from work_order o where o.device_id = t.device_id
  and o.state not in ('done', 'closed', 'cancelled') order by o.registered_at limit 1) w on true
left join user_account b on b.id = t.done_by
order by t.place_in_list
"""  # noqa: S608 - only constants are put in

_HIDDEN: Final = ("phone", "care_of", "street", "postcode", "town")


@dataclass(frozen=True)
class Found:
    """What a recall finds: the numbers of all, and the rows that were asked for, what is left first."""

    counted: dict[str, int]
    rows: list[dict[str, Any]]


async def find_recalled(region_id: UUID, target: Target, only: Only, limit: int) -> Found:
    """Run the recall. A protected identity has neither name nor address in it, its prescriber stands there (SR-40).

    The caller logs whom it shows (SR-08).
    """
    arguments = (
        region_id,
        target.article_id,
        target.serial_from,
        target.serial_to,
        target.batch,
        list(target.numbers),
        target.notice_id,
    )
    # The numbers are of all that is called back, whichever part of it the rows show.
    rows = await fetch(_SHOWN.format(only=_ONLY[only]), *arguments, limit)
    if not rows and only != "all":
        whole = await find_recalled(region_id, target, "all", 1)
        return Found(whole.counted, [])
    first = rows[0] if rows else None
    counted = {name: first[f"n_{name}"] if first else 0 for name in _COUNTS}
    return Found(counted, [_shown(row) for row in rows])


def _shown(row: Record) -> dict[str, Any]:
    values = {key: value for key, value in dict(row).items() if not key.startswith("n_")}
    if values["protected"]:
        values |= {**dict.fromkeys(_HIDDEN, ""), "name": PROTECTED_NAME}
    return values
