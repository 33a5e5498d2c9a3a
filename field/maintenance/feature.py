"""What maintenance hands to main."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from app.database import unit_of_work
from app.feature import Feature
from app.settings import Settings
from field.maintenance import arguments, commands, repository
from field.maintenance.routes import ROUTES
from field.maintenance.sentences import SENTENCES
from field.maintenance.view import MAINTENANCE_VIEW
from offline_sync.commands import Arguments, CommandType, Handler, Origin

_OFFICE: Final[frozenset[Origin]] = frozenset({"office"})
_BATCH: Final = 200


def _step(
    name: str, struct: type[Arguments], handler: Handler, permission: str, summary: str, **more: Any
) -> CommandType:
    return CommandType(
        name=f"maintenance.{name}",
        version=1,
        arguments=struct,
        handler=handler,
        permission=permission,
        aggregate_kind=more.pop("aggregate_kind", commands.DEVICE),
        summary=summary,
        **more,
    )


_MANAGE: Final = "maintenance.manage"

COMMANDS: Final = (
    _step(
        "set_plan",
        arguments.SetMaintenancePlan,
        commands.set_plan,
        _MANAGE,
        "Sparat en FU-plan",
        aggregate_kind=commands.PLAN,
        origins=_OFFICE,
    ),
    _step(
        "end_plan",
        arguments.EndMaintenancePlan,
        commands.end_plan,
        _MANAGE,
        "Avslutat en FU-plan",
        aggregate_kind=commands.PLAN,
        origins=_OFFICE,
    ),
    _step("notify", arguments.GiveMaintenanceNotice, commands.notify, _MANAGE, "Gett besked om FU", origins=_OFFICE),
    _step(
        "no_contact",
        arguments.MaintenanceNoContact,
        commands.no_contact,
        _MANAGE,
        "Inte nått brukaren om FU",
        origins=_OFFICE,
    ),
    _step(
        "tell_prescriber",
        arguments.TellMaintenancePrescriber,
        commands.tell_prescriber,
        _MANAGE,
        "Kontaktat förskrivaren om FU",
        origins=_OFFICE,
    ),
    _step("book", arguments.BookMaintenance, commands.book, _MANAGE, "Bokat FU", origins=_OFFICE),
    _step("waive", arguments.WaiveMaintenance, commands.waive, _MANAGE, "Avstått från FU", origins=_OFFICE),
    _step(
        "dispose",
        arguments.DisposeAfterMaintenance,
        commands.dispose,
        "maintenance.finish",
        "Beslutat efter ej godkänd FU",
    ),
    _step("label", arguments.LabelMaintenance, commands.label, "maintenance.finish", "Satt etikett om nästa FU"),
)


async def void_gone(_args: dict[str, Any]) -> None:
    """End the occasions of devices that are gone (job ``maintenance.void_gone``)."""
    ended = _BATCH
    while ended == _BATCH:
        async with unit_of_work():
            ended = await repository.void_gone(datetime.now(UTC), _BATCH)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="maintenance",
        commands=COMMANDS,
        views=(MAINTENANCE_VIEW,),
        routes=ROUTES,
        jobs={"maintenance.void_gone": void_gone},
        every={"maintenance.void_gone": 300},
        sentences=SENTENCES,
    )
