"""What pick-up orders hand to main."""

from __future__ import annotations

from typing import Any, Final

from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler
from routing.pickups import arguments, arriving, commands
from routing.pickups.handling import SUBJECT
from routing.pickups.routes import ROUTES
from routing.pickups.sentences import SENTENCES


def _order(name: str, struct: type[Arguments], handler: Handler, summary: str, **more: Any) -> CommandType:
    return CommandType(
        name=f"pickup_order.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission="pickup_order.register" if name == "execute_return" else f"pickup_order.{name}",
        aggregate_kind=SUBJECT,
        summary=summary,
        **more,
    )


_OFFICE: Final = frozenset({"office"})

COMMANDS: Final = (
    _order("register", arguments.RegisterPickupOrder, commands.register, "Registrerat en hämtorder", origins=_OFFICE),
    _order(
        "execute_return",
        arguments.ExecuteReturn,
        commands.execute_return,
        "Avregistrerat återlämnade tillbehör",
        origins=_OFFICE,
    ),
    _order("cancel", arguments.CancelPickupOrder, commands.cancel, "Makulerat en hämtorder", origins=_OFFICE),
    _order("arrive", arguments.ArrivePickupOrder, arriving.arrive, "Registrerat ankomst till centralen"),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="pickups", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
