"""What a phone reads. A feature hands in, per kind of row, which rows an actor sees: one SQL query each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity.actor import Actor

Row = dict[str, Any]


def _same(row: Row, _actor: Actor) -> Row:
    return row


def _nobody(_row: Row) -> UUID | None:
    return None


@dataclass(frozen=True)
class View:
    """One kind of row in the phone's view.

    ``keys_sql`` selects exactly ``id uuid, rv bigint, urgency integer`` for the rows the actor sees (``urgency`` orders
    a first sync, lowest first). It is wrapped by the pull, so it must be a plain SELECT whose parameters are numbered
    from $1 and come from ``parameters(actor, now)``. ``rows_sql`` selects ``id uuid, row jsonb`` for ids given as
    ``$1::uuid[]``.

    Attributes:
        kind: for example ``work_order``.
        keys_sql, parameters: which rows, and their versions.
        rows_sql: the rows' content for a chunk of ids.
        shape: last touch to a row's content in Python, for example the sentence of a verdict in the reader's language;
            what the phone must not get is taken out here.
        person_of: the person whose data an unshaped row shows, for the access log (SR-08), or None.
        per_device: the phone's id is handed in as one more, last parameter of ``keys_sql``.
        scopes: the touch scopes (users, teams, region) whose changes may alter this view for the actor.
    """

    kind: str
    keys_sql: str
    parameters: Callable[[Actor, datetime], Sequence[Any]]
    rows_sql: str
    scopes: Callable[[Actor], frozenset[UUID]]
    shape: Callable[[Row, Actor], Row] = field(default=_same)
    person_of: Callable[[Row], UUID | None] = field(default=_nobody)
    per_device: bool = False
