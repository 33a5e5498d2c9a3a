"""What purchases hand to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.purchases import arguments, commands
from app.purchases.routes import ROUTES
from app.purchases.sentences import SENTENCES
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler


def _purchase(name: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=f"purchase.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission="purchase.manage",
        aggregate_kind=commands.SUBJECT,
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _purchase("register", arguments.RegisterPurchase, commands.register, "Registrerat nya hjälpmedel"),
    _purchase("arrive", arguments.ArrivePurchase, commands.arrive, "Registrerat att köpta hjälpmedel har kommit"),
    _purchase("cancel", arguments.CancelPurchase, commands.cancel, "Avbeställt köpta hjälpmedel"),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="purchases", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
