"""The office's HTTP routes of customer orders. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.audit.access import log_access
from app.identity.actor import Actor
from app.identity.permissions import allowed
from app.orders import office, repository
from app.orders.handling import is_office
from app.orders.lifecycle import OrderFacts, State, cancel_refusal
from app.orders.office import StateFilter, Wanted
from app.orders.schemas import CustomerOrderDetail, CustomerOrderHit, CustomerOrderList
from app.orders.sentences import SENTENCES
from app.policy.repository import current_policy
from app.registry.cursor import read_cursor, write_cursor
from app.registry.protection import PROTECTED_NAME
from app.web.problems import not_found
from offline_sync.sentences import Sentences

_SENTENCES = Sentences([SENTENCES])
_OVER = frozenset({"delivered", "cancelled", "closed"})
_ADDRESS = ("care_of", "street", "postcode", "town", "entry_code")


@get("/api/customer-orders", operation_id="list_customer_orders", opt={"permission": "customer_order.read"})
async def list_customer_orders(
    actor: NamedDependency[Actor],
    which: Annotated[StateFilter, QueryParameter(name="state")] = "open",
    mine: FromQuery[bool] = False,
    to_assign: FromQuery[bool] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    cursor: Annotated[str, QueryParameter(max_length=200)] = "",
) -> CustomerOrderList:
    """List the orders in the reader's scope, newest first (R-036)."""
    rows = await office.find_orders(
        actor, Wanted(which, limit + 1, mine=mine, to_assign=to_assign, before=read_cursor(cursor))
    )
    more = len(rows) > limit
    rows = rows[:limit]
    return CustomerOrderList(
        items=[CustomerOrderHit(**dict(row)) for row in rows],
        next_cursor=write_cursor(rows[-1]["registered_at"], rows[-1]["id"]) if more else None,
    )


@get("/api/customer-orders/{number:str}", operation_id="get_customer_order", opt={"permission": "customer_order.read"})
async def get_customer_order(actor: NamedDependency[Actor], number: FromPath[str]) -> CustomerOrderDetail:
    """Return an order with its lines and history; whoever sees the person is in the access log (SR-08)."""
    row = await office.find_order(actor, number)
    if row is None:
        raise not_found()
    if row["shown"] and row["person_id"] is not None:
        await log_access(actor, [row["person_id"]], "customer_order.read")
    proof = await office.find_proof(row["id"]) if row["shown"] and not row["protected"] else None
    return msgspec.convert(
        {
            **mask_order(row),
            "can_cancel": await _can_cancel(actor, row),
            "lines": [dict(line) for line in await office.find_lines(row["id"])],
            "history": [_event(dict(line), actor) for line in await office.history(actor.region_id, row["id"])],
            "proof": None if proof is None else dict(proof),
        },
        CustomerOrderDetail,
    )


def mask_order(row: dict[str, Any]) -> dict[str, Any]:
    """Return a customer or pick-up order as the reader may see it, in the shape of its answer.

    A protected identity is nobody's here (SR-40), and the recipient is not the warehouse's at all; to it the carrier's
    note belongs (R-116), the warehouse's note does not (R-117). The entry code goes when the order is over.
    """
    hidden = row["protected"] or not row["shown"]
    contact = {"name": row["contact_name"], "phone": row["contact_phone"], **{key: row[key] for key in _ADDRESS}}
    if hidden:
        contact = dict.fromkeys(contact, "")
    if row["state"] in _OVER:
        contact["entry_code"] = ""
    name = row["recipient_name"] if not hidden else ""
    if row["protected"] and row["shown"]:
        name = PROTECTED_NAME
        contact["name"] = PROTECTED_NAME
    recipient = {
        "kind": "party" if row["person_id"] is None else "person",
        "name": name,
        "protected": row["protected"] and row["shown"],
    }
    notes = {
        "carrier_note": "" if hidden else row["carrier_note"],
        "cancel_note": row["cancel_note"] if row["shown"] else "",
    }
    return {**row, "recipient": recipient, "contact": contact, **notes}


async def _can_cancel(actor: Actor, row: dict[str, Any]) -> bool:
    """True when the reader may cancel the order now, so that no button leads to a refusal."""
    if not allowed(actor, "customer_order.cancel"):
        return False
    policy = await current_policy(actor.region_id, datetime.now(UTC))
    lines = await repository.read_lines(row["id"])
    facts = OrderFacts(State(row["state"]), tuple(line.facts for line in lines), row["planned_on"] is not None)
    return cancel_refusal(facts, office=is_office(actor), cancel_by=policy.cancel_order_by) is None


def _event(line: dict[str, Any], actor: Actor) -> dict[str, Any]:
    detail = line.pop("detail")
    return {**line, "text": _SENTENCES.text(line["code"], actor.language, detail)}


ROUTES = (list_customer_orders, get_customer_order)
