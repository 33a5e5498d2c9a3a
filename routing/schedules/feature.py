"""What round schedules hand to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler
from routing.schedules import arguments, commands, making
from routing.schedules.routes import ROUTES
from routing.schedules.sentences import SENTENCES


def _office(name: str, kind: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=name,
        version=1,
        arguments=struct,
        handler=handler,
        permission="round.plan",
        aggregate_kind=kind,
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _office(
        "round_template.save",
        "round_template",
        arguments.SaveRoundTemplate,
        commands.save,
        "Sparat en runda i listan",
    ),
    _office(
        "round_template.retire",
        "round_template",
        arguments.RetireRoundTemplate,
        commands.retire,
        "Tagit bort en runda ur listan",
    ),
    _office("delivery_agreement.set", "", arguments.SetAgreement, commands.agree, "Sagt hur en kund får leveranser"),
    _office("round_day.make", "", arguments.MakeRounds, making.make, "Gjort dagens rundor av listan"),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="schedules", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
