"""What safety notices, blocks and announced maintenance hand to main."""

from __future__ import annotations

from typing import Final

from app.device_flags import arguments, commands
from app.device_flags.routes import ROUTES
from app.device_flags.sentences import SENTENCES
from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import CommandType, Origin

_OFFICE: Final[frozenset[Origin]] = frozenset({"office"})

COMMANDS: Final = (
    CommandType(
        name="safety_notice.set",
        version=1,
        arguments=arguments.SetSafetyNotice,
        handler=commands.set_notice,
        permission="safety_notice.manage",
        aggregate_kind=commands.NOTICE,
        summary="Gett ut ett säkerhetsmeddelande",
        origins=_OFFICE,
    ),
    CommandType(
        name="safety_notice.lift",
        version=1,
        arguments=arguments.LiftSafetyNotice,
        handler=commands.lift_notice,
        permission="safety_notice.manage",
        aggregate_kind=commands.NOTICE,
        summary="Hävt ett säkerhetsmeddelande",
        origins=_OFFICE,
    ),
    CommandType(
        name="safety_notice.done",
        version=1,
        arguments=arguments.DoSafetyAction,
        handler=commands.do_action,
        permission="safety_notice.act",
        aggregate_kind=commands.NOTICE,
        summary="Gjort åtgärden i ett säkerhetsmeddelande",
    ),
    CommandType(
        name="device.block",
        version=1,
        arguments=arguments.BlockDevice,
        handler=commands.block,
        permission="device.block",
        aggregate_kind=commands.DEVICE,
        summary="Spärrat ett hjälpmedel",
    ),
    CommandType(
        name="device.unblock",
        version=1,
        arguments=arguments.UnblockDevice,
        handler=commands.unblock,
        permission="device.block",
        aggregate_kind=commands.DEVICE,
        summary="Hävt en spärr på ett hjälpmedel",
    ),
    CommandType(
        name="device.pm_notice",
        version=1,
        arguments=arguments.GivePmNotice,
        handler=commands.give_pm_notice,
        permission="pm_notice.give",
        aggregate_kind=commands.DEVICE,
        summary="Noterat att en FU är aviserad",
        origins=_OFFICE,
    ),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="device_flags", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
