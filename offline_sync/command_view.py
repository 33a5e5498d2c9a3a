"""The view of kind ``command``: the verdicts of a phone's own commands (docs/sync.md, "Verdicts are rows").

A lost push response never hides a refusal, and the office's later decision reaches the phone the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.identity.actor import Actor
from offline_sync.sentences import Sentences
from offline_sync.views import Row, View

KEPT: Final = timedelta(days=30)

_KEYS: Final = (
    "select id, rv, 50 as urgency from command_log where device = $3 and received_at >= $2"
    " union"
    # What a cloned phone sent again under its own new identity.
    " select c.id, c.rv, 50 from command_fork f join command_log c on c.id = f.command_id"
    " where f.device = $3 and c.author = $1 and c.received_at >= $2"
)

_ROWS: Final = """
select c.id, jsonb_build_object(
  'id', c.id, 'seq', c.seq, 'type', c.type, 'verdict', s.verdict, 'code', s.code, 'detail', s.detail,
  'aggregate', c.aggregate, 'received_at', to_char(c.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'clock_skewed', c.clock_skewed,
  'review', (select jsonb_build_object('state', r.state, 'reason', r.reason, 'decision', r.decision, 'note', r.note,
      'decided_at', to_char(r.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    from review_item r where r.command_id = c.id order by r.created_at desc, r.id desc limit 1)
) as row
from command_log c join command_standing s on s.command_id = c.id where c.id = any($1::uuid[])
"""


def command_view(sentences: Sentences) -> View:
    """The view; ``sentences`` puts each verdict in the reader's language."""

    def parameters(actor: Actor, now: datetime) -> Sequence[Any]:
        # Whole days, so that the view changes at most once a day by the clock alone.
        return actor.user_id, now.replace(hour=0, minute=0, second=0, microsecond=0) - KEPT

    def shape(row: Row, actor: Actor) -> Row:
        detail = row.pop("detail")
        return {**row, "text": sentences.text(row["code"], actor.language, detail)}

    def scopes(actor: Actor) -> frozenset[UUID]:
        return frozenset({actor.user_id})

    return View(
        kind="command",
        keys_sql=_KEYS,
        parameters=parameters,
        rows_sql=_ROWS,
        scopes=scopes,
        shape=shape,
        per_device=True,
    )
