"""The console script as its user meets it: one clear line when it cannot, an orderly end when it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "app.cli")
ROOT = Path(__file__).parent.parent.parent


def _environment(data: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TURBIL_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, "TURBIL_DATA": str(data), **settings}


def run(*arguments: str, data: Path, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=ROOT,
        env=_environment(data, **settings),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a command that could not."""
    assert result.returncode == 1, result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("turbil: ")
    return lines[0]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running server and its port."""
    port = free_port()
    process = subprocess.Popen(
        [*PROGRAM, "serve"],
        cwd=ROOT,
        env=_environment(data, TURBIL_PORT=str(port), **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Turbil: http"), process.stderr and process.stderr.read()
        yield process, port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_port_taken(tmp_path: Path) -> None:
    """It names the port and how to choose another, and has touched nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = refused(run("serve", data=tmp_path / "data", TURBIL_PORT=str(taken.getsockname()[1])))
    assert "TURBIL_PORT" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url",
    ["mysql://x/y", "nonsense", "postgresql://user:hemligt@127.0.0.1:1/turbil", "postgresql://host", "postgres:///"],
)
def test_bad_database_url(tmp_path: Path, url: str) -> None:
    """Refused before anything is touched, and a password never shows."""
    line = refused(run("migrate", data=tmp_path / "data", DATABASE_URL=url))
    assert "DATABASE_URL" in line
    assert "hemligt" not in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("TURBIL_PORT", "åtta"), ("TURBIL_PORT", "70000"), ("TURBIL_PUBLIC_URL", "turbil"), ("TURBIL_PUSH_LOOPBACK", "2")],
)
def test_bad_setting(tmp_path: Path, name: str, value: str) -> None:
    """The line names the setting."""
    assert name in refused(run("serve", data=tmp_path / "data", **{name: value}))


def test_data_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """A file in its place: one line with the path."""
    (tmp_path / "data").write_text("")
    assert str(tmp_path / "data") in refused(run("migrate", data=tmp_path / "data"))


def test_serve_beside_and_stop(tmp_path: Path) -> None:
    """A second server on the folder is refused; commands work beside the first; SIGTERM ends everything in order."""
    data = tmp_path / "data"
    with serving(data) as (process, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert "Another turbil" in refused(run("serve", data=data, TURBIL_PORT=str(free_port())))

        assert run("region", "add", "norrbotten", "--name", "Norrbotten", "--team", "Boden", data=data).returncode == 0
        assert "exists" in refused(run("region", "add", "norrbotten", "--name", "Igen", data=data))
        add = ("user", "add", "chefen", "--name", "Test Chef", "--region", "norrbotten", "--role", "admin")
        assert "8 characters" in refused(run(*add, data=data, stdin="kort\n"))
        assert run(*add, data=data, stdin="ett långt lösenord\n").returncode == 0
        assert "taken" in refused(run(*add, data=data, stdin="ett långt lösenord\n"))
        assert "no region" in refused(run(*add[:6], "atlantis", *add[7:], data=data, stdin="ett långt lösenord\n"))
        assert run("audit", "verify", data=data).returncode == 0
        assert run("phone", "list", "chefen", data=data).returncode == 0
        assert "no phone" in refused(run("phone", "lost", "01a21089-a6ed-7465-988f-177dbd63c929", data=data))
        assert run("restored", data=data).returncode == 0

        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert not (data / "postgres" / "cluster" / "postmaster.pid").exists(), "PostgreSQL has stopped as well"
    assert not (data / "postgres" / "socket_folder").exists()


def test_openapi_needs_no_database(tmp_path: Path) -> None:
    """The document is written without a server."""
    result = run("openapi", str(tmp_path / "openapi.json"), data=tmp_path / "data")
    assert result.returncode == 0, result.stderr
    assert '"openapi": "3.1' in (tmp_path / "openapi.json").read_text()


def test_a_new_seal_key_is_given_out_and_the_old_one_kept(tmp_path: Path) -> None:
    first, second = (run("seal", "rotate", data=tmp_path) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert first.stdout != second.stdout
    names = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert len(names) == 3
    assert names[-1] == "seal-p256.pem"
