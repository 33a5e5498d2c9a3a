"""What the office sees of the pictures that came with the work (SR-13)."""

from __future__ import annotations

import io

from PIL import Image

from app.database import fetch_value
from app.identity.actor import Role
from tests.app.web.test_pictures import GPS, jpeg
from tests.field.work_orders.shop import Shop
from tests.support.builders import Order, close_args, make_person, make_work_order
from tests.support.phone import Phone


async def closed_with(shop: Shop, **blobs: bytes) -> tuple[Order, Phone]:
    person = await make_person(shop.north)
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, person_id=person)
    phone = await shop.phone(shop.technician)
    phone.record("work_order.close", close_args(), aggregate=order.id, blobs=blobs)
    await phone.push_once()
    return order, phone


async def test_a_picture_is_on_its_way_and_then_shown_without_metadata(shop: Shop) -> None:
    taken = jpeg()
    order, phone = await closed_with(shop, photo=taken)
    office = await shop.office()
    address = f"/api/work-orders/{order.number}/attachments"
    [item] = (await office.get(address)).json()["items"]
    assert (item["position"], item["role"], item["state"]) == (1, "photo", "pending")
    assert (await office.get(f"{address}/1")).status_code == 404
    await phone.sync()
    assert [item["state"] for item in (await office.get(address)).json()["items"]] == ["complete"]
    answer = await office.get(f"{address}/1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert Image.open(io.BytesIO(answer.content)).size == (40, 60), "upright"
    assert GPS in taken
    assert GPS not in answer.content
    assert await fetch_value("select count(*) from access_log where action = 'work_order.attachment'") == 1
    assert (await office.get(f"{address}/2")).status_code == 404


async def test_what_is_no_picture_says_so_and_harms_nobody(shop: Shop) -> None:
    order, phone = await closed_with(shop, photo=b"<script>alert(1)</script>")
    await phone.sync()
    answer = await (await shop.office()).get(f"/api/work-orders/{order.number}/attachments/1")
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment.no_picture")


async def test_who_sees_them(shop: Shop) -> None:
    order, phone = await closed_with(shop, photo=jpeg())
    await phone.sync()
    address = f"/api/work-orders/{order.number}/attachments/1"
    assert (await (await shop.browser(shop.technician)).get(address)).status_code == 200
    assert (await (await shop.office(Role.CUSTOMER_SERVICE)).get(address)).status_code == 200
    assert (await (await shop.office(Role.PRESCRIBER)).get(address)).status_code == 403
    assert (await (await shop.browser(shop.colleague)).get(address)).status_code == 404
    foreign = await shop.browser(shop.south.users[Role.PLANNER])
    assert (await foreign.get(address)).status_code == 404
