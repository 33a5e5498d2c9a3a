"""Load on a server on this machine: by wrk where it is installed, else by a small client of our own.

wrk costs the measured servers less of the machine, so figures made with it are nearer to the truth.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

CONNECTIONS = 16
NEW_ID = "{new-id}"
"""In a body: replaced by an id of its own in each request."""

_LUA = """
local targets = {targets}
local headers = {headers}
local turn, run = 0, tostring({{}}):gsub("[^%x]", ""):sub(-8)
math.randomseed(os.time() + tonumber(run, 16) % 100000)
local base = math.random(0, 0xffffff)
function request()
  turn = turn + 1
  local target = targets[turn % #targets + 1]
  local body = target[2]
  if body then
    local id = string.format("%08x-%04x-7000-8000-%06x%06x", os.time(), turn % 65536, base, turn)
    body = body:gsub("{{new%-id}}", id)
  end
  return wrk.format(body and "POST" or "GET", target[1], headers, body)
end
"""


class LoadFault(Exception):
    """A server answered something else than 200, or the load could not be made."""


@dataclass(frozen=True)
class Traffic:
    """What is asked, in turn and over and over.

    Attributes:
        targets: address and, for a POST, its body, in which ``NEW_ID`` is filled.
        headers: sent with each request.
    """

    targets: Sequence[tuple[str, str | None]]
    headers: dict[str, str] = field(default_factory=dict)


def tool() -> str:
    """Which load this machine can make, in words."""
    return f"wrk, {CONNECTIONS} connections" if shutil.which("wrk") else f"own client, {CONNECTIONS} connections"


def requests_per_second(port: int, traffic: Traffic, seconds: float) -> float:
    """Put a server under load for that long.

    Raises:
        LoadFault: an answer was not 200.
    """
    if shutil.which("wrk"):
        return _by_wrk(port, traffic, seconds)
    return asyncio.run(_by_own_client(port, traffic, seconds))


def _by_wrk(port: int, traffic: Traffic, seconds: float) -> float:
    targets = ",\n".join(
        f"{{{json.dumps(path)}, {json.dumps(body) if body else 'nil'}}}" for path, body in traffic.targets
    )
    headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in traffic.headers.items())
    script = _LUA.format(targets=f"{{{targets}}}", headers=f"{{{headers}}}")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--script", file.name]
        ran = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=False)
    found = re.search(r"Requests/sec:\s*([\d.]+)", ran.stdout)
    if found is None or "Non-2xx" in ran.stdout or "Socket errors" in ran.stdout:
        raise LoadFault(ran.stdout + ran.stderr)
    return float(found[1])


async def _by_own_client(port: int, traffic: Traffic, seconds: float) -> float:
    targets = itertools.cycle(traffic.targets)
    until = time.perf_counter() + seconds
    begin = time.perf_counter()
    counts = await asyncio.gather(*(_one_connection(port, traffic, targets, until) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - begin)


async def _one_connection(port: int, traffic: Traffic, targets: Iterator[tuple[str, str | None]], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    fixed = "".join(f"{name}: {value}\r\n" for name, value in traffic.headers.items())
    try:
        while time.perf_counter() < until:
            path, template = next(targets)
            body = (template or "").replace(NEW_ID, str(uuid.uuid4())).encode()
            length = f"Content-Length: {len(body)}\r\n" if template else ""
            method = "POST" if template else "GET"
            writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{fixed}{length}\r\n".encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            answer = await reader.readexactly(int(found[1]) if found else 0)
            if not head.startswith(b"HTTP/1.1 200"):
                raise LoadFault(head.decode("latin-1").splitlines()[0] + " " + answer.decode("utf-8", "replace")[:300])
            count += 1
    finally:
        writer.close()
    return count
