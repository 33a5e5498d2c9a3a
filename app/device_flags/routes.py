"""What is read of safety notices. Changes are commands; a device's own flags stand on its card."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.device_flags import repository
from app.device_flags.schemas import CoveredDevice, SafetyNoticeDetail, SafetyNoticeItem, SafetyNoticeList
from app.identity.actor import Actor
from app.web.problems import not_found

_READ: Final = "safety_notice.read"
_MOST_DEVICES: Final = 500


@get("/api/safety-notices", operation_id="list_safety_notices", opt={"permission": _READ})
async def list_safety_notices(
    actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=200)] = 100
) -> SafetyNoticeList:
    """List the region's safety notices (R-303), those that hold first."""
    rows = await repository.list_notices(actor.region_id, limit)
    return SafetyNoticeList(items=[SafetyNoticeItem(**dict(row)) for row in rows])


@get("/api/safety-notices/{notice_id:uuid}", operation_id="get_safety_notice", opt={"permission": _READ})
async def get_safety_notice(actor: NamedDependency[Actor], notice_id: FromPath[UUID]) -> SafetyNoticeDetail:
    """Return a notice and the devices that it is about."""
    row = await repository.find_notice(actor.region_id, notice_id)
    if row is None:
        raise not_found()
    devices = await repository.covered_devices(notice_id, _MOST_DEVICES)
    return SafetyNoticeDetail(
        notice=SafetyNoticeItem(**dict(row)), devices=[CoveredDevice(**dict(one)) for one in devices]
    )


ROUTES = (list_safety_notices, get_safety_notice)
