"""What the labels room hands to main: printing, the life of a label, and what a scan means to staff."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.identity.actors import load_actor
from app.settings import Settings
from labels import arguments, claiming, printing, saving
from labels.routes import label_routes
from labels.sentences import SENTENCES
from offline_sync.commands import Arguments, CommandType, Handler, Origin
from offline_sync.dispatcher import Dispatcher

__all__ = ["SENTENCES", "feature"]

_OFFICE: Final[frozenset[Origin]] = frozenset({"office"})
EXPIRE_SECONDS: Final = 3600


def _label(
    name: str,
    struct: type[Arguments],
    handler: Handler,
    kind: str,
    summary: str,
    *,
    permission: str = "label.print",
    origins: frozenset[Origin] = _OFFICE,
) -> CommandType:
    return CommandType(
        name=f"label.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission=permission,
        aggregate_kind=kind,
        summary=summary,
        origins=origins,
    )


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    printer = printing.Printer(settings.public_url, settings.data / "keys")
    saver = saving.Saver(settings.public_url)
    manage = "label.manage"
    commands = (
        _label("print", arguments.Print, printer.print_labels, "", "Skrivit ut etiketter"),
        _label("verify", arguments.Verify, printing.verify, "label_print", "Kontrollerat en utskrift"),
        _label("finish", arguments.Finish, printing.finish, "label_print", "Avslutat en utskrift"),
        _label("discard", arguments.Discard, printing.discard, "label_print", "Kasserat en utskrift"),
        _label(
            "claim",
            arguments.Claim,
            claiming.claim,
            "",
            "Satt en förtryckt etikett på ett hjälpmedel",
            origins=frozenset({"field", "office"}),
        ),
        _label(
            "save_template",
            arguments.SaveTemplate,
            saver.template,
            "label_template",
            "Sparat en etikettmall",
            permission=manage,
        ),
        _label(
            "save_profile",
            arguments.SaveProfile,
            saver.profile,
            "label_profile",
            "Sparat en utskriftsprofil",
            permission=manage,
        ),
        _label(
            "calibrate",
            arguments.Calibrate,
            saving.calibrate,
            "label_profile",
            "Kalibrerat en utskriftsprofil",
            permission=manage,
        ),
    )
    # The one label of POST /api/labels is a command as well; the dispatcher keeps nothing, so one of our own will do.
    dispatcher = Dispatcher((Feature(name="labels", commands=commands, sentences=SENTENCES),), load_actor=load_actor)
    return Feature(
        name="labels",
        commands=commands,
        routes=label_routes(settings, printer, dispatcher),
        jobs={"label.expire_prints": printing.expire},
        every={"label.expire_prints": EXPIRE_SECONDS},
        sentences=SENTENCES,
    )
