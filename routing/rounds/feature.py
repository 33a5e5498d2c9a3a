"""What rounds hand to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from offline_sync.blobs import open_blobs
from offline_sync.commands import Arguments, CommandType, Handler
from routing.rounds import (
    adding,
    arguments,
    driving,
    handing_over,
    planning,
    positions,
    reconciling,
    undoing,
    versions,
)
from routing.rounds.proof_routes import proof_routes
from routing.rounds.reviews import accept, office_values
from routing.rounds.routes import ROUTES
from routing.rounds.sentences import SENTENCES
from routing.rounds.view import ROUND_VIEW, STOP_VIEW


def _driving(name: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=name,
        version=1,
        arguments=struct,
        handler=handler,
        permission="stop.work",
        aggregate_kind=name.partition(".")[0],
        summary=summary,
        origins=frozenset({"field"}),
    )


def _planning(name: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=name,
        version=1,
        arguments=struct,
        handler=handler,
        permission="round.plan",
        aggregate_kind=name.partition(".")[0],
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _driving("stop.load", arguments.Load, driving.load, "Lastat för ett stopp"),
    _driving("stop.complete", arguments.Complete, driving.complete, "Gjort ett stopp"),
    _driving("stop.fail", arguments.Fail, driving.fail, "Inte kunnat göra ett stopp"),
    _driving("stop.confirm_position", arguments.ConfirmPosition, positions.confirm, "Visat var dörren är"),
    _driving("stop.undo", arguments.Undo, undoing.undo, "Ångrat något på ett stopp"),
    _driving("round.return", arguments.Return, driving.return_round, "Kommit tillbaka med bilen"),
    _driving("round.accept", arguments.AcceptRound, versions.accept, "Tagit emot en ändrad runda"),
    _driving("round.reconcile", arguments.Reconcile, reconciling.reconcile, "Gått igenom bilen på centralen"),
    CommandType(
        name="custody.hand_over",
        version=1,
        arguments=arguments.HandOver,
        handler=handing_over.hand_over,
        permission="custody.hand_over",
        aggregate_kind="device",
        summary="Lämnat ett hjälpmedel vidare",
    ),
    _planning("round.create", arguments.CreateRound, planning.create, "Skapat en runda"),
    _planning("round.change", arguments.ChangeRound, planning.change, "Ändrat en runda"),
    _planning("round.add", arguments.AddToRound, adding.add, "Lagt order på en runda"),
    _planning("round.sequence", arguments.Sequence, planning.sequence, "Ändrat stoppens ordning"),
    _planning("round.take_off", arguments.TakeOff, planning.take_off, "Tagit bort ett stopp från en runda"),
    _planning("round.publish", arguments.Publish, planning.publish, "Publicerat en runda"),
    _planning("stop.move", arguments.MoveStop, planning.move, "Flyttat ett stopp till en annan runda"),
    _planning("stop.reopen", arguments.Reopen, undoing.reopen, "Öppnat ett stopp igen"),
    _planning("stop.change", arguments.ChangeStop, planning.change_stop, "Ändrat ett stopp"),
)


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="rounds",
        commands=COMMANDS,
        views=(ROUND_VIEW, STOP_VIEW),
        routes=(*ROUTES, *proof_routes(open_blobs(settings))),
        sentences=SENTENCES,
        review_effects={"stop": accept},
        review_office={"stop": office_values},
    )
