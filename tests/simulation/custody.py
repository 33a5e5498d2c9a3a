"""J12: the chain of custody of every device is one line, and everything that follows from it agrees with it."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any, Final

from tests.simulation.findings import Findings

#: What cannot come after what in one line of custody: nobody loads what is in a van, or hands over what is handed over.
_FORKS: Final = {
    ("load", "load"),
    ("load", "collect"),
    ("deliver", "deliver"),
    ("deliver", "load"),
    ("deliver", "unload"),
    ("collect", "collect"),
    ("collect", "load"),
}
#: Last link -> the statuses that the device may have then; a new pick-up may have been ordered since.
_STATUS: Final = {
    "load": {"in_transit"},
    "deliver": {"with_holder", "pickup_requested"},
    "collect": {"collected"},
    "unload": {"in_stock", "reserved"},
    "arrive": {"arrived"},
}


async def check_custody(connection: Any, findings: Findings) -> None:
    """Look at all devices that have been on the road."""
    links = await connection.fetch(
        "select e.device_id, d.number, d.status, e.kind from custody_event e join device d on d.id = e.device_id"
        " where e.standing = 'chain' order by e.device_id, e.at, e.command_id, e.id"
    )
    for _, group in groupby(links, key=lambda row: row["device_id"]):
        chain = list(group)
        number = chain[0]["number"]
        for before, after in pairwise(chain):
            pair = before["kind"], after["kind"]
            findings.check(pair not in _FORKS, "J12", f"device {number}: {pair[1]} after {pair[0]}")
        last, status = chain[-1]["kind"], chain[-1]["status"]
        findings.check(status in _STATUS[last], "J12", f"device {number}: {status} after {last}")
    for what, sql in _CONTRADICTIONS.items():
        for row in await connection.fetch(sql):
            findings.add("J12", f"{what}: {dict(row)}")


_CONTRADICTIONS: Final = {
    "two holdings of one device at one time": (
        "select d.number from holding h join holding o on o.device_id = h.device_id and o.id > h.id"
        " join device d on d.id = h.device_id where h.starts_at is not null and o.starts_at is not null"
        " and h.ends_at is distinct from h.starts_at and o.ends_at is distinct from o.starts_at"
        " and h.starts_at < coalesce(o.ends_at, 'infinity') and o.starts_at < coalesce(h.ends_at, 'infinity')"
    ),
    "a delivered line without exactly one live holding, or the other way round": (
        "select o.number, l.position, l.state from order_line l join customer_order o on o.id = l.order_id"
        " where l.device_id is not null and (l.state = 'delivered') <> ((select count(*) from holding h"
        " where h.order_line_id = l.id and h.ends_at is distinct from h.starts_at) = 1)"
    ),
    "a task done without a link, or a link without it being done": (
        "select t.id, t.state, t.kind from stop_task t left join lateral (select e.kind from custody_event e"
        " where e.task_id = t.id and e.standing = 'chain' order by e.at desc, e.command_id desc, e.id desc limit 1)"
        " link on true where t.state <> 'cancelled'"
        " and (t.state = 'done') <> coalesce(link.kind in ('deliver', 'collect'), false)"
    ),
    "an applied command with an event beside the chain": (
        "select c.type, e.kind, e.beside_code from custody_event e join command_log c on c.id = e.command_id"
        " join command_standing s on s.command_id = c.id where e.standing = 'beside' and s.verdict = 'applied'"
    ),
    "a proof of other items than its command's": (
        "select p.id from proof_of_delivery p join command_log c on c.id = p.command_id"
        " where convert_from(c.payload_raw, 'utf8')::jsonb #>> '{args,proof,items_sha256}' <> p.items_sha256"
    ),
    "goods without a number handed over more often than ordered": (
        "select o.number, l.position, l.quantity, l.delivered_quantity from order_line l"
        " join customer_order o on o.id = l.order_id where l.delivered_quantity > l.quantity"
    ),
}
