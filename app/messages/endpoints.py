"""Which push endpoints the server may call (SR-26): a subscription must not turn it into somebody's errand boy."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

MAX_ENDPOINT_LENGTH = 1000


class EndpointRefused(Exception):
    """The address is not one of a known push service."""


def check_endpoint(endpoint: str, hosts: Sequence[str], *, allow_loopback: bool = False) -> None:
    """Let through https addresses on the default port whose host is, or ends with, an allowed name.

    The allow-list is what protects against private addresses and rebinding: only names that belong to the push
    services pass, and redirects are never followed. ``allow_loopback`` adds http on 127.0.0.1 for tests.

    Raises:
        EndpointRefused: anything else.
    """
    if len(endpoint) > MAX_ENDPOINT_LENGTH or not endpoint.isascii() or any(c.isspace() or c == "\\" for c in endpoint):
        raise EndpointRefused
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise EndpointRefused from None
    if parts.username is not None or parts.password is not None or parts.fragment or not host:
        raise EndpointRefused
    if allow_loopback and parts.scheme == "http" and host == "127.0.0.1":
        return
    if parts.scheme != "https" or port not in {None, 443} or _is_address(host):
        raise EndpointRefused
    if not any(host == allowed or host.endswith("." + allowed) for allowed in hosts):
        raise EndpointRefused


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
