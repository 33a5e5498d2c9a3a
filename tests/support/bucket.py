"""A bucket on loopback that speaks as much S3 as attachments need: put, head, get, list. It wants signed requests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Bucket:
    """What lies in it, by key; ``away`` makes every answer a 503."""

    address: str
    objects: dict[str, bytes] = field(default_factory=dict)
    away: bool = False


class _Handler(BaseHTTPRequestHandler):
    held: Bucket
    name: str

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_PUT(self) -> None:
        """Put an object."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        key = self._key()
        if key is not None:
            self.held.objects[key] = content
            self._answer(200)

    def do_HEAD(self) -> None:
        """Tell an object's size."""
        key = self._key()
        if key is not None:
            found = self.held.objects.get(key)
            self._answer(404 if found is None else 200, length=len(found or b""))

    def do_GET(self) -> None:
        """Get an object, or the list."""
        key = self._key()
        query = parse_qs(urlsplit(self.path).query)
        if key is not None and "list-type" in query:
            self._answer(200, _listing(self.held.objects, query.get("prefix", [""])[0]))
        elif key is not None:
            found = self.held.objects.get(key)
            self._answer(404 if found is None else 200, found or b"")

    def _key(self) -> str | None:
        if self.held.away:
            self._answer(503)
        elif not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=test/"):
            self._answer(403)
        else:
            return unquote(urlsplit(self.path).path).removeprefix(f"/{self.name}").lstrip("/")
        return None

    def _answer(self, status: int, body: bytes = b"", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Mon, 02 Mar 2026 12:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def bucket(name: str = "turbil") -> Iterator[Bucket]:
    """A server with one bucket."""
    handler = type("Handler", (_Handler,), {"held": Bucket(""), "name": name})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.held.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield handler.held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _listing(objects: dict[str, bytes], prefix: str) -> bytes:
    rows = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size><ETag>1</ETag>"
        "<LastModified>2026-03-02T12:00:00.000Z</LastModified></Contents>"
        for key, content in sorted(objects.items())
        if key.startswith(prefix)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
