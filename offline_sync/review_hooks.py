"""What a feature may hand in for review items about its own rows; both are optional (app/feature.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.identity.actor import Actor
from offline_sync.commands import CommandContext


@dataclass(frozen=True)
class ReviewedCommand:
    """The command that a review item is about.

    Attributes:
        review_id: the item.
        subject_kind, subject_id: the row it is about.
        reason: the verdict's code.
        command_id, type, version, author: the command; ``arguments`` is its JSON as sent.
        fields: the values that a merge takes from the field; empty for all of them.
    """

    review_id: UUID
    subject_kind: str
    subject_id: UUID | None
    reason: str
    command_id: UUID
    type: str
    version: int
    author: UUID | None
    arguments: Mapping[str, Any]
    fields: tuple[str, ...] = ()


#: Make the transition that the field asked for, after all. The context's actor is the one who decided.
ReviewEffect = Callable[[CommandContext, ReviewedCommand], Awaitable[None]]

#: The office's values of the rows now, to stand beside the field's. It writes the access log itself.
ReviewOffice = Callable[[Actor, Sequence[UUID]], Awaitable[Mapping[UUID, Mapping[str, Any]]]]
