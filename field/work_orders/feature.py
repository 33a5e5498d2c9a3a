"""What work orders hand to main."""

from __future__ import annotations

from typing import Any, Final

from app.feature import Feature
from app.messages.gateway import Gateway, GatewaySettingError, open_gateway
from app.settings import Settings, SettingsError
from field.work_orders import arguments, closing, commands, exchanging, registering, scans, undoing, visiting
from field.work_orders.attachments import attachment_routes
from field.work_orders.clocks import watch_clocks, watch_slots
from field.work_orders.reviews import accept, office_values
from field.work_orders.routes import ROUTES
from field.work_orders.sending import notice_sender
from field.work_orders.sentences import SENTENCES
from field.work_orders.triage_routes import TRIAGE_ROUTES
from field.work_orders.view import DEVICE_VIEW, ORDER_VIEW
from offline_sync.blobs import open_blobs
from offline_sync.commands import Arguments, CommandType, Handler

WATCH_SECONDS: Final = 60
SLOT_SECONDS: Final = 900


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
    _order("contact", arguments.ContactAttempt, visiting.contact, "assign", "Kontaktat brukaren"),
    _order("notify", arguments.Notify, visiting.notify, "assign", "Skrivit till brukaren"),
    _order("will_miss", arguments.WillMiss, visiting.will_miss, "assign", "Meddelat att en arbetsorder blir sen"),
    _order("supplier", arguments.Supplier, visiting.supplier, "assign", "Noterat vad leverantören har"),
    _order("refer", arguments.Refer, visiting.refer, "work", "Hänvisat en utgången artikel till förskrivaren"),
    _order("reserve", arguments.Reserve, exchanging.reserve, "assign", "Reserverat ett hjälpmedel för byte"),
    _order("exchange", arguments.Exchange, exchanging.exchange, "work", "Bytt ett hjälpmedel mot ett likadant"),
    _order("deviation", arguments.ReportDeviation, exchanging.report_deviation, "work", "Anmält en avvikelse"),
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


def _gateway(settings: Settings) -> Gateway:
    """Return what sends texts to patients.

    Raises:
        SettingsError: the address of the gateway cannot be used.
    """
    try:
        return open_gateway(settings.gateway, settings.data)
    except GatewaySettingError as error:
        # Its password is in it: the address itself is not repeated.
        raise SettingsError(f"TURBIL_GATEWAY cannot be used: {error}.") from None


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="work_orders",
        commands=COMMANDS,
        views=(ORDER_VIEW, DEVICE_VIEW),
        routes=(*ROUTES, *TRIAGE_ROUTES, *attachment_routes(open_blobs(settings))),
        jobs={
            "work_order.watch_clocks": watch_clocks,
            "work_order.watch_slots": watch_slots,
            "patient_notice.send": notice_sender(_gateway(settings)),
        },
        every={"work_order.watch_clocks": WATCH_SECONDS, "work_order.watch_slots": SLOT_SECONDS},
        sentences=SENTENCES,
        review_effects={"work_order": accept},
        review_office={"work_order": office_values},
    )
