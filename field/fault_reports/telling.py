"""Pushes to the patient who asked for them on the report's page: that something has happened, and nothing of what."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from app.jobs import enqueue
from app.messages.pusher import Pusher, Subscription, SubscriptionGone
from field.fault_reports import repository

#: SR-07: nobody who sees the lock screen learns what it is about.
_TEXT: Final = {
    "sv": "Det har hänt något med din felanmälan. Öppna sidan för att läsa.",
    "en": "There is news about your report. Open the page to read.",
}


async def tell_patient(report_id: UUID, *, occasion: str) -> None:
    """Put one push per browser in the queue, once per occasion (SR-27)."""
    for subscription_id in await repository.subscriptions_of(report_id):
        await enqueue(
            "fault_report.push",
            {"fault_report_id": str(report_id), "subscription_id": str(subscription_id)},
            once_key=f"fault_report.push:{report_id}:{occasion}:{subscription_id}",
        )


async def tell_of_ended_order(args: dict[str, Any]) -> None:
    """The work order that answers these reports is closed or cancelled."""
    for report_id in await repository.reports_of_order(UUID(args["work_order_id"])):
        await tell_patient(report_id, occasion=f"ended:{args['occasion']}")


async def push_hint(pusher: Pusher, args: dict[str, Any]) -> None:
    """Push to one browser, unless it is gone."""
    subscription_id = UUID(args["subscription_id"])
    row = await repository.subscription(subscription_id)
    if row is None:
        return
    report_id = UUID(args["fault_report_id"])
    payload = {"title": "Turbil", "body": _TEXT[row["language"]], "tag": str(report_id), "url": "/"}
    try:
        await pusher.send(Subscription(row["endpoint"], row["p256dh"], row["auth"]), payload, report_id)
    except SubscriptionGone:
        await repository.drop_subscription(subscription_id)
