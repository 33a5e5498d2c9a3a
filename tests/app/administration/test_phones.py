"""Lost phones and phones to be wiped (SR-14): shut out at the next request, and no finished work is thrown away."""

from __future__ import annotations

from uuid import uuid4

from app.database import execute, fetch_value
from app.identity.actor import Role
from tests.app.administration.conftest import Office, send
from tests.support.phone import Phone


async def a_phone(office: Office) -> Phone:
    """The driver's."""
    return await Phone.register(await office.browser(office.world.north.users[Role.DRIVER]))


async def test_the_list_tells_whose_and_when_and_only_the_own_regions(office: Office) -> None:
    phone = await a_phone(office)
    await Phone.register(await office.browser(office.world.south.users[Role.DRIVER]))
    items = (await office.admin.get("/api/phones")).json()["items"]
    assert [item["id"] for item in items] == [str(phone.device)]
    assert items[0]["user"] == {
        "id": str(office.world.north.users[Role.DRIVER].id),
        "name": "Test driver.norr",
        "active": True,
    }
    assert items[0]["state"] == "active"
    assert items[0]["last_seq"] == 0
    assert (await office.admin.get("/api/phones?q=driver")).json()["items"] == items
    assert (await office.admin.get("/api/phones?q=planner")).json()["items"] == []
    assert (await office.admin.get("/api/phones?state=lost")).json()["items"] == []
    second = await Phone.register(await office.browser(office.world.north.users[Role.PLANNER]))
    page = (await office.admin.get("/api/phones?limit=1")).json()
    assert [item["id"] for item in page["items"]] == [str(second.device)], "the latest seen first"
    rest = (await office.admin.get(f"/api/phones?limit=1&cursor={page['next_cursor']}")).json()
    assert [item["id"] for item in rest["items"]] == [str(phone.device)]
    assert rest["next_cursor"] is None


async def test_a_lost_phone_is_out_and_its_work_is_put_aside(office: Office) -> None:
    phone = await a_phone(office)
    await execute(
        "insert into push_subscription (id, region_id, user_id, endpoint, p256dh, auth)"
        " values ($1, $2, $3, 'https://fcm.googleapis.com/x', 'k', 'a')",
        uuid4(),
        office.world.north.region_id,
        office.world.north.users[Role.DRIVER].id,
    )
    unsent = phone.record("message.read", {"message_ids": [str(uuid4())]})
    assert (await send(office.admin, "phone.revoke", phone.device, kind="lost")).status_code == 200
    assert (await phone.browser.get("/api/session")).status_code == 401
    assert await fetch_value("select dropped_at from push_subscription") is not None
    await phone.push_once()
    assert phone.verdicts[unsent]["verdict"] == "quarantined"
    assert phone.verdicts[unsent]["code"] == "sync.phone_lost"
    assert (await office.admin.get("/api/phones?state=lost")).json()["items"][0]["last_seq"] == 1

    assert (await send(office.admin, "phone.restore", phone.device)).status_code == 200
    later = phone.record("message.read", {"message_ids": [str(uuid4())]})
    await phone.push_once()
    assert phone.verdicts[later]["verdict"] == "applied"
    assert (await phone.browser.get("/api/session")).status_code == 401, "a new sign-in is needed"


async def test_a_phone_to_be_wiped_delivers_as_usual(office: Office) -> None:
    phone = await a_phone(office)
    unsent = phone.record("message.read", {"message_ids": [str(uuid4())]})
    assert (await send(office.admin, "phone.revoke", phone.device, kind="wipe")).status_code == 200
    await phone.push_once()
    assert phone.verdicts[unsent]["verdict"] == "applied"
    assert (await office.admin.get("/api/phones")).json()["items"][0]["state"] == "wipe"


async def test_another_regions_phone_is_as_unknown_as_none(office: Office) -> None:
    foreign = await Phone.register(await office.browser(office.world.south.users[Role.DRIVER]))
    for name, args in (("phone.revoke", {"kind": "lost"}), ("phone.restore", {})):
        answers = [await send(office.admin, name, target, **args) for target in (foreign.device, uuid4())]
        assert answers[0].status_code == 404
        assert answers[0].json() == answers[1].json()
    assert await fetch_value("select state from sync_device where id = $1", foreign.device) == "active"
