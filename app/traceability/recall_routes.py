"""The recall: as a list on the screen, and as a file for whoever rings round."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from app.audit.access import log_access
from app.device_flags.commands import is_serial_range
from app.device_flags.repository import unknown_numbers
from app.device_flags.sentences import SENTENCES
from app.identity.actor import Actor
from app.policy.working_time import STOCKHOLM
from app.registry.repository import article_by_number
from app.traceability.recall import Found, Target, find_recalled, notice_target
from app.traceability.recall_sheet import recall_table
from app.traceability.schemas import Recall, Recalled, RecallWanted
from app.web.problems import FieldError, Problem, not_found
from app.web.tables import MEDIA, MOST_ROWS, Format, write

_READ: Final = "recall.read"
_SHOWN: Final = 500


@post("/api/recall", status_code=200, operation_id="find_recalled", opt={"permission": _READ})
async def find_recall(data: JSONBody[RecallWanted], actor: NamedDependency[Actor]) -> Recall:
    """Return who has what is called back (SR-28, R-303), the first of them; each person shown is logged (SR-08)."""
    begin = time.perf_counter()
    target, heading = await _target(actor.region_id, data)
    found = await find_recalled(actor.region_id, target, data.only, _SHOWN)
    await _log(actor, found)
    values: dict[str, Any] = {**heading, **found.counted, "seconds": round(time.perf_counter() - begin, 3)}
    return Recall(**values, items=[_item(row) for row in found.rows])


@post(
    "/api/recall/file",
    status_code=200,
    operation_id="get_recall_file",
    opt={"permission": _READ},
    media_type="application/octet-stream",
)
async def get_recall_file(
    data: JSONBody[RecallWanted],
    actor: NamedDependency[Actor],
    file_format: Annotated[Format, QueryParameter(name="format")] = "xlsx",
) -> Response[bytes]:
    """Return all that a recall finds as XLSX or CSV; everybody in it is logged. Its name says nothing of anybody."""
    target, _ = await _target(actor.region_id, data)
    found = await find_recalled(actor.region_id, target, data.only, MOST_ROWS)
    await _log(actor, found)
    table = recall_table([_item(row) for row in found.rows], actor.language)
    content = await asyncio.to_thread(write, file_format, [table])
    day = datetime.now(UTC).astimezone(STOCKHOLM).date().isoformat()
    name = f"{'recall' if actor.language == 'en' else 'aterkallelse'}-{day}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA[file_format], headers=headers)


async def _target(region_id: UUID, data: RecallWanted) -> tuple[Target, dict[str, Any]]:
    """What is called back, and the heading of the answer.

    Raises:
        Problem: 400, it names nothing or cannot be read; 404, there is no such notice.
    """
    heading: dict[str, Any] = {"title": "", "action": "", "lifted": False}
    if data.notice_id is not None:
        noticed = await notice_target(region_id, data.notice_id)
        if noticed is None:
            raise not_found()
        target, row = noticed
        return target, {"title": row["title"], "action": row["action"], "lifted": row["lifted_at"] is not None}
    first, last = (one and one.strip() for one in (data.serial_from, data.serial_to))
    numbers = list(dict.fromkeys(number.strip() for number in data.numbers))
    if data.article_number is None:
        if first is not None or last is not None or data.batch is not None:
            raise _refused("article_number", "safety.serials_without_article")
        if not numbers:
            raise _refused("article_number", "safety.nothing_covered")
    if not is_serial_range(first, last):
        raise _refused("serial_from", "safety.serial_range")
    article = None if data.article_number is None else await article_by_number(region_id, data.article_number.strip())
    if data.article_number is not None and article is None:
        raise _refused("article_number", "safety.article_unknown")
    unknown = await unknown_numbers(region_id, numbers)
    if unknown:
        raise _refused("numbers", "safety.unknown_numbers", count=len(unknown), number=unknown[0])
    batch = (data.batch or "").strip() or None
    return Target(article.id if article else None, first, last, batch, numbers), heading


def _refused(path: str, code: str, **values: object) -> Problem:
    """400 with the sentence that a safety notice about the same would be refused with."""
    swedish, english = (sentence.format(**values) for sentence in SENTENCES[code])
    return Problem(
        400,
        code,
        sv=("Återkallelsen går inte att läsa", swedish),
        en=("The recall cannot be read", english),
        errors=[FieldError(path, code)],
    )


async def _log(actor: Actor, found: Found) -> None:
    await log_access(actor, [row["person_id"] for row in found.rows if row["person_id"] is not None], "recall")


def _item(row: dict[str, Any]) -> Recalled:
    return Recalled(**{key: value for key, value in row.items() if key != "person_id"})


RECALL_ROUTES: Final = (find_recall, get_recall_file)
