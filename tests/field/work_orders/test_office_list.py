"""The office's list: filters, pages by key, what is late, and the plan behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.database import execute, fetch
from app.identity.actor import Role
from field.work_orders.office import BadCursorError, read_cursor
from tests.field.work_orders.shop import Shop
from tests.support.builders import make_device, make_work_order

START = datetime(2026, 6, 18, 10, 0, tzinfo=UTC)


async def test_pages_follow_each_other_without_gap_or_double(shop: Shop) -> None:
    device = await make_device(shop.north)
    # Three share a time, so that the second part of the key decides too.
    times = [START + timedelta(minutes=minute // 3) for minute in range(9)]
    made = {(await make_work_order(shop.north, device_id=device, registered_at=at)).number for at in times}
    planner = await shop.office()
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await planner.get("/api/work-orders", params={"limit": 2, "cursor": cursor})).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 9
    assert set(seen) == made
    again = (await planner.get("/api/work-orders")).json()
    assert [item["number"] for item in again["items"]] == seen
    assert again["next_cursor"] is None


async def test_filters(shop: Shop) -> None:
    device = await make_device(shop.north)
    mine = await make_work_order(shop.north, device_id=device, assigned_to=shop.technician.id)
    other = await make_work_order(shop.north, device_id=device, team_id=shop.north.teams[1])
    closed = await make_work_order(shop.north, device_id=device, state="closed", closed_at=START)
    planner = await shop.office()

    async def numbers(query: str) -> set[str]:
        answer = await planner.get(f"/api/work-orders?{query}")
        assert answer.status_code == 200, answer.text
        return {item["number"] for item in answer.json()["items"]}

    assert await numbers("") == {mine.number, other.number}
    assert await numbers("state=closed") == {closed.number}
    assert await numbers("state=all") == {mine.number, other.number, closed.number}
    assert await numbers(f"team={shop.north.teams[1]}") == {other.number}
    assert await numbers(f"assigned={shop.technician.id}") == {mine.number}
    assert await numbers(f"q={mine.number}") == {mine.number}
    assert await numbers(f"state=all&q={mine.number[:7]}") == {mine.number, other.number, closed.number}
    assert await numbers("q=99") == set()
    for wrong in ("state=lost", "limit=101", "cursor=!!", "q=12a", "team=1"):
        assert (await planner.get(f"/api/work-orders?{wrong}")).status_code == 400, wrong


async def test_each_role_lists_its_own(shop: Shop) -> None:
    device = await make_device(shop.north)
    own = await make_work_order(shop.north, device_id=device, prescriber_id=shop.north.users[Role.PRESCRIBER].id)
    other = await make_work_order(shop.north, device_id=device, team_id=shop.north.teams[1])

    async def numbers(role: Role) -> set[str]:
        answer = await (await shop.office(role)).get("/api/work-orders")
        return {item["number"] for item in answer.json()["items"]} if answer.status_code == 200 else set()

    assert await numbers(Role.CUSTOMER_SERVICE) == {own.number, other.number}
    assert await numbers(Role.TECHNICIAN) == {own.number}
    assert await numbers(Role.PRESCRIBER) == {own.number}
    assert await numbers(Role.DRIVER) == set()


async def test_late_is_an_unkept_promise(shop: Shop) -> None:
    device = await make_device(shop.north)
    past, ahead = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    late = await make_work_order(shop.north, device_id=device, start_due=past)
    kept = await make_work_order(
        shop.north, device_id=device, state="started", start_due=past, started_at=past - timedelta(hours=1)
    )
    to_come = await make_work_order(shop.north, device_id=device, done_due=ahead)
    items = (await (await shop.office()).get("/api/work-orders")).json()["items"]
    assert {item["number"]: item["late"] for item in items} == {
        late.number: True,
        kept.number: False,
        to_come.number: False,
    }


async def test_the_history_tells_what_became_of_each_command_in_the_readers_language(shop: Shop) -> None:
    order = await make_work_order(shop.north, assigned_to=shop.technician.id)
    phone = await shop.phone(shop.technician)
    await shop.push(phone, "work_order.resume", {}, order.id)
    planner = shop.north.users[Role.PLANNER]
    url = f"/api/work-orders/{order.number}"
    history = (await (await shop.browser(planner)).get(url)).json()["history"]
    assert [(line["type"], line["verdict"], line["code"]) for line in history] == [
        ("work_order.resume", "recorded", "work_order.not_waiting")
    ]
    assert "väntar inte" in history[0]["text"]
    await execute("update user_account set language = 'en' where id = $1", planner.id)
    history = (await (await shop.browser(planner)).get(url)).json()["history"]
    assert "not waiting" in history[0]["text"]


async def test_the_first_page_reads_an_index_and_sorts_nothing(shop: Shop) -> None:
    device = await make_device(shop.north)
    await make_work_order(shop.north, device_id=device)
    await execute(
        "insert into work_order (id, region_id, number, type, state, article_id, fault_text, proposed_priority,"
        " proposed_place, registered_at) select gen_random_uuid(), w.region_id, (20000000 + i)::text, w.type, w.state,"
        " w.article_id, w.fault_text, 1, 'at_holder', w.registered_at - i * interval '1 minute'"
        " from work_order w, generate_series(1, 20000) i"
    )
    await execute("analyze work_order")
    plan = await fetch(
        "explain select w.id from work_order w where w.region_id = $1 and w.state not in ('closed', 'cancelled')"
        " order by w.registered_at desc, w.id limit 51",
        shop.north.region_id,
    )
    text = "\n".join(row[0] for row in plan)
    assert "work_order_region" in text
    assert "Sort" not in text
    answer = await (await shop.office()).get("/api/work-orders?limit=100")
    assert len(answer.json()["items"]) == 100


@pytest.mark.parametrize("text", ["", "abc", "MjAyNg==", "MjAyNi0wNi0xOCB4", "MjAyNi0wNi0xOFQxMDowMDowMCAwMDAw"])
def test_a_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursorError):
        read_cursor(text)
