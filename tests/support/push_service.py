"""A push service on loopback (RFC 8030): checks the server's signature and decrypts with the subscription's own key."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """The keys a browser would make when it subscribes."""

    def __init__(self) -> None:
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        """p256dh and auth, as in ``PushSubscription.toJSON()``."""
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _encoded(point), "auth": _encoded(self.secret)}

    def decrypt(self, body: bytes) -> dict[str, Any]:
        """What the service worker would get."""
        clear = http_ece.decrypt(body, private_key=self.private_key, auth_secret=self.secret, version="aes128gcm")
        payload: dict[str, Any] = json.loads(clear)
        return payload


@dataclass
class Delivery:
    """One request that reached the service."""

    path: str
    headers: dict[str, str]
    body: bytes
    claims: dict[str, Any]


@dataclass
class PushService:
    """The running stub. ``answers`` maps a path to the status it gets instead of 201."""

    origin: str
    answers: dict[str, int] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def endpoint(self, name: str) -> str:
        """A subscription address of this service."""
        return f"{self.origin}/push/{name}"

    def wait_for(self, count: int, seconds: float = 20) -> list[Delivery]:
        """The deliveries, when there are ``count`` of them.

        Raises:
            TimeoutError: they did not come.
        """
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.deliveries) >= count, seconds):
                raise TimeoutError(f"{len(self.deliveries)} of {count} pushes arrived")
            return list(self.deliveries)


def _claims(authorization: str, origin: str) -> dict[str, Any]:
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    if scheme != "vapid":
        raise ValueError("not a vapid header")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(parts["k"]))
    claims: dict[str, Any] = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=origin)  # type: ignore[arg-type]  # PyJWT's union of key types is narrower than what it takes
    if not 0 < claims["exp"] - time.time() <= 24 * 3600:
        raise ValueError("expiry outside RFC 8292")
    return claims


@contextmanager
def push_service() -> Iterator[PushService]:
    """Run the stub on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.answers.get(self.path, 201)
            try:
                claims = _claims(self.headers["Authorization"], service.origin)
                if self.headers["Content-Encoding"] != "aes128gcm" or int(self.headers["TTL"]) < 0:
                    raise ValueError("headers")
            except (KeyError, ValueError, TypeError, jwt.InvalidTokenError):
                claims, status = {}, 400
            with service.arrived:
                service.deliveries.append(Delivery(self.path, dict(self.headers), body, claims))
                service.arrived.notify_all()
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "30")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
