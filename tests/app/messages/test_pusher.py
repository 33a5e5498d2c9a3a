"""Web push, for real but for the network: encrypted by the server, decrypted by the subscription's own key."""

from __future__ import annotations

import uuid
from pathlib import Path

import httpx
import pytest

from app.jobs import RetryLater
from app.messages.keys import load_vapid_keys
from app.messages.pusher import PADDED_BYTES, Pusher, Subscription, SubscriptionGone, padded
from tests.support.push_service import Browser, PushService, push_service


def _pusher(folder: Path, client: httpx.AsyncClient) -> Pusher:
    return Pusher(load_vapid_keys(folder), "mailto:drift@example.invalid", client)


def _subscription(service: PushService, browser: Browser, name: str = "a") -> Subscription:
    return Subscription(service.endpoint(name), browser.keys["p256dh"], browser.keys["auth"])


async def test_round_trip(tmp_path: Path) -> None:
    """The push arrives signed for the right audience with its port, padded, with TTL, Urgency and Topic (SR-27)."""
    browser, topic = Browser(), uuid.uuid4()
    with push_service() as service:
        async with httpx.AsyncClient() as client:
            pusher = _pusher(tmp_path, client)
            await pusher.send(_subscription(service, browser), {"title": "Turbil", "body": "hej"}, topic)
            await pusher.send(_subscription(service, browser), {"title": "Turbil", "body": "x" * 200}, topic)
        first, second = service.wait_for(2)
    assert browser.decrypt(first.body) == {"title": "Turbil", "body": "hej"}
    assert len(first.body) == len(second.body) <= 512, "the size tells nothing about the text"
    assert first.claims["aud"] == service.origin
    assert first.headers["TTL"] == str(48 * 3600)
    assert first.headers["Urgency"] == "normal"
    assert first.headers["Topic"] == second.headers["Topic"]


@pytest.mark.parametrize("status", [404, 410])
async def test_gone_subscription(tmp_path: Path, status: int) -> None:
    """A subscription that the service no longer knows is told apart from a failure."""
    with push_service() as service:
        service.answers["/push/a"] = status
        async with httpx.AsyncClient() as client:
            with pytest.raises(SubscriptionGone):
                await _pusher(tmp_path, client).send(_subscription(service, Browser()), {}, uuid.uuid4())


async def test_busy_service_says_how_long(tmp_path: Path) -> None:
    """429 with Retry-After becomes a later try, at the time asked for."""
    with push_service() as service:
        service.answers["/push/a"] = 429
        async with httpx.AsyncClient() as client:
            with pytest.raises(RetryLater) as caught:
                await _pusher(tmp_path, client).send(_subscription(service, Browser()), {}, uuid.uuid4())
    assert caught.value.seconds == 30


async def test_dead_service_is_tried_later(tmp_path: Path) -> None:
    """No answer at all is a later try, never an error that loses the message."""
    with push_service() as service:
        gone = _subscription(service, Browser())
    async with httpx.AsyncClient() as client:
        with pytest.raises(RetryLater):
            await _pusher(tmp_path, client).send(gone, {}, uuid.uuid4())


async def test_unusable_keys_drop_the_subscription(tmp_path: Path) -> None:
    """Keys that are no point on the curve can never work."""
    async with httpx.AsyncClient() as client:
        with pytest.raises(SubscriptionGone):
            await _pusher(tmp_path, client).send(
                Subscription("http://127.0.0.1:1/x", "A" * 87, "B" * 22), {}, uuid.uuid4()
            )


def test_too_long_is_refused() -> None:
    """Longer than the fixed size would break the padding; push texts are short."""
    with pytest.raises(ValueError, match="too long"):
        padded({"body": "x" * PADDED_BYTES})


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    """The second start reads what the first one made; only the owner may read the file."""
    first = load_vapid_keys(tmp_path)
    assert load_vapid_keys(tmp_path) == first
    assert (tmp_path / "keys" / "vapid.pem").stat().st_mode & 0o077 == 0
