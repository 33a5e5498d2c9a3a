"""A device's history: everything that was recorded of it, newest first, without a holder's name (R-071, R-075).

Orders, protocols, custody and labels are other rooms' rows. They are read here because the history is one answer. Of
a work order stand its number, type and outcome, never its text: an earlier holder's fault description is no business of
whoever has the device now. Who held it is told by ``chain.py``, to those who may know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from app.database import Record, fetch

# One select per kind of fact: at, kind, id, ref (a number that a person knows), what (a code), text, by_name. A day
# without a time of day counts from its midnight here.
_MIDNIGHT: Final = "::timestamp at time zone 'Europe/Stockholm'"

_FACTS: Final = f"""
with d as materialized (
  select d.*, a.supplier from device d join article a on a.id = d.article_id where d.id = $1
)
select d.purchased_on{_MIDNIGHT} as at, 'purchased' as kind, d.id, coalesce(p.reference, '') as ref, '' as what,
  coalesce(nullif(p.supplier, ''), d.supplier) as text, '' as by_name
from d left join lateral (select reference, supplier from device_purchase p where p.region_id = d.region_id
  and p.numbers @> array[d.number] and p.state = 'arrived' limit 1) p on true
where d.purchased_on is not null
union all
select d.scrapped_on{_MIDNIGHT}, 'scrapped', d.id, '', '', '', '' from d where d.scrapped_on is not null
union all
select h.starts_at, 'handed_out', h.id, coalesce(y.number, ''),
  case when h.party_id is null then 'person' else y.kind end, coalesce(y.name, ''), ''
from holding h left join party y on y.id = h.party_id
where h.device_id = $1 and h.starts_at is not null and h.ends_at is distinct from h.starts_at
union all
select h.ends_at, 'handed_back', h.id, coalesce(y.number, ''),
  case when h.party_id is null then 'person' else y.kind end, coalesce(y.name, ''), ''
from holding h left join party y on y.id = h.party_id where h.device_id = $1 and h.ends_at > h.starts_at
union all
select c.at, case c.standing when 'chain' then 'moved' else 'moved_beside' end, c.id, coalesce(r.name, ''), c.kind,
  coalesce(l.name, ''), u.name
from custody_event c join user_account u on u.id = c.by_user left join van_round r on r.id = c.round_id
left join location l on c.to_kind = 'location' and l.id = c.to_id
where c.device_id = $1 and c.standing in ('chain', 'beside')
union all
select w.registered_at, 'order_registered', w.id, w.number, w.type, '', coalesce(u.name, '')
from work_order w left join user_account u on u.id = w.registered_by where w.device_id = $1
union all
select w.started_at, 'order_started', w.id, w.number, w.type, '', coalesce(u.name, '')
from work_order w left join user_account u on u.id = w.started_by where w.device_id = $1 and w.started_at is not null
union all
select coalesce(w.closed_at, w.done_at), 'order_closed', w.id, w.number, coalesce(w.outcome, ''), '',
  coalesce(u.name, '')
from work_order w left join user_account u on u.id = w.performed_by
where w.device_id = $1 and coalesce(w.closed_at, w.done_at) is not null
union all
select w.cancelled_at, 'order_cancelled', w.id, w.number, coalesce(w.cancel_reason, ''), '', '' from work_order w
where w.device_id = $1 and w.cancelled_at is not null
union all
select s.signed_at, 'protocol', s.id, coalesce(w.number, ''), s.verdict,
  s.template_id || ' ' || s.template_version, u.name
from service_protocol s join user_account u on u.id = s.technician_id left join work_order w on w.id = s.work_order_id
where s.device_id = $1
union all
select o.registered_at, 'delivery_ordered', l.id, o.number, '', '', u.name
from order_line l join customer_order o on o.id = l.order_id join user_account u on u.id = o.registered_by
where l.device_id = $1 and l.state <> 'cancelled'
union all
select o.registered_at, 'pickup_ordered', l.id, o.number, o.reason, '', u.name
from pickup_line l join pickup_order o on o.id = l.pickup_order_id join user_account u on u.id = o.registered_by
where l.device_id = $1 and not l.unplanned
union all
select l.arrived_at, 'pickup_arrived', l.id, o.number, '', '', ''
from pickup_line l join pickup_order o on o.id = l.pickup_order_id where l.device_id = $1 and l.arrived_at is not null
union all
select f.received_at, 'fault_reported', f.id, '', f.state, '', '' from fault_report f where f.device_id = $1
union all
select v.created_at, 'label_made', v.id, v.version::text, '', '', coalesce(u.name, '')
from device_label v left join printed_label x on x.label_id = v.id left join label_print p on p.id = x.print_id
left join user_account u on u.id = p.printed_by where v.device_id = $1
union all
select v.revoked_at, 'label_ended', v.id, v.version::text, '', '', '' from device_label v
where v.device_id = $1 and v.revoked_at <= now()
union all
select s.made_on{_MIDNIGHT}, 'adapted', s.id, s.number, '', concat_ws(' ', s.text, nullif(s.safety_note, '')), ''
from special_adaptation s where s.device_id = $1
union all
select c.delivered_on{_MIDNIGHT}, 'component', c.id, a.number, '', a.name, '' from device_component c
join article a on a.id = c.article_id where c.device_id = $1 and c.delivered_on is not null
union all
select b.blocked_at, 'blocked', b.id, '', '', b.reason, u.name from device_block b
join user_account u on u.id = b.blocked_by where b.device_id = $1
union all
select b.lifted_at, 'unblocked', b.id, '', '', b.lift_note, u.name from device_block b
join user_account u on u.id = b.lifted_by where b.device_id = $1
union all
select n.set_at, 'notice_set', n.id, n.reference, '', n.title, '' from d join safety_notice n
on n.region_id = d.region_id where {{about}}
union all
select n.lifted_at, 'notice_lifted', n.id, n.reference, '', n.title, '' from d join safety_notice n
on n.region_id = d.region_id where n.lifted_at is not null and {{about}}
union all
select x.done_at, 'notice_done', n.id, n.reference, '', concat_ws(': ', n.title, nullif(n.action, '')), u.name
from safety_notice_done x join safety_notice n on n.id = x.notice_id join user_account u on u.id = x.done_by
where x.device_id = $1
union all
select p.given_on{_MIDNIGHT}, 'pm_announced', p.id, '', p.how, '', u.name from pm_notice p
join user_account u on u.id = p.given_by where p.device_id = $1
union all
select o.performed_on{_MIDNIGHT}, 'maintained', o.id, coalesce(w.number, ''), o.state, coalesce(p.name, ''),
  coalesce(u.name, '')
from maintenance_occasion o left join maintenance_plan p on p.id = o.plan_id
left join work_order w on w.id = o.work_order_id left join user_account u on u.id = o.technician_id
where o.device_id = $1 and o.performed_on is not null
union all
select o.labelled_at, 'pm_labelled', o.id, coalesce(to_char(o.next_pm, 'YYYY-MM'), ''), o.label_how, '',
  coalesce(u.name, '')
from maintenance_occasion o left join user_account u on u.id = o.labelled_by
where o.device_id = $1 and o.labelled_at is not null
union all
select r.received_at, 'returned', r.id, '', r.contamination, '', u.name from device_return r
join user_account u on u.id = r.received_by where r.device_id = $1
union all
select r.cleaned_at, 'cleaned', r.id, '', '', '', coalesce(u.name, '') from device_return r
left join user_account u on u.id = r.cleaned_by where r.device_id = $1 and r.cleaned_at is not null
union all
select r.inspected_at, 'inspected', r.id, '', r.disposition, '', coalesce(u.name, '') from device_return r
left join user_account u on u.id = r.inspected_by where r.device_id = $1 and r.inspected_at is not null
union all
select coalesce(l.scanned_at, c.counted_at), 'counted', l.id, '', l.finding, o.name, u.name
from stock_count_line l join stock_count c on c.id = l.count_id join location o on o.id = c.location_id
join user_account u on u.id = c.counted_by where l.device_id = $1
"""  # noqa: S608 - only constants are put in

# A notice that was lifted covers no device any more, but it did: the same rule as the view, without what holds now. One
# that was over before the device was bought never met it.
_ABOUT: Final = """
  (d.number = any(n.numbers) or (n.article_id = d.article_id and (n.batch is null or n.batch = d.batch)
    and (n.serial_from is null or (char_length(d.serial) = char_length(n.serial_from)
      and (d.serial collate "C") between (n.serial_from collate "C") and (n.serial_to collate "C")))))
  and (n.lifted_at is null or d.purchased_on is null
    or n.lifted_at >= d.purchased_on::timestamp at time zone 'Europe/Stockholm')
  and (d.scrapped_on is null or n.set_at < (d.scrapped_on + 1)::timestamp at time zone 'Europe/Stockholm')
"""

_PAGE: Final = f"""
select * from ({_FACTS.format(about=_ABOUT)}) fact
where $2::timestamptz is null or (fact.at, fact.kind, fact.id) < ($2, $3::text, $4::uuid)
order by fact.at desc, fact.kind desc, fact.id desc limit $5
"""  # noqa: S608 - only constants are put in

After = tuple[datetime, str, UUID]


async def find_history(device_id: UUID, after: After | None, limit: int) -> list[Record]:
    """Return a page of a device's facts, newest first.

    Each has ``at``, ``kind``, ``id``, ``ref``, ``what``, ``text`` and ``by_name``. ``after``: the last fact of the page
    before.
    """
    return await fetch(_PAGE, device_id, *(after or (None, None, None)), limit)
