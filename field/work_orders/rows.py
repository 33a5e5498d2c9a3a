"""A work order as one row of JSON, and what of it a reader may see.

The row is the same for phones and the office. SQL makes it whole; ``mask`` takes out what is not the reader's to see
(domain model 5.6, SR-40). Keys that begin with an underscore are for ``mask`` alone and never leave the server.
"""

from __future__ import annotations

from typing import Any, Final

from app.identity.actor import Actor, Role
from app.registry.protection import PROTECTED_NAME, hidden_contact
from field.work_orders.repository import COUNTS

LOCAL_DAY: Final = "(now() at time zone 'Europe/Stockholm')::date"

#: The day of the visit: as planned, else as booked.
VISIT_DAY: Final = "coalesce(w.planned_on, (w.booked_from at time zone 'Europe/Stockholm')::date)"

#: The entry code is shown from the day before the visit to the third day after it.
CODE_OPEN: Final = f"coalesce({LOCAL_DAY} between {VISIT_DAY} - 1 and {VISIT_DAY} + 3, false)"

#: A protected address is shown on the day that the order is planned for, and on no other.
VISIT_TODAY: Final = f"coalesce(w.planned_on = {LOCAL_DAY}, false)"

ATTACHMENT_PENDING: Final = (
    "exists (select from command_log c join command_blob cb on cb.command_id = c.id join blob b on b.sha256 = cb.sha256"
    " where c.aggregate = w.id and b.state <> 'complete')"
)


def _z(column: str) -> str:
    """SQL for a time as ISO 8601 in UTC with Z, whatever the session's time zone."""
    return f"(to_jsonb({column} at time zone 'UTC') #>> '{{}}') || 'Z'"


ORDER_ROWS_SQL: Final = f"""
select w.id, jsonb_build_object(
  'id', w.id, 'number', w.number, 'type', w.type, 'state', w.state, 'waiting_for', w.waiting_for,
  'device_id', w.device_id, 'device_number', d.number, 'article_number', a.number, 'article_name', a.name,
  'quantity', w.quantity, 'fault_text', w.fault_text,
  'proposed', jsonb_build_object('priority', w.proposed_priority, 'place', w.proposed_place,
    'basic_need', w.proposed_basic_need, 'by_name', registrar.name),
  'assessed', case when w.assessed_priority is not null then jsonb_build_object(
    'priority', w.assessed_priority, 'place', w.assessed_place, 'basic_need', w.assessed_basic_need,
    'by_name', assessor.name, 'at', {_z("w.assessed_at")}, 'final', w.assessment_final) end,
  'team', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name) end,
  'assigned_to', w.assigned_to,
  'planned_on', w.planned_on, 'booked_from', {_z("w.booked_from")}, 'booked_to', {_z("w.booked_to")},
  'subject', case
    when p.id is not null then jsonb_build_object('kind', 'person', 'protected', p.protected_identity,
      'name', concat_ws(' ', p.first_name, p.last_name))
    when y.id is not null then jsonb_build_object('kind', 'care_unit', 'protected', false,
      'name', y.name || ' ' || y.number) end,
  'contact', jsonb_build_object('name', w.contact_name, 'phone', w.contact_phone, 'care_of', w.care_of,
    'street', w.street, 'postcode', w.postcode, 'town', w.town, 'entry_code', w.entry_code,
    'instructions', w.instructions)
) || jsonb_build_object(
  'linked_order', w.linked_order, 'follows_number', f.number,
  'registered_at', {_z("w.registered_at")}, 'registered_by_name', registrar.name, 'prescriber_name', prescriber.name,
  'due', jsonb_build_object('contact', {_z("w.contact_due")}, 'start', {_z("w.start_due")},
    'done', {_z("w.done_due")}),
  'contacted_at', {_z("w.contacted_at")}, 'started_at', {_z("w.started_at")}, 'done_at', {_z("w.done_at")},
  'closed_at', {_z("w.closed_at")}, 'cancelled_at', {_z("w.cancelled_at")}, 'cancel_reason', w.cancel_reason,
  'cancel_note', w.cancel_note, 'outcome', w.outcome, 'protocol_verdict', w.protocol_verdict,
  'attachment_pending', {ATTACHMENT_PENDING},
  'time_entries', coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'started_at', {_z("e.started_at")},
      'minutes', e.minutes, 'comment', e.comment, 'visible_to_prescriber', e.visible_to_prescriber,
      'by_name', u.name) order by e.started_at, e.id)
    from time_entry e join user_account u on u.id = e.technician_id
    where e.work_order_id = w.id and {COUNTS.format(alias="e")}), '[]'),
  'parts', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'article_number', x.article_number,
      'name', x.name, 'quantity', x.quantity,
      'location_id', x.location_id) order by x.article_number, x.id)
    from part_used x where x.work_order_id = w.id and {COUNTS.format(alias="x")}), '[]'),
  'protocols', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'template_id', s.template_id,
      'template_version', case when s.template_version ~ '^[0-9]{{1,9}}$' then to_jsonb(s.template_version::integer)
        else to_jsonb(s.template_version) end, 'verdict', s.verdict, 'signed_at', {_z("s.signed_at")},
      'by_name', u.name) order by s.signed_at, s.id)
    from service_protocol s join user_account u on u.id = s.technician_id where s.work_order_id = w.id), '[]'),
  'visits', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("v.at")}, 'by_name', u.name,
      'outcome', v.outcome, 'additional', v.additional) order by v.at, v.id)
    from visit v join user_account u on u.id = v.technician_id where v.work_order_id = w.id), '[]'),
  'contact_attempts', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("k.at")}, 'result', k.result,
      'channel', k.channel, 'note', k.note, 'by_name', u.name) order by k.at, k.id)
    from contact_attempt k left join user_account u on u.id = k.by_id where k.work_order_id = w.id), '[]'),
  'notices', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("n.created_at")}, 'purpose', n.purpose,
      'channel', n.channel, 'text', n.text, 'state', n.state, 'failure', n.failure, 'by_name', u.name)
      order by n.created_at, n.id)
    from patient_notice n left join user_account u on u.id = n.by_id where n.work_order_id = w.id), '[]'),
  'will_miss', case when w.will_miss_at is not null then jsonb_build_object('at', {_z("w.will_miss_at")},
    'reason', w.will_miss_reason, 'note', w.will_miss_note) end,
  'referred_at', {_z("w.referred_at")},
  'reserved', (select jsonb_build_object('number', rd.number, 'article_name', ra.name, 'place', coalesce(rl.name, ''))
    from device rd join article ra on ra.id = rd.article_id left join location rl on rl.id = rd.home_location_id
    where rd.id = w.reserved_device_id),
  'exchangeable', a.exchangeable or exists (select from service_policy sp where sp.region_id = w.region_id
    and sp.document -> 'exchange_models' ? a.name),
  'exchanges', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("c.at")}, 'old_number', od.number,
      'new_number', nd.number, 'data_uploaded', c.data_uploaded, 'note', c.note, 'by_name', u.name) order by c.at, c.id)
    from technical_exchange c join device od on od.id = c.old_device_id join device nd on nd.id = c.new_device_id
    left join user_account u on u.id = c.by_id where c.work_order_id = w.id), '[]'),
  'deviations', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("v.at")}, 'text', v.text, 'harm', v.harm,
      'by_name', u.name, 'told_name', tu.name) order by v.at, v.id)
    from deviation v left join user_account u on u.id = v.by_id left join user_account tu on tu.id = v.told_id
    where v.work_order_id = w.id), '[]'),
  'supplier', jsonb_build_object('sent_on', w.supplier_sent_on, 'promised_on', w.supplier_promised_on,
    'back_on', w.supplier_back_on),
  'rv', w.rv,
  '_person_id', p.id, '_visit_today', {VISIT_TODAY}, '_code_open', {CODE_OPEN}
) as row
from work_order w
join article a on a.id = w.article_id
left join device d on d.id = w.device_id
left join person p on p.id = w.person_id
left join party y on y.id = w.party_id
left join team t on t.id = w.team_id
left join work_order f on f.id = w.follows
left join user_account registrar on registrar.id = w.registered_by
left join user_account prescriber on prescriber.id = w.prescriber_id
left join user_account assessor on assessor.id = w.assessed_by
where w.id = any($1::uuid[])
"""  # noqa: S608 - only constants are put in


def mask(row: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return the row as the actor may see it.

    A protected identity has a name, an address and a telephone only for the technician who has the order, on the day
    of the visit (SR-40). A technician sees the contact of own orders only, and the entry code only round the visit; a
    prescriber sees the comments that are meant for prescribers (R-221).
    """
    seen = {key: value for key, value in row.items() if not key.startswith("_")}
    own = row["assigned_to"] == str(actor.user_id)
    office = actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE)
    subject = row["subject"]
    if subject is not None and subject["protected"] and not (own and row["_visit_today"]):
        seen["subject"] = {**subject, "name": PROTECTED_NAME}
        seen["contact"] = hidden_contact()
        seen |= _without_words(row)
    elif not own and not office and not actor.has(Role.PRESCRIBER):
        seen["subject"] = None if subject is None else {**subject, "name": ""}
        seen["contact"] = hidden_contact("")
        seen |= _without_words(row)
    elif not office and not row["_code_open"]:
        seen["contact"] = {**row["contact"], "entry_code": ""}
    if not office and not actor.has(Role.TECHNICIAN):
        seen["time_entries"] = [entry for entry in row["time_entries"] if entry["visible_to_prescriber"]]
        # That the centre has tried is the prescriber's to know; what was said on the telephone is not.
        seen |= _without_words(row)
    return seen


def _without_words(row: dict[str, Any]) -> dict[str, Any]:
    """Return attempts and texts as facts alone: what was noted or written may tell where somebody lives."""
    return {
        "contact_attempts": [{**attempt, "note": ""} for attempt in row["contact_attempts"]],
        "notices": [{**notice, "text": ""} for notice in row["notices"]],
    }
