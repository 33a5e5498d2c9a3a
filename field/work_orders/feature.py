"""What work orders hand to main."""

from __future__ import annotations

from typing import Any, Final

from app.feature import Feature
from app.settings import Settings
from field.work_orders import arguments, closing, commands, registering, scans, undoing
from field.work_orders.attachments import attachment_routes
from field.work_orders.clocks import watch_clocks
from field.work_orders.reviews import accept, office_values
from field.work_orders.routes import ROUTES
from field.work_orders.sentences import SENTENCES
from field.work_orders.triage_routes import TRIAGE_ROUTES
from field.work_orders.view import DEVICE_VIEW, ORDER_VIEW
from offline_sync.blobs import open_blobs
from offline_sync.commands import Arguments, CommandType, Handler

WATCH_SECONDS: Final = 60


def _order(
    name: str, struct: type[Arguments], handler: Handler, permission: str, summary: str, **more: Any
) -> CommandType:
    return CommandType(
        name=f"work_order.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission=f"work_order.{permission}",
        aggregate_kind="work_order",
        summary=summary,
        **more,
    )


COMMANDS: Final = (
    _order("register", arguments.Register, registering.register, "register", "Registrerat en arbetsorder"),
    _order(
        "correct",
        arguments.Correct,
        commands.correct,
        "correct",
        "Rättat en arbetsorder",
        origins=frozenset({"office"}),
    ),
    _order("assess", arguments.Assess, commands.assess, "assess", "Bedömt en arbetsorder"),
    _order("assign", arguments.Assign, commands.assign, "assign", "Gett en arbetsorder till en tekniker"),
    _order("book", arguments.Book, commands.book, "assign", "Bokat ett besök"),
    _order("contact", arguments.ContactAttempt, commands.contact, "assign", "Kontaktat brukaren"),
    _order("start", arguments.Start, commands.start, "work", "Börjat med en arbetsorder"),
    _order("wait", arguments.Wait, commands.wait, "work", "Satt en arbetsorder i väntan"),
    _order("resume", arguments.Resume, commands.resume, "work", "Tagit upp en arbetsorder igen"),
    _order("report", arguments.Report, closing.report, "work", "Sparat arbete på en arbetsorder"),
    _order("close", arguments.Close, closing.close, "work", "Avslutat en arbetsorder"),
    _order("cancel", arguments.Cancel, commands.cancel, "cancel", "Makulerat en arbetsorder"),
    _order("undo", arguments.Undo, undoing.undo, "assess", "Ångrat en åtgärd"),
    CommandType(
        name="device.scan",
        version=1,
        arguments=arguments.ScanDevice,
        handler=scans.scan,
        permission="device.read",
        aggregate_kind="device",
        summary="Läst en etikett",
        origins=frozenset({"field"}),
    ),
)


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="work_orders",
        commands=COMMANDS,
        views=(ORDER_VIEW, DEVICE_VIEW),
        routes=(*ROUTES, *TRIAGE_ROUTES, *attachment_routes(open_blobs(settings))),
        jobs={"work_order.watch_clocks": watch_clocks},
        every={"work_order.watch_clocks": WATCH_SECONDS},
        sentences=SENTENCES,
        review_effects={"work_order": accept},
        review_office={"work_order": office_values},
    )
