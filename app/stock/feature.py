"""What stock-taking hands to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from app.stock import arguments, commands
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


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="stock", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
