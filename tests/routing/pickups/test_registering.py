"""Asking for a return transport, and taking the question back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch, fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import Holder, hand_out_quantity
from routing.pickups import collecting
from routing.pickups.sentences import SENTENCES
from tests.app.orders.desk import Desk, row_of, status_of, today
from tests.support.builders import LONG_AGO, make_article, make_device, make_holding, make_person, make_policy
from tests.support.world import RegionWorld


async def aid(region: RegionWorld, person: UUID, **article: Any) -> tuple[UUID, UUID]:
    """A device that the person has from the prescriber: its id and the holding's."""
    device = await make_device(region, article_id=await make_article(region, **article), owner="Regionen")
    prescriber = region.users[Role.PRESCRIBER].id
    holding = await make_holding(
        region, device, person_id=person, prescriber_id=prescriber, customer_id=region.customer_id
    )
    return device, holding


async def by_quantity(region: RegionWorld, person: UUID, quantity: int, **article: Any) -> UUID:
    """A holding by quantity."""
    article_id = await make_article(region, individually_numbered=False, **article)
    holder = Holder(person_id=person, prescriber_id=region.users[Role.PRESCRIBER].id)
    async with unit_of_work():
        return await hand_out_quantity(region.region_id, article_id, quantity, holder, LONG_AGO, "test")


def wanted(person: UUID, *holdings: UUID, **more: Any) -> dict[str, Any]:
    lines = [{"holding_id": str(holding)} for holding in holdings]
    return {"reason": "need_ended", "recipient": {"person_id": str(person)}, "lines": lines, **more}


async def test_several_aids_on_one_order_with_owner_and_charging(desk: Desk) -> None:
    """R-247, R-249, R-252, R-253, R-256."""
    person = await make_person(desk.north)
    device, holding = await aid(desk.north, person, charging="sale_with_return")
    plain = await by_quantity(desk.north, person, 4)
    order = await desk.pickup(
        Role.PRESCRIBER, **wanted(person, holding, plain, wanted_on=today(2), info="Bara eftermiddagar.")
    )
    row = await row_of("pickup_order", order["id"])
    assert (row["state"], row["kind"], row["reason"]) == ("registered", "normal", "need_ended")
    assert (row["street"], row["entry_code"], row["info"]) == ("Tolvgatan 12", "1212", "Bara eftermiddagar.")
    assert (row["customer_id"], row["prescriber_id"], str(row["wanted_on"])) == (
        desk.north.customer_id,
        desk.north.users[Role.PRESCRIBER].id,
        today(2),
    )
    lines = await fetch(
        "select device_id, quantity, owner, charging, state from pickup_line where pickup_order_id = $1"
        " order by position",
        order["id"],
    )
    assert [tuple(line) for line in lines] == [
        (device, 1, "Regionen", "sale_with_return", "requested"),
        (None, 4, "", "rent", "requested"),
    ]
    assert await status_of(device) == "pickup_requested"
    assert await fetch_value("select kind from order_number where number = $1", order["number"]) == "pickup_order"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 255, True),
        ("x" * 256, False),
        ("😀" * 255, True),
        ("😀" * 256, False),
        ("å" * 254 + "😀", True),
        ("👩‍🦽" * 85, True),
        ("👩‍🦽" * 85 + "!", False),
    ],
)
async def test_the_information_is_at_most_255_characters_and_never_cut(desk: Desk, text: str, fits: bool) -> None:
    """R-250: code points, as printed; what is longer is refused whole."""
    person = await make_person(desk.north)
    _, holding = await aid(desk.north, person)
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    answer = await desk.send(browser, "pickup_order.register", wanted(person, holding, info=text))
    if fits:
        assert answer.status_code == 200
        assert await fetch_value("select info from pickup_order") == text
    else:
        assert answer.json()["code"] == "pickup.info_too_long"
        assert f"är {len(text)} tecken och får vara högst 255" in answer.json()["detail"]
        assert await fetch_value("select count(*) from pickup_order") == 0


async def test_a_longer_limit_is_a_regions_own(desk: Desk) -> None:
    await make_policy(desk.north, pickup_text_limit=400)
    person = await make_person(desk.north)
    _, holding = await aid(desk.north, person)
    await desk.pickup(**wanted(person, holding, info="x" * 400))


@pytest.mark.parametrize(
    ("article", "code"),
    [
        ({"vision_aid": True}, "pickup.vision_aid"),
        ({"kind": "consumable"}, "pickup.consumable"),
        ({"kind": "consumable", "vision_aid": True}, "pickup.vision_aid"),
    ],
)
async def test_vision_aids_and_consumables_are_refused_whole(desk: Desk, article: dict[str, Any], code: str) -> None:
    """R-248, R-264: nothing of the order is stored, not the good lines either."""
    person = await make_person(desk.north)
    good, holding = await aid(desk.north, person)
    bad = await by_quantity(desk.north, person, 2, name="Läslupp", **article)
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    answer = await desk.send(browser, "pickup_order.register", wanted(person, holding, bad))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["detail"].startswith("Läslupp är ")
    assert await fetch_value("select count(*) from pickup_line") == 0
    assert await status_of(good) == "with_holder"


async def test_every_other_refusal(desk: Desk) -> None:
    person = await make_person(desk.north)
    _, holding = await aid(desk.north, person)
    plain = await by_quantity(desk.north, person, 2)
    bare = await make_person(desk.north, personal_number="191212121213", street="", town="")
    _, bare_holding = await aid(desk.north, bare)
    _, foreign = await aid(desk.south, await make_person(desk.south))
    ended = await by_quantity(desk.north, person, 1)
    await execute("update holding set ends_at = now() where id = $1", ended)
    annulled = await by_quantity(desk.north, person, 1)
    await execute("update holding set ends_at = starts_at where id = $1", annulled)
    await desk.pickup(**wanted(person, await by_quantity(desk.north, person, 3)))
    asked: UUID = await fetch_value("select holding_id from pickup_line")
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    cases = {
        "pickup.recipient_needed": [wanted(person, holding, recipient={})],
        "pickup.recipient_unknown": [wanted(new_id(), holding)],
        "pickup.holding_unknown": [
            wanted(person, other) for other in (new_id(), foreign, bare_holding, ended, annulled)
        ],
        "pickup.holding_twice": [wanted(person, holding, holding)],
        "pickup.quantity": [wanted(person, lines=[{"holding_id": str(plain), "quantity": 3}])],
        "pickup.asked_for_already": [wanted(person, asked)],
        "pickup.wanted_past": [wanted(person, holding, wanted_on=today(-1))],
        "pickup.address_needed": [wanted(bare, bare_holding)],
    }
    for code, bodies in cases.items():
        for body in bodies:
            answer = await desk.send(browser, "pickup_order.register", body)
            assert (answer.status_code, answer.json()["code"]) == (409, code), body
            assert answer.json()["detail"].startswith(SENTENCES[code][0].split("{")[0])
    executing = await desk.send(
        browser, "pickup_order.register", wanted(person, holding, reason="returned_not_deregistered")
    )
    assert executing.status_code == 400, "the executing return is a later matter (R-258)"
    assert await fetch_value("select count(*) from pickup_order") == 1


async def test_a_prescriber_asks_for_own_patients_only(desk: Desk) -> None:
    """SR-05: an aid that somebody else prescribed is as unknown as none."""
    person = await make_person(desk.north)
    _, own = await aid(desk.north, person)
    device = await make_device(desk.north)
    others = await make_holding(desk.north, device, person_id=person, prescriber_id=desk.north.other_prescriber.id)
    browser = await desk.as_role(Role.PRESCRIBER)
    answers = [
        await desk.send(browser, "pickup_order.register", wanted(person, holding)) for holding in (others, new_id())
    ]
    assert [answer.json() for answer in answers] == [answers[0].json()] * 2
    assert answers[0].json()["code"] == "pickup.holding_unknown"
    assert (await desk.send(browser, "pickup_order.register", wanted(person, own))).status_code == 200
    stranger = await desk.browser(desk.north.other_prescriber)
    refused = await desk.send(stranger, "pickup_order.register", wanted(await make_person(desk.south), own))
    assert refused.json()["code"] == "pickup.recipient_unknown"


async def cancel(desk: Desk, role: Role, order: dict[str, Any]) -> Any:
    return await desk.send(await desk.as_role(role), "pickup_order.cancel", {"reason": "wrong"}, order["id"])


async def test_where_policy_says_so_only_customer_service_cancels(desk: Desk) -> None:
    """R-156; the aids are with the recipient as before and can be asked for again."""
    person = await make_person(desk.north)
    device, holding = await aid(desk.north, person)
    order = await desk.pickup(Role.PRESCRIBER, **wanted(person, holding))
    assert (await cancel(desk, Role.PRESCRIBER, order)).json()["code"] == "pickup.cancel_by_customer_service"
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).status_code == 200
    row = await row_of("pickup_order", order["id"])
    assert (row["state"], row["cancel_reason"]) == ("cancelled", "wrong")
    assert await status_of(device) == "with_holder"
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).json()["code"] == "pickup.cancelled"
    await desk.pickup(Role.PRESCRIBER, **wanted(person, holding))


async def test_elsewhere_the_orderer_may_until_it_is_planned(desk: Desk) -> None:
    await make_policy(desk.north, cancel_pickup_by="orderer_until_processing")
    person = await make_person(desk.north)
    _, holding = await aid(desk.north, person)
    order = await desk.pickup(Role.PRESCRIBER, **wanted(person, holding))
    browser = await desk.as_role(Role.PRESCRIBER)
    assert (await browser.get(f"/api/pickup-orders/{order['number']}")).json()["can_cancel"] is True
    async with unit_of_work():
        await collecting.mark_planned(order["lines"])
    assert (await cancel(desk, Role.PRESCRIBER, order)).json()["code"] == "pickup.begun"
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).json()["code"] == "pickup.on_round"
    async with unit_of_work():
        await collecting.mark_unplanned(order["lines"])
    assert (await cancel(desk, Role.PRESCRIBER, order)).status_code == 200
