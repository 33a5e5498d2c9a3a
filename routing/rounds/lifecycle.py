"""The life of a stop and its tasks as pure rules: no database, no clock, no HTTP (domain model 5.2).

The states of stops and tasks follow from facts (what the chain of custody says, what the office decided, which tries
failed), so an outcome that is taken back or arrives late leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias


class StopState(StrEnum):
    """The states of a stop. Partial: something was done and something was not. Failed: nothing was."""

    PLANNED = "planned"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """The states of a stop's task."""

    PLANNED = "planned"
    LOADED = "loaded"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RoundState(StrEnum):
    """The states of a round."""

    DRAFT = "draft"
    PUBLISHED = "published"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"


ROUND_TRANSITIONS: Final[Mapping[RoundState, frozenset[RoundState]]] = {
    RoundState.DRAFT: frozenset({RoundState.PUBLISHED}),
    RoundState.PUBLISHED: frozenset({RoundState.PUBLISHED, RoundState.IN_PROGRESS, RoundState.RETURNED}),
    RoundState.IN_PROGRESS: frozenset({RoundState.IN_PROGRESS, RoundState.RETURNED}),
    RoundState.RETURNED: frozenset(),
}

UNDO_WINDOW: Final = timedelta(minutes=10)
UNDOABLE: Final = frozenset({"stop.load", "stop.complete", "stop.fail"})

OfficeState: TypeAlias = Literal["planned", "failed", "cancelled"]

#: What the office may make of a stop in each state. What was done is done: only its driver takes it back.
OFFICE_CHANGES: Final[Mapping[StopState, frozenset[OfficeState]]] = {
    StopState.PLANNED: frozenset({"planned", "failed", "cancelled"}),
    StopState.FAILED: frozenset({"planned", "failed", "cancelled"}),
    StopState.CANCELLED: frozenset({"planned", "cancelled"}),
    StopState.DONE: frozenset(),
    StopState.PARTIAL: frozenset(),
}


@dataclass(frozen=True)
class TaskFacts:
    """What decides a task's state.

    Attributes:
        last_link: the last link of the chain of custody that is for this task.
        failed: its driver said that it could not be done.
        closed: its order's line was delivered, collected or cancelled in another way.
        stop_cancelled: the office took the stop off or cancelled it.
        unplanned: nobody had ordered it, so there is nothing to do but what was done (sync case 10).
    """

    last_link: str | None = None
    failed: bool = False
    closed: bool = False
    stop_cancelled: bool = False
    unplanned: bool = False


def task_state(facts: TaskFacts) -> TaskState:
    """Return the state that follows from the facts; what was done stands before all else."""
    if facts.last_link in {"deliver", "collect"}:
        return TaskState.DONE
    if facts.failed:
        return TaskState.FAILED
    if facts.closed or facts.stop_cancelled or facts.unplanned:
        return TaskState.CANCELLED
    return TaskState.LOADED if facts.last_link == "load" else TaskState.PLANNED


def stop_state(tasks: Collection[TaskState], *, failed: bool, cancelled: bool) -> StopState:
    """Return the state that follows from the tasks.

    Args:
        tasks: the states of its tasks.
        failed: a try failed, or the office marked it, and nothing has been done since.
        cancelled: the office took it off or cancelled it.
    """
    live = [state for state in tasks if state is not TaskState.CANCELLED]
    if TaskState.DONE in live:
        return StopState.DONE if all(state is TaskState.DONE for state in live) else StopState.PARTIAL
    if cancelled:
        return StopState.CANCELLED
    return StopState.FAILED if failed or TaskState.FAILED in live else StopState.PLANNED


@dataclass(frozen=True)
class Outcome:
    """What a driver says about a stop, as far as the rules look at it.

    Attributes:
        delivered, collected, not_done: how many items.
        proof: there is one. ``same_items``: its hash is that of the items. ``signer``: it says who signed.
        blob_named: the signature or photo is one that the command brings along; True when the method needs none.
    """

    delivered: int
    collected: int
    not_done: int
    proof: bool = False
    same_items: bool = False
    signer: bool = False
    blob_named: bool = True


def outcome_fault(outcome: Outcome) -> str | None:
    """Return what is wrong with a stop's outcome as a whole, or None: a key of sentences.py."""
    items = outcome.delivered + outcome.collected
    if items + outcome.not_done == 0:
        return "stop.nothing_said"
    if outcome.proof and items == 0:
        return "stop.proof_empty"
    if outcome.delivered > 0 and not outcome.proof:
        return "stop.no_proof"
    if outcome.proof and not outcome.same_items:
        return "stop.proof_other_items"
    if outcome.proof and not outcome.signer:
        return "stop.no_signer"
    if outcome.proof and not outcome.blob_named:
        return "stop.proof_no_picture"
    return None


@dataclass(frozen=True)
class GoodsFacts:
    """What decides whether goods that were scanned are the right ones.

    Attributes:
        kind: what is done with them.
        task_known: they name a task of this stop, of the right kind.
        numbered: the article is one whose devices have numbers. ``device``: a device is named.
        same_device: it is the task's own, or the task takes any of its article.
        fits: not more than the task says.
        collectable: neither a vision aid nor a consumable (R-248, R-264).
    """

    kind: Literal["load", "deliver", "collect"]
    task_known: bool = True
    numbered: bool = False
    device: bool = False
    same_device: bool = True
    fits: bool = True
    collectable: bool = True


def goods_fault(goods: GoodsFacts) -> str | None:
    """Return what is wrong with one item, or None: a key of sentences.py. The gravest first."""
    if not goods.task_known:
        return "stop.task_unknown"
    if goods.kind == "collect" and not goods.collectable:
        return "stop.never_collected"
    if goods.numbered and not goods.device:
        return "stop.device_needed"
    if not goods.same_device:
        return "stop.other_device"
    return None if goods.fits else "stop.too_many"


@dataclass(frozen=True)
class UndoFacts:
    """What decides whether a command can be taken back."""

    on_this_stop: bool
    type: str
    own: bool
    verdict: str
    undone: bool
    age: timedelta


def undo_fault(facts: UndoFacts) -> str | None:
    """Return why not, or None: a key of sentences.py (sync case 26)."""
    if not facts.on_this_stop or facts.type not in UNDOABLE:
        return "stop.undo_impossible"
    if not facts.own:
        return "stop.undo_not_own"
    if facts.undone or facts.verdict not in {"applied", "recorded"}:
        return "stop.undo_impossible"
    return "stop.undo_too_late" if facts.age > UNDO_WINDOW else None


def reopen_fault(state: StopState, *, reason: bool) -> str | None:
    """Return why a stop cannot be opened again, or None: only what is settled can, and never without a reason."""
    if state not in {StopState.DONE, StopState.PARTIAL}:
        return "stop.not_settled"
    return None if reason else "stop.reopen_why"


def publish_fault(*, state: RoundState, van: bool, driver: bool, stops: int) -> str | None:
    """Return why a round cannot be published, or None: a key of sentences.py."""
    if state is RoundState.RETURNED:
        return "round.returned"
    if not van:
        return "round.no_van"
    if not driver:
        return "round.no_driver"
    return None if stops else "round.no_stops"
