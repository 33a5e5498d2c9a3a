"""A stop as one row of JSON, and what of it a reader may see.

SQL makes the row whole. ``for_driver`` and ``for_office`` take out what is not the reader's (domain model 5.6, SR-24,
SR-40). Keys that begin with an underscore are for them alone and never leave the server.
"""

from __future__ import annotations

from typing import Any, Final

from app.identity.actor import Actor, Role
from app.registry.protection import PROTECTED_NAME

LOCAL_DAY: Final = "(now() at time zone 'Europe/Stockholm')::date"


def undone(alias: str) -> str:
    """SQL: the command ``alias.command_id`` on the stop ``s`` has been taken back (sync case 26)."""
    return (
        "exists (select from command_log u where u.aggregate = s.id and u.verdict = 'applied'"
        f" and ((u.type = 'stop.undo' and u.result ->> 'undone' = {alias}.command_id::text)"
        f" or (u.type = 'stop.reopen' and u.result -> 'reopened' ? {alias}.command_id::text)))"
    )


def _z(column: str) -> str:
    """SQL for a time as ISO 8601 in UTC with Z, whatever the session's time zone."""
    return f"(to_jsonb({column} at time zone 'UTC') #>> '{{}}') || 'Z'"


STOP_ROWS_SQL: Final = f"""
select s.id, jsonb_build_object(
  'id', s.id, 'round_id', s.round_id, 'position', s.position, 'state', s.state,
  'window_from', {_z("s.window_from")}, 'window_to', {_z("s.window_to")},
  'name', s.contact_name, 'care_of', s.care_of, 'street', s.street, 'postcode', s.postcode, 'town', s.town,
  'entry_code', s.entry_code, 'phone', s.contact_phone, 'carrier_note', s.carrier_note,
  'latitude', s.latitude, 'longitude', s.longitude, 'protected', coalesce(p.protected_identity, false),
  'tasks', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'position', t.position, 'kind', t.kind,
      'device_number', d.number, 'article_number', a.number, 'article_name', a.name, 'quantity', t.quantity,
      'state', t.state, 'done_quantity', t.done_quantity, 'failed_code', t.failed_code, 'hygiene', t.hygiene,
      'unplanned', t.unplanned, 'order_number', coalesce(co.number, po.number, wo.number),
      'repair', t.work_order_id is not null,
      'components', (select count(*) from device_component c where c.device_id = t.device_id),
      'loaded', exists (select from custody_event e where e.task_id = t.id and e.standing = 'chain' and e.kind = 'load'
        and not exists (select from custody_event u where u.task_id = t.id and u.standing = 'chain'
          and u.kind = 'unload' and u.at >= e.at)),
      'parts', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'number', 'K-' || c.main_number,
          'article_number', ca.number, 'article_name', ca.name, 'quantity', c.quantity, 'counted',
          (select x.counted from collected_part x where x.task_id = t.id and x.component_id = c.id
            and x.undone_by is null order by x.at desc, x.id desc limit 1)) order by ca.name, c.id)
        from device_component c join article ca on ca.id = c.article_id where c.device_id = t.device_id), '[]'))
      order by t.position, t.id)
    from stop_task t join article a on a.id = t.article_id left join device d on d.id = t.device_id
    left join order_line ol on ol.id = t.order_line_id left join customer_order co on co.id = ol.order_id
    left join pickup_line pl on pl.id = t.pickup_line_id left join pickup_order po on po.id = pl.pickup_order_id
    left join work_order wo on wo.id = t.work_order_id
    where t.stop_id = s.id and not (t.unplanned and t.state = 'cancelled')), '[]'),
  'visits', coalesce((select jsonb_agg(distinct jsonb_build_object('work_order_id', w.id, 'number', w.number,
      'state', w.state, 'booked_from', {_z("w.booked_from")}, 'booked_to', {_z("w.booked_to")}))
    from stop_task t join order_line l on l.id = t.order_line_id join customer_order o on o.id = l.order_id
    join work_order w on w.region_id = o.region_id and (w.number = o.linked_order or w.linked_order = o.number)
    where t.stop_id = s.id and t.state <> 'cancelled' and w.state <> 'cancelled'), '[]'),
  'attempts', coalesce((select jsonb_agg(jsonb_build_object('at', {_z("t.at")}, 'code', t.code) order by t.at, t.id)
    from stop_attempt t where t.stop_id = s.id and t.undone_by is null), '[]'),
  'proof', (select jsonb_build_object('signer_name', f.signer_name, 'method', f.method, 'at', {_z("f.at")},
      'items', f.items)
    from proof_of_delivery f where f.stop_id = s.id and not {undone("f")} order by f.at, f.command_id limit 1),
  'failed_code', s.failed_code, 'failed_note', s.failed_note, 'done_at', {_z("s.done_at")}, 'rv', s.rv,
  '_person_id', s.person_id, '_back', coalesce(r.state = 'returned', false)
) as row
from stop s
left join person p on p.id = s.person_id
left join van_round r on r.id = s.round_id
where s.id = any($1::uuid[])
"""  # noqa: S608 - only constants are put in

ROUND_ROWS_SQL: Final = f"""
select r.id, jsonb_build_object(
  'id', r.id, 'name', r.name, 'on_day', r.on_day, 'van_name', v.name, 'depot_name', d.name, 'state', r.state,
  'version', r.version, 'stops', (select count(*) from stop s where s.round_id = r.id),
  'published_at', {_z("r.published_at")}, 'reconciled', r.reconciled_at is not null, 'rv', r.rv
) as row
from van_round r
join location d on d.id = r.depot_id
left join location v on v.id = r.van_id
where r.id = any($1::uuid[])
"""  # noqa: S608 - only constants are put in

_DRIVER_KEYS: Final = (
    "id",
    "round_id",
    "position",
    "state",
    "window_from",
    "window_to",
    "name",
    "care_of",
    "street",
    "postcode",
    "town",
    "entry_code",
    "phone",
    "carrier_note",
    "latitude",
    "longitude",
    "protected",
    "tasks",
    "attempts",
    "proof",
    "failed_code",
    "failed_note",
    "done_at",
    "rv",
)

_OFFICE_KEYS: Final = (
    "id",
    "position",
    "state",
    "window_from",
    "window_to",
    "name",
    "street",
    "town",
    "carrier_note",
    "tasks",
    "attempts",
    "proof",
    "failed_code",
    "failed_note",
    "visits",
    "rv",
)


def for_driver(row: dict[str, Any], _actor: Actor) -> dict[str, Any]:
    """Return the row of a stop for the driver who has it today; the view asks for no other's.

    A protected identity has no name, and the entry code is gone after the visit and when the van is back.
    """
    seen = {key: row[key] for key in _DRIVER_KEYS}
    # That it is for repair stands in the carrier's note; the phone needs no more of it.
    seen["tasks"] = [{key: task[key] for key in task if key != "repair"} for task in row["tasks"]]
    proof = row["proof"]
    if proof is not None:
        seen["proof"] = {key: proof[key] for key in ("signer_name", "method", "at")}
    if row["protected"]:
        seen["name"] = PROTECTED_NAME
        seen["proof"] = None if proof is None else {**seen["proof"], "signer_name": ""}
    if row["_back"] or row["state"] in {"done", "partial"}:
        seen["entry_code"] = ""
    return seen


def shows_person(row: dict[str, Any], actor: Actor) -> bool:
    """True when ``for_office`` shows the actor who lives at the stop, so that the access log must say so (SR-08)."""
    return actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE) and not row["protected"]


def shows_town(actor: Actor) -> bool:
    """True when the actor may know where goods go: the warehouse packs them and never does (domain model 5.6)."""
    return actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE, Role.TECHNICIAN)


def for_office(row: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return the row of a stop as the office sees it.

    Technicians see the goods and the town, the warehouse the goods alone; neither sees a name, a street or a note. A
    protected identity is not shown at all (SR-40).
    """
    seen = {key: row[key] for key in _OFFICE_KEYS}
    seen["positioned"] = row["latitude"] is not None
    if shows_person(row, actor):
        return seen
    seen |= {"name": "", "street": "", "carrier_note": "", "failed_note": ""}
    if not shows_town(actor):
        seen["town"] = ""
    if row["protected"]:
        seen |= {"name": PROTECTED_NAME, "town": ""}
    if row["proof"] is not None:
        seen["proof"] = {**row["proof"], "signer_name": ""}
    return seen
