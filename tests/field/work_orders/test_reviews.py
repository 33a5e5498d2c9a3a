"""What a decision on a review item does to a work order, and what the office is shown beside the field's version."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.database import fetch_value
from app.identity.actor import Role
from tests.field.work_orders.shop import Shop, messages_to
from tests.support.builders import Order, close_args, make_work_order, order_row


async def contested_order(shop: Shop, **args: Any) -> tuple[Order, UUID]:
    """An order that the colleague has begun and the technician has closed: the close waits for a decision."""
    order = await make_work_order(
        shop.north, assigned_to=shop.technician.id, registered_by=shop.north.users[Role.PRESCRIBER].id
    )
    phone = await shop.phone(shop.technician)
    await phone.sync()
    assign = {"technician_id": str(shop.colleague.id), "team_id": str(shop.north.teams[1])}
    await shop.send(await shop.office(), "work_order.assign", assign, order.id)
    other_phone = await shop.phone(shop.colleague)
    await shop.push(other_phone, "work_order.start", {"at": datetime.now(UTC).isoformat()}, order.id)
    verdict = await shop.push(phone, "work_order.close", close_args(**args), order.id)
    return order, UUID(verdict["review_id"])


async def decide(shop: Shop, review_id: UUID, decision: str) -> None:
    answer = await shop.send(
        await shop.office(), "review.decide", {"decision": decision, "note": "Avstämt."}, review_id
    )
    assert answer.status_code == 200, answer.text


async def test_accepting_the_field_closes_the_order_in_the_name_of_who_did_it(shop: Shop) -> None:
    order, review_id = await contested_order(shop, outcome="adjusted")
    await decide(shop, review_id, "accept_field")
    row = await order_row(order.id)
    assert (row["state"], row["outcome"], row["performed_by"]) == ("closed", "adjusted", shop.technician.id)
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert [kind for kind, _ in told] == ["work_order.closed"]
    assert [kind for kind, _ in await messages_to(shop.colleague)] == ["work_order.closed"]


async def test_keeping_the_offices_version_changes_nothing(shop: Shop) -> None:
    order, review_id = await contested_order(shop)
    await decide(shop, review_id, "keep_office")
    assert (await order_row(order.id))["state"] == "started"


async def test_a_cancelled_order_that_was_done_is_closed_when_a_person_says_so(shop: Shop) -> None:
    """Case 3: the cancelling stays in the row and its history, the orderer is told that it was done."""
    order, review_id = await contested_order(shop)
    await shop.send(await shop.office(), "work_order.cancel", {"reason": "not_needed"}, order.id)
    await decide(shop, review_id, "keep_office")
    assert (await order_row(order.id))["state"] == "cancelled"

    order, review_id = await contested_order(shop)
    await shop.send(await shop.office(), "work_order.cancel", {"reason": "not_needed"}, order.id)
    await decide(shop, review_id, "accept_field")
    row = await order_row(order.id)
    assert (row["state"], row["cancel_reason"], row["performed_by"]) == ("closed", "not_needed", shop.technician.id)


async def test_the_office_sees_where_the_order_stands(shop: Shop) -> None:
    order, review_id = await contested_order(shop)
    items = (await (await shop.office()).get("/api/reviews")).json()["items"]
    item = next(item for item in items if item["id"] == str(review_id))
    assert item["office"]["number"] == order.number
    assert item["office"]["state"] == "started"
    assert "Tolv" not in str(item["office"])
    assert await fetch_value("select count(*) from access_log") == 0
