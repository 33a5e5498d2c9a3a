"""From what a handler was sent to what became of it: arguments in, outcomes and failures out as verdicts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

import msgspec

from offline_sync.commands import (
    Applied,
    Arguments,
    CommandRefused,
    CommandType,
    NotEntitled,
    NotFound,
    Outcome,
    ParkCommand,
)
from offline_sync.envelope import SentCommand, holds_nul
from offline_sync.failures import is_data_error, is_transient
from offline_sync.repository import Verdict
from offline_sync.sentences import Code

log = logging.getLogger("turbil.sync")


class Unreadable(Exception):
    """The arguments do not fit the command's type."""


def liftable(kind: CommandType, version: int) -> bool:
    """True when arguments of this version can be lifted to the newest."""
    return version <= kind.version and all(step in kind.upcasts for step in range(version, kind.version))


def read_arguments(kind: CommandType, command: SentCommand) -> Arguments:
    """The arguments in the newest version.

    Raises:
        Unreadable: they do not fit the command's type.
    """
    arguments = dict(command.arguments or {})
    try:
        if holds_nul(arguments):
            raise Unreadable
        for version in range(command.version, kind.version):
            arguments = kind.upcasts[version](arguments)
        return msgspec.convert(arguments, kind.arguments)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Unreadable from error


def of_failure(error: Exception, kind: CommandType, command: SentCommand) -> Verdict:
    """The verdict of a command whose handler was undone.

    Raises:
        Exception: the failure is the transport's, and the phone sends the push again.
    """
    if is_transient(error):
        raise error
    kind_of_subject, subject_id = kind.aggregate_kind, command.aggregate
    if isinstance(error, CommandRefused) and error.subject_kind:
        kind_of_subject, subject_id = error.subject_kind, error.subject_id
    detail: Mapping[str, Any] = {}
    if isinstance(error, CommandRefused):
        name, code, detail = "recorded", error.code, _storable(error.detail)
    elif isinstance(error, NotFound):
        name, code = "recorded", Code.NOT_FOUND
    elif isinstance(error, NotEntitled):
        name, code = "quarantined", Code.NOT_ENTITLED
    elif isinstance(error, ParkCommand):
        name, code, detail = "parked", error.code, _storable(error.detail)
    elif isinstance(error, Unreadable) or is_data_error(error):
        name, code = "recorded", Code.ARGUMENTS
    else:
        name, code = "parked", Code.SERVER_FAULT
        _log_fault(error, kind, command)
    return Verdict(name, code, detail, None, kind_of_subject, subject_id)


def _log_fault(error: Exception, kind: CommandType, command: SentCommand) -> None:
    # Where it arose, not its words: they may quote a row, and with it a patient (SR-07).
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(extract_tb(error.__traceback__)[-4:]))
    log.error("command parked type=%s id=%s error=%s at %s", kind.name, command.id, type(error).__name__, places)


def _storable(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a sentence as JSON that PostgreSQL takes, or none of them: they must not block a push."""
    try:
        values: dict[str, Any] = msgspec.to_builtins(dict(detail), str_keys=True)
    except (TypeError, ValueError):
        return {}
    return {} if holds_nul(values) else values


def of_outcome(outcome: Outcome) -> Verdict:
    """The verdict that a handler gave."""
    if isinstance(outcome, Applied):
        return Verdict("applied", "", {}, outcome.result)
    return Verdict("recorded", outcome.code, outcome.detail, outcome.result, outcome.subject_kind, outcome.subject_id)
