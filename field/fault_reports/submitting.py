"""``fault_report.submit``: what a patient writes, from a form without a session (R-023, R-212)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from field.fault_reports import limits, repository
from field.fault_reports.arguments import SubmitReport
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome

#: The same words about the same thing within this time are one report (SR-12).
COLLAPSE: Final = timedelta(hours=24)


async def submit(context: CommandContext, arguments: SubmitReport) -> Outcome:
    """Keep the report. It becomes work only when somebody at the centre has decided so.

    A number that is nobody's makes a report too: whoever sends it is told nothing of that (SR-06).
    """
    region_id = context.actor.region_id
    if not arguments.text.strip():
        raise CommandRefused("fault_report.text_empty")
    label = None
    if arguments.label is not None:
        label = await repository.valid_label(bytes.fromhex(arguments.label), context.received_at)
    device_id = label.device_id if label is not None and label.region_id == region_id else None
    if device_id is None and arguments.number is not None:
        device_id = await repository.device_with_number(region_id, arguments.number)
    same_hash = _same_hash(arguments)
    earlier = await repository.same_report(region_id, same_hash, context.received_at - COLLAPSE)
    if earlier is not None:
        await repository.count_again(earlier)
        return Applied({"report_id": str(earlier)})
    stored = context.aggregate is not None and await repository.insert_report(
        {
            "id": context.aggregate,
            "region_id": region_id,
            "device_id": device_id,
            "typed_number": None if label is not None else arguments.number,
            "source": "number" if label is None else "label",
            "state": "received",
            "topic": arguments.topic,
            "text": arguments.text,
            "part": arguments.part,
            "side": arguments.side,
            "contact_name": arguments.contact_name,
            "contact_phone": arguments.contact_phone,
            "language": arguments.language,
            "held": await limits.flooded(region_id),
            "same_hash": same_hash,
            "received_at": context.received_at,
            "command_id": context.command_id,
        }
    )
    if not stored:
        raise CommandRefused("fault_report.id_taken")
    return Applied({"report_id": str(context.aggregate)})


def _same_hash(arguments: SubmitReport) -> bytes:
    """Return a hash of all that was sent: only who has written the very same gets a link to the first report."""
    parts = (
        arguments.label,
        arguments.number,
        arguments.topic,
        arguments.text,
        arguments.part,
        arguments.side,
        arguments.contact_name,
        arguments.contact_phone,
    )
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).digest()
