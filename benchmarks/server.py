"""The server as it is shipped: ``turbil demo`` as a process of its own, on loopback, with its own data folder."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_ASK_SECONDS = 0.005
_STOP_SECONDS = 30


class ServerFault(Exception):
    """The server did not start, or does not answer as it should."""


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class ShippedServer:
    """A running ``turbil demo``.

    Attributes:
        port: where it listens on 127.0.0.1.
        pid: its process.
        started: ``time.perf_counter()`` just before the process was made.
    """

    def __init__(self, data: Path, port: int, *arguments: str) -> None:
        self.port = port
        self._log = data / "server.log"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TURBIL_", "DATABASE_URL"))},
            "TURBIL_DATA": str(data),
            "TURBIL_PORT": str(port),
            "TURBIL_PUBLIC_URL": f"http://127.0.0.1:{port}",
            # What is measured begins when the app is open, and nobody is there to type.
            "TURBIL_PIN": "0",
        }
        command = [str(Path(sys.executable).with_name("turbil")), "demo", *arguments]
        data.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self.started = time.perf_counter()
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.pid = self._process.pid

    @property
    def url(self) -> str:
        """Its address without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    def answered(self, *paths: str, seconds: float = 120) -> float:
        """Wait until every path has been answered 200; the seconds from the start of the process to then.

        Raises:
            ServerFault: the process ended, or the time is over; with the last lines of its log.
        """
        for path in paths:
            while self._status(path) != 200:
                if self._process.poll() is not None or time.perf_counter() - self.started > seconds:
                    words = self._log.read_text("utf-8", "replace").splitlines()[-5:]
                    raise ServerFault(f"turbil demo does not answer 200 to {path}: " + " / ".join(words))
                time.sleep(_ASK_SECONDS)
        return time.perf_counter() - self.started

    def _status(self, path: str) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return answer.status

    def stop(self) -> None:
        """Stop it as a person would, and its database with it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextlib.contextmanager
def shipped_server(data: Path, *arguments: str, port: int | None = None) -> Iterator[ShippedServer]:
    """Start ``turbil demo`` on the data folder, wait until it is ready, and stop it at the end."""
    server = ShippedServer(data, port or free_port(), *arguments)
    try:
        server.answered("/healthz")
        yield server
    finally:
        server.stop()


def cpu_seconds(pid: int) -> float | None:
    """CPU time that a process has used until now, user and system; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
