"""What stock-taking hands to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from app.stock import arguments, commands, van
from app.stock.routes import ROUTES
from app.stock.sentences import SENTENCES
from offline_sync.commands import CommandType

COMMANDS: Final = (
    CommandType(
        name="stock_count.record",
        version=1,
        arguments=arguments.RecordCount,
        handler=commands.record,
        permission="stock.count",
        aggregate_kind=commands.SUBJECT,
        summary="Inventerat en plats",
    ),
    CommandType(
        name="stock_count.adjust",
        version=1,
        arguments=arguments.AdjustCount,
        handler=commands.adjust,
        permission="stock.adjust",
        aggregate_kind=commands.SUBJECT,
        summary="Rättat skillnader i en inventering",
        origins=frozenset({"office"}),
    ),
)


_VAN: Final = (
    CommandType(
        name="van_stock.choose",
        version=1,
        arguments=van.ChooseVan,
        handler=van.choose,
        permission="van_stock.use",
        aggregate_kind="",
        summary="Valt bil",
    ),
    CommandType(
        name="van_stock.fill",
        version=1,
        arguments=van.FillVan,
        handler=van.fill,
        permission="van_stock.use",
        aggregate_kind=van.SUBJECT,
        summary="Fyllt på en bil",
    ),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="stock",
        commands=(*COMMANDS, *_VAN),
        views=(van.VAN_VIEW, van.VAN_STOCK_VIEW),
        routes=ROUTES,
        sentences=SENTENCES,
    )
