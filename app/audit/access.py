"""The access log: one row per person and response that shows patient data (SR-08; HSLF-FS 2016:40, 4 chapter 9)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.database import execute, new_id
from app.identity.actor import Actor


async def log_access(actor: Actor, person_ids: Iterable[UUID], action: str) -> None:
    """Write that ``actor`` is shown these persons; call it once per response, before the response is sent.

    Args:
        actor: who reads; the row names the actor's unit.
        person_ids: the patients shown; doubles count once, none is fine.
        action: the operation, for example ``work_order.read``; never free text.
    """
    persons = sorted(set(person_ids))
    if not persons:
        return
    await execute(
        """
        insert into access_log (id, region_id, user_id, unit, person_id, action)
        select id, $3, $4, $5, person_id, $6 from unnest($1::uuid[], $2::uuid[]) as shown (id, person_id)
        """,
        [new_id() for _ in persons],
        persons,
        actor.region_id,
        actor.user_id,
        actor.unit,
        action,
    )
