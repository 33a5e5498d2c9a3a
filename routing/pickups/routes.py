"""The office's HTTP routes of pick-up orders. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.audit.access import log_access
from app.database import Record
from app.identity.actor import Actor
from app.identity.permissions import allowed
from app.orders.office import history
from app.orders.routes import mask_order
from app.policy.repository import current_policy
from app.registry.cursor import read_cursor, write_cursor
from app.registry.feature import SENTENCES as REGISTRY_SENTENCES
from app.web.problems import not_found
from labels.feature import SENTENCES as LABEL_SENTENCES
from offline_sync.sentences import Sentences
from routing.pickups import office
from routing.pickups.handling import is_office
from routing.pickups.lifecycle import LineState, State, cancel_refusal
from routing.pickups.office import StateFilter, Wanted
from routing.pickups.schemas import PickupOrderDetail, PickupOrderHit, PickupOrderList
from routing.pickups.sentences import SENTENCES

_SENTENCES = Sentences([SENTENCES, REGISTRY_SENTENCES, LABEL_SENTENCES])


@get("/api/pickup-orders", operation_id="list_pickup_orders", opt={"permission": "pickup_order.read"})
async def list_pickup_orders(
    actor: NamedDependency[Actor],
    which: Annotated[StateFilter, QueryParameter(name="state")] = "open",
    mine: FromQuery[bool] = False,
    to_arrive: FromQuery[bool] = False,
    device: Annotated[str, QueryParameter(pattern="^[0-9]{0,8}$")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    cursor: Annotated[str, QueryParameter(max_length=200)] = "",
) -> PickupOrderList:
    """List the orders in the reader's scope, newest first (R-036, R-254); ``device`` finds the one for its arrival."""
    rows = await office.find_pickups(
        actor,
        Wanted(which, limit + 1, mine=mine, to_arrive=to_arrive, device=device or None, before=read_cursor(cursor)),
    )
    more = len(rows) > limit
    rows = rows[:limit]
    return PickupOrderList(
        items=[PickupOrderHit(**dict(row)) for row in rows],
        next_cursor=write_cursor(rows[-1]["registered_at"], rows[-1]["id"]) if more else None,
    )


@get("/api/pickup-orders/{number:str}", operation_id="get_pickup_order", opt={"permission": "pickup_order.read"})
async def get_pickup_order(actor: NamedDependency[Actor], number: FromPath[str]) -> PickupOrderDetail:
    """Return an order with its lines and history; whoever sees the person is in the access log (SR-08)."""
    row = await office.find_pickup(actor, number)
    if row is None:
        raise not_found()
    if row["shown"] and row["person_id"] is not None:
        await log_access(actor, [row["person_id"]], "pickup_order.read")
    lines = await office.find_lines(row["id"])
    return msgspec.convert(
        {
            **mask_pickup(row),
            "can_cancel": await _can_cancel(actor, row, lines),
            "lines": [dict(line) for line in lines],
            "history": [_event(dict(line), actor) for line in await history(actor.region_id, row["id"])],
        },
        PickupOrderDetail,
    )


def mask_pickup(row: dict[str, Any]) -> dict[str, Any]:
    """Return the order as the reader may see it: as a customer order, and the information goes with the address."""
    seen = mask_order({**row, "carrier_note": row["info"]})
    return {**seen, "info": seen["carrier_note"]}


async def _can_cancel(actor: Actor, row: dict[str, Any], lines: list[Record]) -> bool:
    """True when the reader may cancel the order now, so that no button leads to a refusal."""
    if not allowed(actor, "pickup_order.cancel"):
        return False
    policy = await current_policy(actor.region_id, datetime.now(UTC))
    states = [LineState(line["state"]) for line in lines]
    code = cancel_refusal(State(row["state"]), states, office=is_office(actor), cancel_by=policy.cancel_pickup_by)
    return code is None


def _event(line: dict[str, Any], actor: Actor) -> dict[str, Any]:
    detail = line.pop("detail")
    return {**line, "text": _SENTENCES.text(line["code"], actor.language, detail)}


ROUTES = (list_pickup_orders, get_pickup_order)
