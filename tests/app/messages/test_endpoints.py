"""A push subscription must not send the server to addresses of somebody else's choosing (SR-26)."""

from __future__ import annotations

import pytest

from app.messages.endpoints import EndpointRefused, check_endpoint
from app.settings import Settings

HOSTS = Settings().push_hosts

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:123",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QGuk",
    "https://db5p.notify.windows.com/w/?token=abc",
    "https://FCM.googleapis.com:443/x",
]

_PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "localhost",
    "localhost.", "metadata.google.internal", "router.local",
]  # fmt: skip

BAD = [
    *(f"https://{host}/x" for host in _PRIVATE),
    *(f"http://{host}/x" for host in _PRIVATE),
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilfcm.googleapis.com.example/x",
    "https://xfcm.googleapis.com.invalid/",
    "https://notfcm.googleapis.com@127.0.0.1/x",
    "https://fcm.googleapis.com@127.0.0.1/x",
    "https://127.0.0.1#fcm.googleapis.com",
    "https://127.0.0.1\\@fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:22/",
    "https://fcm.googleapis.com:0/",
    "https://fcm.googleapis.com:99999/",
    "ftp://fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/",
    "//fcm.googleapis.com/x",
    "fcm.googleapis.com/x",
    "javascript:alert(1)",
    "",
    "https://",
    "https:///x",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/\n",
    "https://fcm.googleapis.com/å",
    "https://ｆcm.googleapis.com/",
    "https://fcm.googleapis.com/#f",
    "https://[::1",
    "https://fcm.googleapis.com/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_known_push_services_pass(endpoint: str) -> None:
    """The four large services, whatever the case, on the default port."""
    check_endpoint(endpoint, HOSTS)


@pytest.mark.parametrize("endpoint", BAD)
def test_everything_else_is_refused(endpoint: str) -> None:
    """Private and loopback addresses in every spelling, other ports, look-alike names, other schemes."""
    with pytest.raises(EndpointRefused):
        check_endpoint(endpoint, HOSTS)


def test_at_least_sixty_variants() -> None:
    """The requirement asks for sixty."""
    assert len(BAD) >= 60


def test_loopback_only_where_tests_ask_for_it() -> None:
    """The test switch opens 127.0.0.1 over http and nothing more."""
    check_endpoint("http://127.0.0.1:9999/x", HOSTS, allow_loopback=True)
    for endpoint in ("http://10.0.0.1/x", "http://localhost:9999/x", "http://169.254.169.254/", "https://127.0.0.1/x"):
        with pytest.raises(EndpointRefused):
            check_endpoint(endpoint, HOSTS, allow_loopback=True)
