"""Reads and writes of signed service protocols."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import execute, fetch
from field.protocols.judgement import Judgement, Verdict, worse


@dataclass(frozen=True)
class SignedProtocol:
    """A protocol as it was signed, with the server's judgement.

    Attributes:
        seen_rv: the row version of the order that the technician saw (sync case 5).
        judgement: None when the template is unknown; the answers are kept all the same.
    """

    id: UUID
    region_id: UUID
    work_order_id: UUID | None
    device_id: UUID | None
    template_id: str
    template_version: str
    template_sha256: str
    answers: dict[str, Any]
    verdict: Verdict
    judgement: Judgement | None
    seen_rv: int | None
    technician_id: UUID
    signed_at: datetime
    command_id: UUID


async def insert_protocol(protocol: SignedProtocol) -> None:
    """Store a signed protocol; one with the same id is there already and never changes (I11)."""
    judgement = {"unknown_template": True} if protocol.judgement is None else msgspec.to_builtins(protocol.judgement)
    await execute(
        "insert into service_protocol (id, region_id, work_order_id, device_id, template_id, template_version,"
        " template_sha256, answers, verdict, judgement, seen_rv, technician_id, signed_at, command_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (id) do nothing",
        protocol.id,
        protocol.region_id,
        protocol.work_order_id,
        protocol.device_id,
        protocol.template_id,
        protocol.template_version,
        protocol.template_sha256,
        protocol.answers,
        protocol.verdict,
        judgement,
        protocol.seen_rv,
        protocol.technician_id,
        protocol.signed_at,
        protocol.command_id,
    )


async def standing_verdict(work_order_id: UUID, command_id: UUID, *, applied: bool) -> Verdict | None:
    """Return the verdict that holds for an order, or None without any protocol.

    The newest protocol of work that was applied holds; a worse one that waits for a person's decision holds until the
    decision (sync rule R5). ``command_id`` is the command in hand, whose own verdict is not in the log yet:
    ``applied`` says which of the two it belongs to.
    """
    rows = await fetch(
        "select p.verdict, case when p.command_id = $2 then $3 else c.verdict = 'applied' end as counts,"
        " case when p.command_id = $2 then not $3 else"
        "   exists (select from review_item r where r.command_id = c.id and r.state = 'open') end as undecided"
        " from service_protocol p join command_log c on c.id = p.command_id"
        " where p.work_order_id = $1 order by p.signed_at, p.id",
        work_order_id,
        command_id,
        applied,
    )
    verdicts: list[Verdict] = [row["verdict"] for row in rows if row["counts"]][-1:]
    verdicts += [row["verdict"] for row in rows if row["undecided"]]
    if not verdicts:
        return None
    worst = verdicts[0]
    for verdict in verdicts:
        worst = worse(worst, verdict)
    return worst
