"""What the stores read. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.identity.actor import Actor
from app.stock import repository
from app.stock.schemas import StockCountDetail, StockCountHit, StockCountList, StockDifference
from app.web.problems import not_found


@get("/api/stock-counts", operation_id="list_stock_counts", opt={"permission": "stock.count"})
async def list_stock_counts(actor: NamedDependency[Actor], location: FromQuery[UUID | None] = None) -> StockCountList:
    """List the region's counts, or a place's, newest first."""
    rows = await repository.list_counts(actor.region_id, location)
    return StockCountList(items=[msgspec.convert(dict(row), StockCountHit, from_attributes=False) for row in rows])


@get("/api/stock-counts/{count_id:uuid}", operation_id="get_stock_count", opt={"permission": "stock.count"})
async def get_stock_count(actor: NamedDependency[Actor], count_id: FromPath[UUID]) -> StockCountDetail:
    """Return a count with its differences."""
    row = await repository.find_count(actor.region_id, count_id)
    if row is None:
        raise not_found()
    lines = await repository.find_differences(row["id"])
    differences = [StockDifference(**dict(line)) for line in lines]
    return msgspec.convert({**dict(row), "differences": differences}, StockCountDetail)


ROUTES = (list_stock_counts, get_stock_count)
