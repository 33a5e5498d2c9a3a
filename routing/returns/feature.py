"""What the returns desk hands to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler
from routing.returns import arguments, commands
from routing.returns.routes import ROUTES
from routing.returns.sentences import SENTENCES


def _desk(
    name: str, struct: type[Arguments], handler: Handler, summary: str, kind: str = commands.DEVICE
) -> CommandType:
    return CommandType(
        name=f"return.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission="return.handle",
        aggregate_kind=kind,
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _desk("take_in", arguments.TakeIn, commands.take_in, "Registrerat att ett hjälpmedel har kommit in"),
    _desk("receive", arguments.Receive, commands.receive, "Börjat med ett återlämnat hjälpmedel"),
    _desk("cleaned", arguments.Cleaned, commands.cleaned, "Rengjort ett återlämnat hjälpmedel"),
    _desk("inspect", arguments.Inspect, commands.inspect, "Inspekterat ett återlämnat hjälpmedel"),
    _desk("buy_back", arguments.JudgeBuyBack, commands.judge_buy_back, "Bedömt ett återköp", commands.LINE),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="returns", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
