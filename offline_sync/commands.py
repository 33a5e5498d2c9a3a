"""What a command is. Features declare command types; the dispatcher (dispatcher.py) is the one way to change a row.

A command holds an immutable fact and a requested transition (docs/sync.md R1). A handler first stores the fact, then
asks the pure rules about the transition::

    async def close(context: CommandContext, arguments: CloseWorkOrder) -> Outcome:
        order = await repository.lock_work_order(context, arguments...)
        decision = lifecycle.decide(...)
        context.judge(decision.refusal)      # from the office: raises TransitionRefused, everything is rolled back
        ...store what was done, always...
        return APPLIED if decision.allowed else Recorded(code=..., subject_kind="work_order", subject_id=order.id)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from app.identity.actor import Actor

Origin = Literal["field", "office", "public"]


#: A phone's clock may be wrong by decades (SR-23); beyond this a time is a fault, and no calendar can take it.
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every command's arguments: immutable, unknown fields refused (SR-25), times within three centuries."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and not (_EARLIEST <= value < _LATEST):
                raise ValueError(f"`{name}` must be between 1900 and 2200")


@dataclass(frozen=True)
class Applied:
    """The transition was made. ``result`` is what the caller gets back, for example a new order's number."""

    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """The fact is kept, the transition was not made, a person decides (R2).

    Attributes:
        code: why, a key of offline_sync/sentences.py, for example ``work_order.cancelled_meanwhile``.
        detail: values for the sentence; nothing that identifies a patient.
        subject_kind, subject_id: what the review item is about.
    """

    code: str
    subject_kind: str
    subject_id: UUID | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)


Outcome = Applied | Recorded


class CommandRefused(Exception):
    """The rules refuse the arguments or the transition. Office: 409 with ``state``. Field: ``recorded``, to review.

    A handler raises it only *before* it has stored anything of its own.
    """

    def __init__(
        self,
        code: str,
        *,
        detail: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
        subject_kind: str = "",
        subject_id: UUID | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})
        self.state = dict(state or {})
        self.subject_kind = subject_kind
        self.subject_id = subject_id


class NotFound(Exception):
    """The aggregate does not exist or is not this author's to see: the two are never told apart (SR-05)."""


class NotEntitled(Exception):
    """The author may not do this to this row: ``quarantined`` from the field, 404 or 403 from the office."""


class ParkCommand(Exception):
    """It cannot be judged yet (an unknown label or version): kept, and later ones on the aggregate wait."""

    def __init__(self, code: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})


@dataclass(frozen=True)
class BlobRef:
    """An attachment that a command names. ``size`` in bytes, ``role`` for example photo or signature."""

    sha256: bytes
    size: int
    mime: str
    role: str


@dataclass(frozen=True)
class CommandContext:
    """What a handler knows. Inside the dispatcher's unit of work; savepoint per command.

    Attributes:
        command_id: the client-made id; also the idempotency key of everything the handler creates.
        origin: "field" for a phone's push, "office" for a typed HTTP route, "public" for a form without a session.
        actor: the author with the entitlement of now.
        aggregate: the row the command is about, or None for a registration that makes its own.
        base_rv: the row version the author saw, or None.
        at: event time, estimated true time in UTC (R7).
        received_at: now, in UTC.
        blobs: attachments named by the command.
    """

    command_id: UUID
    origin: Origin
    actor: Actor
    aggregate: UUID | None
    base_rv: int | None
    at: datetime
    received_at: datetime
    blobs: tuple[BlobRef, ...] = ()

    def judge(self, refusal: CommandRefused | None) -> None:
        """Raise a refusal to who is online at once; let the field's fact be stored first (R1, R2)."""
        if refusal is not None and self.origin != "field":
            raise refusal


Handler = Callable[[CommandContext, Any], Awaitable[Outcome]]
Upcast = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class CommandType:
    """One type of command, declared by a feature.

    Attributes:
        name: for example ``work_order.close``; also the route ``POST /api/commands/work_order.close``.
        version: the newest version; older ones are lifted step by step with ``upcasts[version]``.
        arguments: the msgspec Struct of the newest version.
        handler: see the module's example.
        permission: a row of app/identity/permissions.py.
        aggregate_kind: what ``aggregate`` names, for example ``work_order``; "" when the command makes its own.
        origins: who may send it.
        summary: one Swedish sentence for logs, docs and the outbox.
    """

    name: str
    version: int
    arguments: type[Arguments]
    handler: Handler
    permission: str
    aggregate_kind: str
    summary: str
    origins: frozenset[Origin] = frozenset({"field", "office"})
    upcasts: Mapping[int, Upcast] = field(default_factory=dict)
