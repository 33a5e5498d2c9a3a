"""What is read of purchases. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.identity.actor import Actor
from app.purchases import repository
from app.purchases.schemas import PurchasedDevice, PurchaseDetail, PurchaseItem, PurchaseList
from app.web.problems import not_found

_READ: Final = "purchase.manage"


@get("/api/purchases", operation_id="list_purchases", opt={"permission": _READ})
async def list_purchases(
    actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50
) -> PurchaseList:
    """List the region's purchases, what is waited for first."""
    rows = await repository.list_purchases(actor.region_id, limit)
    return PurchaseList(items=[PurchaseItem(**dict(row)) for row in rows])


@get("/api/purchases/{purchase_id:uuid}", operation_id="get_purchase", opt={"permission": _READ})
async def get_purchase(actor: NamedDependency[Actor], purchase_id: FromPath[UUID]) -> PurchaseDetail:
    """Return a purchase with its devices."""
    row = await repository.find_purchase(actor.region_id, purchase_id)
    if row is None:
        raise not_found()
    devices = await repository.devices_of(actor.region_id, purchase_id)
    return PurchaseDetail(purchase=PurchaseItem(**dict(row)), devices=[PurchasedDevice(**dict(one)) for one in devices])


ROUTES = (list_purchases, get_purchase)
