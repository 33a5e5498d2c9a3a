"""What the returns desk reads. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.database import Record
from app.identity.actor import Actor
from app.web.problems import not_found
from routing.returns import repository
from routing.returns.schemas import BuyBackItem, ReturnDetail, ReturnItem, ReturnList, ReturnPartItem

_READ: Final = "return.read"


@get("/api/returns", operation_id="list_returns", opt={"permission": _READ})
async def list_returns(
    actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=500)] = 200
) -> ReturnList:
    """List what stands at the returns desk, and purchases that came back."""
    rows = await repository.desk(actor.region_id, limit)
    bought = await repository.purchases(actor.region_id, 50)
    return ReturnList(items=[_item(row) for row in rows], purchases=[BuyBackItem(**dict(row)) for row in bought])


@get("/api/returns/{number:str}", operation_id="get_return", opt={"permission": _READ})
async def get_return(actor: NamedDependency[Actor], number: FromPath[str]) -> ReturnDetail:
    """Return a device as the desk sees it, with its parts."""
    row = await repository.desk_device(actor.region_id, number)
    if row is None:
        raise not_found()
    parts = await repository.desk_parts(row["device_id"])
    return ReturnDetail(device=_item(row), parts=[ReturnPartItem(**dict(part)) for part in parts])


def _item(row: Record) -> ReturnItem:
    values: dict[str, Any] = {**dict(row), "note": row["note"] or ""}
    return msgspec.convert(values, ReturnItem)


ROUTES = (list_returns, get_return)
