"""The administrator's road: a colleague is invited, gets a start password that is told once, and signs in with it."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.e2e.accessibility import Inspector
from tests.e2e.browser import open_page
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import TODAY, Faults, fill_sign_in, sign_in, sync_line

NAME = "nils.provare"
OWN = "fyra glada ekorrar hoppar"


async def test_a_colleague_is_invited_and_signs_in(server: DemoServer, desk: Opened, phone: Opened) -> None:
    faults, inspector = Faults(), Inspector()
    office = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "admin", path="/admin/users"))
    await office.get_by_role("button", name="Ny användare").click()
    sheet = office.get_by_role("dialog", name="Ny användare")
    await sheet.get_by_label("Namn", exact=True).fill("Nils Provare")
    await sheet.get_by_label("Användarnamn").fill(NAME)
    await sheet.get_by_label("Roll").select_option(label="Tekniker")
    await sheet.get_by_label("Avdelning").select_option(label="Hjälpmedelstekniker Boden")
    await inspector.look(office, "ny användare", field=False)
    await sheet.get_by_role("button", name="Lägg till och visa startlösenord").click()
    told = office.get_by_role("dialog").filter(has_text=re.compile(r"\w{4}-\w{4}-\w{4}"))
    await expect(told).to_be_visible()
    found = re.search(r"\w{4}-\w{4}-\w{4}", await told.inner_text())
    assert found is not None
    start_password = found[0]
    await photograph(office, "startlosenord")
    await told.get_by_role("button", name="Klart").click()
    await expect(office.get_by_text(start_password)).to_have_count(0)

    page = faults.watch(await open_page(await phone(reduced_motion="reduce")))
    await page.goto("/")
    await fill_sign_in(page, NAME, start_password)
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Välj ett eget lösenord")
    await inspector.look(page, "eget lösenord")
    await photograph(page, "eget-losenord")
    field = page.get_by_label("Nytt lösenord")
    await field.fill("kort")
    await page.get_by_role("button", name="Spara och börja").tap()
    await expect(page.get_by_role("alert").filter(has_text=re.compile("."))).to_be_visible()
    # After a reload nobody knows the start password but the one who got it.
    await page.reload()
    await page.get_by_label("Startlösenord").fill(start_password)
    await field.fill(OWN)
    await page.get_by_role("button", name="Spara och börja").tap()
    await expect(heading).to_have_text(TODAY)
    await expect(sync_line(page)).to_contain_text("Allt skickat")

    again = await open_page(await phone())
    await again.goto("/")
    await fill_sign_in(again, NAME, start_password)
    await expect(again.get_by_role("alert").filter(has_text=re.compile("."))).to_be_visible()
    await fill_sign_in(again, NAME, OWN)
    await expect(again.get_by_role("heading", level=1)).to_have_text(TODAY)
    assert faults.seen == []
    assert inspector.faults == []
