"""The job that gives a text to the gateway. Called at least once per text; what was sent is not sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.feature import JobHandler
from app.jobs import RetryLater
from app.messages.gateway import Gateway, GatewayRefused
from field.work_orders import visits

#: How long a gateway that does not answer is asked again; then the order says that the text was not sent.
PATIENCE: Final = timedelta(minutes=45)
_AGAIN_SECONDS: Final = 600.0


def notice_sender(gateway: Gateway) -> JobHandler:
    """Return the handler of ``patient_notice.send``.

    The job's lease keeps other workers away, so no transaction is open while the gateway answers. A text whose sender
    dies on the way is sent again under the same id.
    """

    async def send(args: dict[str, Any]) -> None:
        notice = await visits.queued_notice(UUID(args["notice_id"]))
        if notice is None:
            return
        state, failure, sent_at = "failed", "", None
        if notice["protected"]:
            # Marked as protected since it was written (SR-40).
            failure = "protected"
        else:
            try:
                await gateway.send(notice["id"], notice["channel"], notice["address"], notice["text"])
                state, sent_at = "sent", datetime.now(UTC)
            except GatewayRefused as refused:
                failure = refused.code
            except OSError as error:
                if datetime.now(UTC) - notice["created_at"] < PATIENCE:
                    raise RetryLater("gateway", _AGAIN_SECONDS) from error
                failure = "gateway"
        await visits.mark_notice(notice["id"], state, failure, sent_at)

    return send
