"""What customer orders hand to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.orders import arguments, commands, registering, sending
from app.orders.handling import SUBJECT
from app.orders.routes import ROUTES
from app.orders.sentences import SENTENCES
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler


def _order(name: str, struct: type[Arguments], handler: Handler, permission: str, summary: str) -> CommandType:
    return CommandType(
        name=f"customer_order.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission=f"customer_order.{permission}",
        aggregate_kind=SUBJECT,
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _order("register", arguments.RegisterCustomerOrder, registering.register, "register", "Registrerat en kundorder"),
    _order(
        "assign_device", arguments.AssignDevice, commands.assign_device, "assign", "Valt hjälpmedel till en orderrad"
    ),
    _order("send", arguments.SendCustomerOrder, sending.send, "assign", "Lämnat en order till posten"),
    _order("receive", arguments.ReceiveCustomerOrder, sending.receive, "assign", "Noterat att en order är framme"),
    _order("cancel", arguments.CancelCustomerOrder, commands.cancel, "cancel", "Makulerat en kundorder"),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="orders", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
