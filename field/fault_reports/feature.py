"""What fault reports hand to main."""

from __future__ import annotations

from typing import Any, Final

import httpx

from app.feature import Feature
from app.messages.keys import load_vapid_keys
from app.messages.pusher import Pusher
from app.settings import Settings
from field.fault_reports import deciding, submitting, telling
from field.fault_reports.arguments import DecideReport, SubmitReport
from field.fault_reports.limits import forget_old_attempts
from field.fault_reports.public import public_routes
from field.fault_reports.routes import triage_routes
from field.fault_reports.sentences import SENTENCES
from offline_sync.blobs import open_blobs
from offline_sync.commands import CommandType

_FORGET_SECONDS: Final = 3600

COMMANDS: Final = (
    CommandType(
        name="fault_report.submit",
        version=1,
        arguments=SubmitReport,
        handler=submitting.submit,
        permission="public",
        aggregate_kind="fault_report",
        summary="Anmält ett fel",
        origins=frozenset({"public"}),
    ),
    CommandType(
        name="fault_report.decide",
        version=1,
        arguments=DecideReport,
        handler=deciding.decide,
        permission="fault_report.decide",
        aggregate_kind="fault_report",
        summary="Tagit hand om en felanmälan",
        origins=frozenset({"office"}),
    ),
)


def feature(settings: Settings) -> Feature:
    """The public's form and page, and triage."""
    keys = load_vapid_keys(settings.data)
    pusher = Pusher(keys, settings.push_contact, httpx.AsyncClient(follow_redirects=False))
    blobs = open_blobs(settings)

    async def push(args: dict[str, Any]) -> None:
        await telling.push_hint(pusher, args)

    async def forget(_args: dict[str, Any]) -> None:
        await forget_old_attempts()

    return Feature(
        name="fault_reports",
        commands=COMMANDS,
        routes=(*public_routes(settings, keys.application_server_key, blobs), *triage_routes(blobs)),
        jobs={
            "fault_report.push": push,
            "fault_report.work_order_ended": telling.tell_of_ended_order,
            "fault_report.forget_attempts": forget,
        },
        every={"fault_report.forget_attempts": _FORGET_SECONDS},
        sentences=SENTENCES,
    )
