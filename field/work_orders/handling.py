"""What the handlers of work order commands share: loading and locking, judging, and writing a step of its life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity.actor import Actor, Role
from app.policy.repository import current_policy
from field.work_orders import repository
from field.work_orders.arguments import Assessment
from field.work_orders.clocks import due_columns
from field.work_orders.lifecycle import Attempt, Decision, State, decide
from field.work_orders.repository import LockedOrder
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotEntitled, NotFound, Recorded

SUBJECT = "work_order"


async def load(context: CommandContext) -> LockedOrder:
    """Lock the order that the command is about.

    Raises:
        NotFound: the region has no such order.
        NotEntitled: it is not the author's.
    """
    order = None if context.aggregate is None else await repository.lock_order(context.actor, context.aggregate)
    if order is None:
        raise NotFound
    if not order.entitled:
        raise NotEntitled
    return order


def judge(context: CommandContext, order: LockedOrder, attempt: Attempt) -> Decision:
    """Ask the rules. A refusal to the office is raised at once; the field's facts are stored first (sync rule R1)."""
    decision = decide(order.facts, attempt)
    if decision.refusal is not None:
        context.judge(refusal(order, decision.refusal.code))
    return decision


def refusal(order: LockedOrder, code: str, **detail: Any) -> CommandRefused:
    """Make a refusal that carries the order's state."""
    return CommandRefused(
        code,
        detail={"number": order.number, **detail},
        state=order.public_state,
        subject_kind=SUBJECT,
        subject_id=order.id,
    )


def recorded(order: LockedOrder, decision: Decision) -> Recorded:
    """Make the outcome of a fact that was kept while its transition was not made (sync rule R2)."""
    code = decision.refusal.code if decision.refusal else ""
    return Recorded(code, SUBJECT, order.id, {"number": order.number})


def step(decision: Decision) -> dict[str, Any]:
    """Return the columns that the decided path sets: only the last state is the order's state."""
    if not decision.path:
        return {}
    return {"state": decision.path[-1].value, "waiting_for": None}


async def applied(order: LockedOrder, decision: Decision, result: Mapping[str, Any] | None = None) -> Applied:
    """Make the outcome of a transition: the states passed, and the new row version."""
    rv = await repository.order_version(order.id)
    return Applied({"rv": rv, "path": [state.value for state in decision.path], **(result or {})})


def started_columns(order: LockedOrder, decision: Decision, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what passing ``started`` sets: by whom and when; an order that nobody has becomes the starter's."""
    if State.STARTED not in decision.path or order.started_by is not None:
        return {}
    return {"started_at": at, "started_by": actor.user_id, "assigned_to": order.assigned_to or actor.user_id}


async def assessment_columns(
    context: CommandContext, order: LockedOrder, assessment: Assessment, at: datetime
) -> dict[str, Any]:
    """Return what an assessment sets. The proposed values stay as they were (I13); the promises are made anew."""
    policy = await current_policy(order.region_id, order.registered_at)
    return {
        "assessed_priority": assessment.priority,
        "assessed_place": assessment.place,
        "assessed_basic_need": assessment.basic_need,
        "assessed_by": context.actor.user_id,
        "assessed_at": at,
        "assessment_final": is_technician(context.actor),
        "team_id": assessment.team_id or order.team_id,
        "missed_told_at": None,
        **due_columns(policy, order.registered_at, assessment.priority),
    }


def proposed_assessment(order: LockedOrder) -> Assessment:
    """Return what the orderer proposed, as an assessment."""
    return Assessment(
        priority=order.proposed_priority, place=order.proposed_place, basic_need=order.proposed_basic_need
    )


def is_technician(actor: Actor) -> bool:
    """True when the actor's assessment is final (R-197)."""
    return actor.has(Role.TECHNICIAN)


def happened(given: datetime, context: CommandContext) -> datetime:
    """Return when something happened: as the person says, but never later than the command itself (sync rule R7)."""
    return min(given, context.at)


def same_region_only(found: bool, code: str, order_id: UUID | None = None) -> None:
    """Refuse an id that the region does not have."""
    if not found:
        raise CommandRefused(code, subject_kind=SUBJECT, subject_id=order_id)
