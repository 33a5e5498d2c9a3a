"""Asking a person about something that was done all the same: the command is ``applied``, and a review item stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from offline_sync import repository
from offline_sync.commands import CommandContext
from offline_sync.repository import Verdict


async def ask_person(
    context: CommandContext, code: str, subject_kind: str, subject_id: UUID | None, detail: Mapping[str, Any]
) -> None:
    """Open a review item about the command that runs, whatever its verdict becomes; it is undone with the command.

    Args:
        code: why, a key of a feature's sentences.
        subject_kind, subject_id: what the item is about.
        detail: values for the sentence; nothing that identifies a patient.
    """
    verdict = Verdict("applied", code, detail, subject_kind=subject_kind, subject_id=subject_id)
    await repository.open_review(context.actor.region_id, context.command_id, verdict)
