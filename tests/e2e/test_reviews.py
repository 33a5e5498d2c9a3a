"""What field and office cannot settle themselves: a person chooses values of both, lets quarantined work through, and
sees which phones need a look."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.async_api import Page, expect

from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import STOCKHOLM, Faults, register_order, sign_in
from tests.support.phone import Phone


def day(later: int) -> date:
    """A day from today on, in Sweden."""
    return datetime.now(STOCKHOLM).date() + timedelta(days=later)


async def order_of(server: DemoServer, number: str) -> dict[str, Any]:
    (row,) = await server.rows(
        "select o.id, o.rv, o.planned_on, o.state, u.username from work_order o left join user_account u"
        " on u.id = o.assigned_to where o.number = $1",
        number,
    )
    return row


async def test_values_are_chosen_work_is_let_through_and_phones_are_looked_after(
    server: DemoServer, desk: Opened, phone: Opened
) -> None:
    contested = await register_order(server, "104901", "Ingen ton i luren.")
    lost = await register_order(server, "157792", "Dynan är lös i sömmen.")
    people = {row["username"]: str(row["id"]) for row in await server.rows("select id, username from user_account")}
    async with server.signed_in("tekniker") as browser:
        technician = await Phone.register(browser)
        await technician.sync()
        before = await order_of(server, contested)
        async with server.signed_in("planerare") as office:
            # Meanwhile, at the desk: the office gives it to nobody and another day.
            body = {"technician_id": None, "team_id": None, "planned_on": str(day(2))}
            answer = await office.post(
                "/api/commands/work_order.assign",
                json={"id": str(uuid4()), "aggregate": str(before["id"]), "base_rv": before["rv"], "args": body},
            )
            assert answer.status_code == 200, answer.text
        mine = {"technician_id": people["tekniker"], "planned_on": str(day(1))}
        technician.record("work_order.assign", mine, aggregate=before["id"], base_rv=before["rv"])
        await technician.push_once()
        await server.rows("update sync_device set state = 'lost' where id = $1 returning id", technician.device)
        technician.record(
            "work_order.start", {"at": technician.now().isoformat()}, aggregate=(await order_of(server, lost))["id"]
        )
        await technician.push_once()
        await server.rows(
            "update sync_device set state = 'active', unsent = 3, unsent_since = now() - interval '30 hours',"
            " told_at = now() where id = $1 returning id",
            technician.device,
        )

    faults = Faults()
    office_page = faults.watch(await sign_in(await desk(), "planerare", path="/office/reviews"))
    await _choose(office_page, contested)
    after = await order_of(server, contested)
    assert (after["username"], after["planned_on"]) == (None, day(1))

    await _let_through(office_page, lost)
    assert (await order_of(server, lost))["state"] == "started"

    await office_page.get_by_role("link", name="Telefonernas läge").click()
    item = office_page.get_by_role("listitem").filter(has_text="Osänt arbete över ett dygn")
    await expect(item).to_contain_text("3 osända poster")
    await photograph(office_page, "telefonernas-lage")
    small = faults.watch(await sign_in(await phone(), "kundtjanst", path="/office/phones"))
    await expect(small.get_by_role("heading", level=1)).to_have_text("Telefonernas läge")
    await photograph(small, "telefonernas-lage")
    assert faults.seen == []


async def _choose(page: Page, number: str) -> None:
    """The day of one and the technician of the other."""
    review = page.locator("section").filter(has=page.get_by_role("link", name=number))
    await expect(review.get_by_role("heading", level=2)).to_contain_text("ändrade samma sak")
    await expect(review.get_by_role("row")).to_have_count(3)
    await review.get_by_role("button", name="Ta det markerade från fältet").click()
    await expect(review.get_by_text("Markera minst en uppgift")).to_be_visible()
    await review.get_by_role("row").filter(has_text="Dag").get_by_role("checkbox").check()
    await review.get_by_text("Visa allt som skickades").click()
    await expect(review.locator("details")).to_contain_text("Dag")
    await photograph(page, "granska-valj")
    await review.get_by_role("button", name="Ta det markerade från fältet").click()
    await expect(review).to_have_count(0)


async def _let_through(page: Page, number: str) -> None:
    review = page.locator("section").filter(has=page.get_by_role("link", name=number))
    await expect(review.get_by_role("heading", level=2)).to_contain_text("borttappad")
    await photograph(page, "granska-karantan")
    await review.get_by_role("button", name="Godkänn arbetet").click()
    await expect(review).to_have_count(0)
