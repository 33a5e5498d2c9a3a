"""What triage reads: the list of reports, and one report. A prescriber reads what was referred to him or her."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor, Role

StateFilter: TypeAlias = Literal["open", "decided"]

#: A triage that has more waiting than this needs people, not pages.
LONGEST_LIST: Final = 200

_STATES: Final[dict[StateFilter, str]] = {"open": "r.state = 'received'", "decided": "r.state <> 'received'"}
# Held ones come last (SR-12); what waits longest comes first.
_SEQUENCE: Final[dict[StateFilter, str]] = {
    "open": "r.held, r.received_at, r.id",
    "decided": "r.decided_at desc, r.id desc",
}

_COLUMNS: Final = """
  r.id, r.state, r.topic, r.held, r.times_sent, r.received_at, r.rv, left(r.text, 160) as excerpt,
  coalesce(d.number, r.typed_number, '') as device_number, d.id is not null as known_device,
  coalesce(a.name, '') as article_name, coalesce(a.stock_status = 'expired', false) as expired,
  (select count(*) from fault_report_photo p where p.fault_report_id = r.id) as photos,
  coalesce((select jsonb_agg(jsonb_build_object('number', w.number, 'type', w.type, 'state', w.state)
      order by w.registered_at desc)
    from work_order w where w.device_id = r.device_id and w.state not in ('closed', 'cancelled')), '[]') as open_orders
"""
_FROM: Final = """
  from fault_report r left join device d on d.id = r.device_id left join article a on a.id = d.article_id
"""


def _scope(actor: Actor) -> str:
    """Everybody in triage sees the region's reports; ``$2`` is the reader."""
    if actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE, Role.TECHNICIAN):
        return "r.region_id = $1 and $2::uuid is not null"
    return "r.region_id = $1 and r.referred_to = $2"


async def find_reports(actor: Actor, which: StateFilter) -> list[Record]:
    """Return the reports in the reader's scope, one more than ``LONGEST_LIST`` when there are more."""
    return await fetch(
        f"select {_COLUMNS} {_FROM} where {_scope(actor)} and {_STATES[which]}"
        f" order by {_SEQUENCE[which]} limit {LONGEST_LIST + 1}",
        actor.region_id,
        actor.user_id,
    )


async def find_report(actor: Actor, report_id: UUID) -> dict[str, Any] | None:
    """Return one report with the patient's words and contact; ``person_id`` is whom the access log names."""
    row = await fetch_row(
        f"select {_COLUMNS}, r.text, r.part, r.side, r.contact_name, r.contact_phone, r.language, r.source,"  # noqa: S608
        " r.answer, r.decided_at, u.name as decided_by, w.number as work_order_number, h.person_id,"
        " h.prescriber_id is not null as prescriber,"
        " coalesce((select array_agg(p.position order by p.position) from fault_report_photo p"
        f"   where p.fault_report_id = r.id), '{{}}') as photo_positions {_FROM}"
        " left join user_account u on u.id = r.decided_by left join work_order w on w.id = r.work_order_id"
        " left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null"
        f" where {_scope(actor)} and r.id = $3",
        actor.region_id,
        actor.user_id,
        report_id,
    )
    return None if row is None else dict(row)


async def find_photo(actor: Actor, report_id: UUID, position: int) -> Record | None:
    """Return hash of a photograph and the person it may show."""
    return await fetch_row(
        "select p.sha256, h.person_id from fault_report_photo p join fault_report r on r.id = p.fault_report_id"  # noqa: S608
        " left join holding h on h.device_id = r.device_id and h.starts_at is not null and h.ends_at is null"
        f" where {_scope(actor)} and r.id = $3 and p.position = $4",
        actor.region_id,
        actor.user_id,
        report_id,
        position,
    )
