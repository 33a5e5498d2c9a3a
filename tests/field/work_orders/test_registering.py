"""work_order.register: the number, the subject that follows the device, and every refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.database import fetch_value, new_id
from app.identity.actor import Role
from tests.field.work_orders.shop import Shop
from tests.support.builders import (
    make_article,
    make_device,
    make_holding,
    make_person,
    make_policy,
    make_work_order,
    order_row,
)


def args(**values: Any) -> dict[str, Any]:
    return {
        "device_number": "104901",
        "type": "corrective",
        "fault_text": "Bromsen tar inte.",
        "proposed_priority": 1,
        "proposed_place": "at_holder",
        **values,
    }


async def held_device(shop: Shop, **columns: Any) -> UUID:
    """Device 104901 with the test person, prescribed by north's prescriber for its customer."""
    device = await make_device(shop.north, number="104901", **columns)
    await make_holding(
        shop.north,
        device,
        person_id=await make_person(shop.north),
        customer_id=shop.north.customer_id,
        prescriber_id=shop.north.users[Role.PRESCRIBER].id,
    )
    return device


async def register(
    shop: Shop, values: dict[str, Any], *, by: httpx.AsyncClient | None = None, order_id: UUID | None = None
) -> httpx.Response:
    return await shop.send(by or await shop.office(), "work_order.register", values, order_id or new_id())


async def test_person_customer_and_prescriber_follow_the_device(shop: Shop) -> None:
    device = await held_device(shop)
    order_id = new_id()
    answer = await register(shop, args(), order_id=order_id)
    row = await order_row(order_id)
    assert answer.json()["result"]["number"] == row["number"]
    assert row["number"].startswith(f"{datetime.now(UTC).year % 100}")
    assert len(row["number"]) == 8
    assert (row["device_id"], row["customer_id"]) == (device, shop.north.customer_id)
    assert row["prescriber_id"] == shop.north.users[Role.PRESCRIBER].id
    assert row["person_id"] is not None
    assert (row["contact_name"], row["street"], row["entry_code"]) == ("Tolvan Testdata", "Tolvgatan 12", "1212")
    assert row["team_id"] == shop.north.teams[0], "the author's own department when the customer has none (R-198)"


async def test_a_given_contact_is_kept_as_given(shop: Shop) -> None:
    await held_device(shop)
    order_id = new_id()
    contact = {"name": "Grannen", "street": "Tolvgatan 14", "town": "Boden"}
    await register(shop, args(contact=contact), order_id=order_id)
    row = await order_row(order_id)
    assert (row["contact_name"], row["street"], row["town"], row["entry_code"]) == (
        "Grannen",
        "Tolvgatan 14",
        "Boden",
        "",
    )


async def test_the_promises_are_set_by_the_proposed_priority(shop: Shop) -> None:
    await held_device(shop)
    order_id = new_id()
    await register(shop, args(proposed_priority=4, proposed_basic_need="toilet"), order_id=order_id)
    row = await order_row(order_id)
    assert (row["done_due"] - row["registered_at"]).total_seconds() == 24 * 3600
    assert row["start_due"] is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"proposed_priority": 4}, "work_order.basic_need"),
        ({"fault_text": "   "}, "work_order.fault_text_empty"),
        ({"device_number": "999999"}, "work_order.device_unknown"),
        ({"device_number": None}, "work_order.device_or_article"),
        ({"device_number": None, "article_number": "77777"}, "work_order.article_unknown"),
        ({"holder": {"party_number": "5001"}}, "work_order.holder_from_device"),
        ({"proposed_team_id": str(UUID(int=1))}, "work_order.team_unknown"),
        ({"follows": str(UUID(int=1))}, "work_order.follows_unknown"),
    ],
)
async def test_refusals(shop: Shop, values: dict[str, Any], code: str) -> None:
    await held_device(shop)
    order_id = new_id()
    answer = await register(shop, args(**values), order_id=order_id)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["detail"]
    assert await fetch_value("select count(*) from work_order") == 0
    assert await fetch_value("select count(*) from order_number") == 0, "a refused order uses no number"


async def test_fault_text_is_counted_in_code_points_and_never_cut(shop: Shop) -> None:
    """R-199: 250 characters here; å and emoji are one each (SR-25: 249, 250 and 251)."""
    await held_device(shop)
    for length, status in ((249, 200), (250, 200), (251, 409)):
        order_id = new_id()
        text = ("å🙂" * 200)[:length]
        answer = await register(shop, args(fault_text=text), order_id=order_id)
        assert answer.status_code == status
        if status == 200:
            assert (await order_row(order_id))["fault_text"] == text
        else:
            assert answer.json()["code"] == "work_order.fault_text_too_long"
            assert "251" in answer.json()["detail"]


async def test_too_long_a_text_from_the_field_is_recorded_and_kept_in_the_payload(shop: Shop) -> None:
    await held_device(shop)
    phone = await shop.phone(shop.technician)
    text = "x" * 251
    command = phone.record("work_order.register", args(fault_text=text), aggregate=new_id())
    await phone.sync()
    assert (phone.verdicts[command]["verdict"], phone.verdicts[command]["code"]) == (
        "recorded",
        "work_order.fault_text_too_long",
    )
    payload = await fetch_value("select payload_raw from command_log where id = $1", command)
    assert text.encode() in payload


async def test_a_region_without_that_limit_takes_the_longer_text(shop: Shop) -> None:
    await make_policy(shop.north, fault_text_limit=2000)
    await held_device(shop)
    assert (await register(shop, args(fault_text="x" * 2000))).status_code == 200
    assert (await register(shop, args(fault_text="x" * 2001))).status_code == 400


async def test_a_region_has_a_scale_of_its_own(shop: Shop) -> None:
    """R-187 to R-192: what the region does not use is neither proposed nor assessed."""
    await make_policy(shop.north, priorities=(1, 3), clocks={})
    await held_device(shop)
    order_id = new_id()
    assert (await register(shop, args(proposed_priority=2))).json()["code"] == "work_order.priority_unknown"
    assert (await register(shop, args(proposed_priority=3), order_id=order_id)).status_code == 200
    wrong = {"priority": 2, "place": "at_centre"}
    answer = await shop.send(await shop.office(), "work_order.assess", wrong, order_id)
    assert answer.json()["code"] == "work_order.priority_unknown"


async def test_an_order_for_an_article_needs_a_holder(shop: Shop) -> None:
    await make_article(shop.north, number="38415", individually_numbered=False)
    plain = args(device_number=None, article_number="38415")
    assert (await register(shop, plain)).json()["code"] == "work_order.holder_needed"
    order_id = new_id()
    answer = await register(shop, {**plain, "holder": {"party_number": "5001"}, "quantity": 3}, order_id=order_id)
    assert answer.status_code == 200, answer.text
    row = await order_row(order_id)
    assert (row["party_id"], row["quantity"], row["device_id"]) == (shop.north.care_unit_id, 3, None)


async def test_an_individually_numbered_article_needs_its_number(shop: Shop) -> None:
    """R-195."""
    await make_article(shop.north, number="38415")
    answer = await register(shop, args(device_number=None, article_number="38415", holder={"party_number": "5001"}))
    assert answer.json()["code"] == "work_order.device_number_needed"


async def test_an_article_for_the_centre_only_is_not_mended_at_home(shop: Shop) -> None:
    """R-211."""
    article = await make_article(shop.north, site_restriction="centre_or_prescriber")
    await held_device(shop, article_id=article)
    assert (await register(shop, args())).json()["code"] == "work_order.site_restricted"
    assert (await register(shop, args(proposed_place="at_centre"))).status_code == 200


async def test_a_prescriber_orders_for_own_patients_only(shop: Shop) -> None:
    await held_device(shop)
    own = await shop.office(Role.PRESCRIBER)
    stranger = await shop.browser(shop.north.other_prescriber)
    assert (await register(shop, args(), by=own)).status_code == 200
    refused = await register(shop, args(), by=stranger)
    assert (refused.status_code, refused.json()["code"]) == (409, "work_order.device_unknown"), (
        "as one that is not there"
    )


async def test_another_regions_device_does_not_exist(shop: Shop) -> None:
    await make_device(shop.south, number="104901")
    assert (await register(shop, args())).json()["code"] == "work_order.device_unknown"


async def test_the_same_id_twice_is_one_order(shop: Shop) -> None:
    await held_device(shop)
    order_id = new_id()
    await register(shop, args(), order_id=order_id)
    again = await register(shop, args(fault_text="Något annat"), order_id=order_id)
    assert again.json()["code"] == "work_order.id_taken"
    assert (await order_row(order_id))["fault_text"] == "Bromsen tar inte."


async def test_unknown_and_read_only_fields_are_refused(shop: Shop) -> None:
    """SR-25: nobody sets a state, an author or an assessment by registering."""
    await held_device(shop)
    for name in ("state", "registered_by", "assessed_priority", "registered_at", "number"):
        answer = await register(shop, args(**{name: "1"}))
        assert answer.status_code == 400, name


async def test_a_follow_up_names_the_order_it_follows(shop: Shop) -> None:
    device = await held_device(shop)
    first = await make_work_order(shop.north, device_id=device, state="cancelled", cancel_reason="no_contact")
    order_id = new_id()
    number = (await register(shop, args(follows=str(first.id)), order_id=order_id)).json()["result"]["number"]
    detail = (await (await shop.office()).get(f"/api/work-orders/{number}")).json()
    assert detail["follows_number"] == first.number
