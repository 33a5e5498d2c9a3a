"""A thin pusher over the ``webpush`` library, which encrypts and signs (RFC 8291, 8292) and sends nothing itself.

What it adds, because the library does not: a TTL of its own per message (the library remembers the last one given),
``Urgency`` and ``Topic``, one fixed padded size, the port in the VAPID audience, and what each answer means.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import jwt
from pydantic import ValidationError
from webpush import WebPush
from webpush.types import WebPushSubscription
from webpush.vapid import VAPID

from app.jobs import RetryLater
from app.messages.keys import VapidKeys

TTL_SECONDS: Final = 48 * 3600
TOKEN_SECONDS: Final = 12 * 3600
PADDED_BYTES: Final = 384
TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Subscription:
    """A browser's push subscription: address and its two keys, base64url."""

    endpoint: str
    p256dh: str
    auth: str


class SubscriptionGone(Exception):
    """The push service does not know the subscription any more (404, 410), or its keys are unusable: drop it."""


def padded(payload: dict[str, Any]) -> bytes:
    """The payload as JSON, padded with spaces to one fixed size, so that its length tells nothing.

    Raises:
        ValueError: the payload is longer than ``PADDED_BYTES``; push texts are short by design.
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > PADDED_BYTES:
        raise ValueError("push payload too long")
    return text.ljust(PADDED_BYTES)


class Pusher:
    """Sends one message to one subscription.

    Args:
        keys: the server's VAPID keys.
        contact: ``mailto:`` address of the operator, for the push service.
        client: the HTTP client; must not follow redirects.
    """

    def __init__(self, keys: VapidKeys, contact: str, client: httpx.AsyncClient) -> None:
        self._keys = keys
        self._contact = contact
        self._client = client
        # The library's own header lacks the port and is replaced below; it still demands a subscriber.
        self._library = WebPush(keys.private_pem, keys.public_pem, subscriber="unused@example.invalid", ttl=TTL_SECONDS)

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        token = jwt.encode(
            {
                "aud": f"{parts.scheme}://{parts.netloc}",
                "exp": int(time.time()) + TOKEN_SECONDS,
                "sub": self._contact,
            },
            self._keys.private_pem.decode(),
            algorithm="ES256",
        )
        return f"vapid t={token}, k={VAPID.get_application_server_key(self._library.vapid.public_key)}"

    async def send(self, subscription: Subscription, payload: dict[str, Any], topic: UUID) -> None:
        """Encrypt and send. Returns when the push service has taken the message (2xx).

        Raises:
            SubscriptionGone: 404 or 410, or keys that cannot be used.
            RetryLater: any other answer or no answer; with the seconds the service asked for (429, 503).
        """
        try:
            message = self._library.get(
                padded(payload),
                WebPushSubscription.model_validate(
                    {
                        "endpoint": subscription.endpoint,
                        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
                    }
                ),
            )
        except (ValidationError, ValueError) as error:
            raise SubscriptionGone from error
        headers = {
            "Authorization": self._authorization(subscription.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "normal",
            "Topic": base64.urlsafe_b64encode(topic.bytes).rstrip(b"=").decode(),
        }
        try:
            response = await self._client.post(
                subscription.endpoint,
                content=message.encrypted,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                follow_redirects=False,
            )
        except httpx.HTTPError as error:
            raise RetryLater(f"push.{type(error).__name__}") from error
        if response.status_code in {404, 410}:
            raise SubscriptionGone
        if not response.is_success:
            raise RetryLater(f"push.{response.status_code}", _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isdigit() else None
