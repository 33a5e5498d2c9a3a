"""A device's history and chain. Nothing is changed here."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.audit.access import log_access
from app.database import fetch_value
from app.identity.actor import Actor
from app.registry.cursor import cursor_refused
from app.traceability.chain import find_chain
from app.traceability.history import After, find_history
from app.traceability.schemas import ChainLink, DeviceChain, DeviceFact, DeviceHistory
from app.web.problems import not_found


@get("/api/devices/{number:str}/history", operation_id="get_device_history", opt={"permission": "device.history"})
async def get_device_history(
    actor: NamedDependency[Actor],
    number: FromPath[str],
    cursor: Annotated[str, QueryParameter(max_length=200)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> DeviceHistory:
    """Return what was recorded of a device, newest first (R-071, R-075); nobody who had it is named."""
    device_id = await _device(actor, number)
    rows = await find_history(device_id, _read_cursor(cursor), limit + 1)
    shown = rows[:limit]
    items = [DeviceFact(**{key: value for key, value in dict(row).items() if key != "id"}) for row in shown]
    last = shown[-1] if len(rows) > limit else None
    following = None if last is None else _cursor(last["at"], last["kind"], last["id"])
    return DeviceHistory(items=items, next_cursor=following)


@get("/api/devices/{number:str}/chain", operation_id="get_device_chain", opt={"permission": "device.chain"})
async def get_device_chain(actor: NamedDependency[Actor], number: FromPath[str]) -> DeviceChain:
    """Return who had the device and where it was, without a gap (SR-28); each person shown is logged (SR-08)."""
    links = await find_chain(await _device(actor, number))
    await log_access(actor, [link.person_id for link in links if link.person_id is not None], "device.chain")
    return DeviceChain(items=[ChainLink(**asdict(link)) for link in links])


async def _device(actor: Actor, number: str) -> UUID:
    device_id: UUID | None = await fetch_value(
        "select id from device where region_id = $1 and number = $2", actor.region_id, number
    )
    if device_id is None:
        raise not_found()
    return device_id


def _cursor(at: datetime, kind: str, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {kind} {row_id}".encode()).decode()


def _read_cursor(text: str) -> After | None:
    if not text:
        return None
    try:
        at, kind, row_id = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None:
            return moment, kind, UUID(row_id)
    except (binascii.Error, ValueError):
        pass
    raise cursor_refused()


ROUTES = (get_device_history, get_device_chain)
