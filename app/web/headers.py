"""Security headers on every answer, the static files' and the errors' too (SR-18)."""

from __future__ import annotations

from typing import Final

_CONTENT_SECURITY_POLICY: Final = "; ".join(  # noqa: FLY002 - one directive a line
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the QR decoder is WebAssembly
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

_PERMISSIONS_POLICY: Final = ", ".join(  # noqa: FLY002 - one feature a line
    [
        "camera=(self)",
        "geolocation=(self)",
        "microphone=()",
        "payment=()",
        "usb=()",
        "browsing-topics=()",
        "interest-cohort=()",
    ]
)

#: Two years, as the preload lists ask; only sent when phones reach the server over https.
_STRICT_TRANSPORT_SECURITY: Final = "max-age=63072000; includeSubDomains"

_ALWAYS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", _PERMISSIONS_POLICY.encode()),
)

Headers = list[tuple[bytes, bytes]]


def with_security_headers(headers: Headers, *, https: bool, no_store: bool, pictures_from: str = "") -> Headers:
    """``headers`` plus the security headers it lacks.

    An answer that sets one of them itself keeps its own: an attachment has a stricter policy (SR-13), and an immutable
    file may be cached.

    Args:
        headers: names and values of an answer.
        https: whether HSTS belongs here.
        no_store: whether the answer may hold patient data and so must not be kept by the browser's cache.
        pictures_from: another origin that pictures may come from: the house's own map server.
    """
    present = {name.lower() for name, _ in headers}
    added = [pair for pair in _ALWAYS if pair[0] not in present]
    if pictures_from:
        own = b"img-src 'self' data: blob:"
        added = [(name, value.replace(own, own + b" " + pictures_from.encode())) for name, value in added]
    if https and b"strict-transport-security" not in present:
        added.append((b"strict-transport-security", _STRICT_TRANSPORT_SECURITY.encode()))
    if no_store and b"cache-control" not in present:
        added.append((b"cache-control", b"no-store"))
    return [*headers, *added]
