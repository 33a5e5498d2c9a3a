"""The office, thin: the same app on a wide screen, and a technician's phone that sees what the office does."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import TODAY, Faults, add_time, register_order, sign_in, sync_line, wait_for_worker

CUSHION = "170098"
FAULT = "Dynan tappar luft på höger sida, den är tom efter en timme."


async def test_office_registers_assigns_and_decides(server: DemoServer, phone: Opened, desk: Opened) -> None:
    faults = Faults()
    technician = faults.watch(await sign_in(await phone(), "tekniker"))
    await expect(technician.get_by_role("heading", level=1)).to_have_text(TODAY)
    await wait_for_worker(technician)
    office = faults.watch(await sign_in(await desk(), "planerare"))
    await expect(office.get_by_role("heading", level=1)).to_have_text("Arbetsordrar")
    await expect(office.get_by_role("row").filter(has_text="15510441")).to_contain_text("Registrerad")
    await expect(sync_line(office)).to_contain_text("Allt skickat")
    await photograph(office, "arbetsordrar")

    number = await _register(server, office)
    await office.get_by_role("link", name=f"Visa {number}").click()
    await _assign(office, number, "Tea Testtekniker")
    await _correct_and_book(office, number)
    await _close_offline(technician, number)
    await _cancel(office, number)

    await technician.context.set_offline(False)
    await expect(sync_line(technician)).to_contain_text("1 sak behöver dig, se utkorgen")
    await technician.get_by_role("link", name="Utkorg").tap()
    await expect(technician.get_by_role("heading", name="Behöver dig")).to_be_visible()
    review = technician.get_by_role("listitem").filter(has_text=f"Avsluta order {number}")
    await expect(review.filter(has_text="Granskas av kontoret")).to_be_visible()
    await photograph(technician, "utkorg-granskas")

    await _decide(office, number)
    await expect(technician.get_by_role("heading", name="Inget att skicka")).to_be_visible()
    await expect(sync_line(technician)).to_contain_text("Allt skickat")
    # It was done all the same, and a person has said so.
    (order,) = await server.rows(
        "select o.state, t.comment from work_order o join time_entry t on t.work_order_id = o.id where o.number = $1",
        number,
    )
    assert order == {"state": "closed", "comment": "Ny ventil."}
    assert faults.seen == []


async def _correct_and_book(page: Page, number: str) -> None:
    """What the office learns on the telephone: where the key is, and when somebody may come."""
    await page.get_by_role("button", name="Rätta").click()
    sheet = page.get_by_role("dialog", name=f"Rätta {number}")
    await sheet.get_by_role("button", name="Spara rättelsen").click()
    await expect(sheet.get_by_text("Inget är ändrat.")).to_be_visible()
    await sheet.get_by_label("Bra att veta på plats").fill("Ring på hos grannen.")
    await photograph(page, "ratta")
    await sheet.get_by_role("button", name="Spara rättelsen").click()
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_text("Ring på hos grannen.")).to_be_visible()

    await page.get_by_role("button", name="Boka besök").click()
    sheet = page.get_by_role("dialog", name=f"Boka besök för {number}")
    await sheet.get_by_label("Till").fill("08:00")
    await sheet.get_by_role("button", name="Boka", exact=True).click()
    await expect(sheet.get_by_text("det första före det andra")).to_be_visible()
    await sheet.get_by_label("Till").fill("11:30")
    await photograph(page, "boka")
    await sheet.get_by_role("button", name="Boka", exact=True).click()
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_text("Bokad", exact=True).first).to_be_visible()


async def _register(server: DemoServer, page: Page) -> str:
    """From a device whose number is half remembered; a text that is too long is refused, and never cut."""
    await page.get_by_role("link", name="Registrera").click()
    await page.get_by_label("Individnummer").fill("1700*")
    await page.get_by_role("button", name="Hämta hjälpmedlet").click()
    await page.get_by_role("button", name=CUSHION).click()
    await expect(page.get_by_text("Sittdyna Roho Quadtro Select hög 39,5x43")).to_be_visible()
    await expect(page.get_by_text("Hos Testare Tolvansson")).to_be_visible()

    fault = page.get_by_label("Felbeskrivning")
    await fault.fill("å" * 251)
    # Something is looked up meanwhile; what was typed is there afterwards, and nowhere on the disk.
    await page.get_by_role("link", name="Sök", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sök")
    await page.get_by_role("link", name="Order", exact=True).click()
    await page.get_by_role("link", name="Registrera").click()
    await expect(fault).to_have_value("å" * 251)
    await page.get_by_role("radio", name="Normal").check()
    await page.get_by_role("button", name="Registrera order").click()
    await expect(page.get_by_text("Texten är 1 tecken för lång. Högst 250 tecken får plats")).to_be_visible()
    await expect(page.get_by_text("Korta felbeskrivningen till högst 250 tecken.")).to_be_visible()
    await expect(fault).to_have_value("å" * 251)
    assert await server.rows("select 1 from work_order where fault_text like 'åååå%'") == []

    await fault.fill(FAULT)
    await photograph(page, "registrera")
    await page.get_by_role("button", name="Registrera order").click()
    await expect(page.get_by_role("heading", name="Ordern är registrerad")).to_be_focused()
    (order,) = await server.rows("select number, state from work_order where fault_text = $1", FAULT)
    number: str = order["number"]
    assert len(number) == 8
    await expect(page.get_by_role("button", name=f"AO-nummer: {number}")).to_be_visible()
    return number


async def _assign(page: Page, number: str, name: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Arbetsorder {number}")
    await page.get_by_role("button", name="Tilldela").click()
    dialog = page.get_by_role("dialog", name=f"Tilldela {number}")
    technicians = dialog.get_by_role("combobox", name="Tekniker", exact=True)
    option = technicians.get_by_role("option").filter(has_text=name)
    await technicians.select_option(await option.get_attribute("value"))
    await dialog.get_by_role("button", name="Tilldela").click()
    await expect(page.get_by_text(f"Ordern är tilldelad: {name}")).to_be_visible()
    await photograph(page, "order-tilldelad", documented=True)
    await expect(page.get_by_role("definition").filter(has_text=name)).to_be_visible()


async def _close_offline(page: Page, number: str) -> None:
    """The new order is offered, not pushed under the thumb; then the phone loses the network and the work is done."""
    await page.get_by_role("button", name="1 ny – visa").tap()
    await page.get_by_role("link", name=number).tap()
    await expect(page.get_by_text(FAULT)).to_be_visible()
    await page.context.set_offline(True)
    await add_time(page, "Ny ventil.")
    await page.get_by_role("link", name="Avsluta order").tap()
    await page.get_by_role("radio", name="Justerad").tap()
    await page.get_by_role("button", name="Avsluta order").tap()
    await expect(sync_line(page)).to_contain_text("1 ej skickad")


async def _cancel(page: Page, number: str) -> None:
    await page.get_by_role("button", name="Makulera …").click()
    dialog = page.get_by_role("dialog", name=f"Makulera {number}")
    await dialog.get_by_role("button", name="Makulera ordern").click()
    await expect(dialog.get_by_text("Välj en orsak.")).to_be_visible()
    await dialog.get_by_role("radio", name="Behövs inte längre").check()
    await dialog.get_by_role("button", name="Makulera ordern").click()
    await expect(page.get_by_text(f"{number} är makulerad")).to_be_visible()
    await expect(page.get_by_role("heading", name="Makulerad")).to_be_visible()
    await photograph(page, "order-makulerad")


async def _decide(page: Page, number: str) -> None:
    """Field and office said different things about one order; somebody decides, and sees both sides."""
    await page.get_by_role("link", name="Granska").click()
    review = page.locator("section").filter(has=page.get_by_role("link", name=number))
    await expect(review.get_by_text("Avsluta order")).to_be_visible()
    await expect(review.get_by_text("Tea Testtekniker, ")).to_be_visible()
    await expect(review.get_by_text("Justerad")).to_be_visible()
    await expect(review.get_by_text("Behövs inte längre")).to_be_visible()
    await photograph(page, "granska")
    await review.get_by_role("button", name="Följ upp").click()
    await expect(review.get_by_text("Skriv vad som ska följas upp.")).to_be_visible()
    await review.get_by_role("button", name="Godkänn det gjorda arbetet").click()
    await expect(review).to_have_count(0)


async def test_phone_follows_the_office(server: DemoServer, phone: Opened, desk: Opened) -> None:
    """Reassigned: gone from the first technician's day. Cancelled: said so, with the reason."""
    moved = await register_order(server, "104901", "Ingen ton i luren.")
    cancelled = await register_order(server, "157792", "Dynan är lös i sömmen.")
    faults = Faults()
    technician = faults.watch(await sign_in(await phone(), "tekniker"))
    await expect(technician.get_by_role("link", name=moved)).to_be_visible()
    await expect(technician.get_by_role("link", name=cancelled)).to_be_visible()

    office = faults.watch(await sign_in(await desk(), "kundtjanst", path=f"/office/orders/{moved}"))
    await _assign(office, moved, "Testtekniker 2")
    await expect(technician.get_by_role("link", name=moved)).to_have_count(0)

    await office.get_by_role("searchbox", name="Sök nummer (AO)").fill(cancelled)
    await office.get_by_role("link", name=cancelled).click()
    await _cancel(office, cancelled)
    await expect(technician.get_by_role("listitem").filter(has_text=cancelled)).to_contain_text("Makulerad")
    await technician.get_by_role("link", name=cancelled).tap()
    await expect(technician.get_by_text("Behövs inte längre")).to_be_visible()

    told = await server.rows(
        "select m.kind, u.username from message m join user_account u on u.id = m.recipient_id"
        " join work_order o on o.id = m.work_order_id where o.number = any($1) order by m.kind, u.username",
        [moved, cancelled],
    )
    assert {("work_order.cancelled", "forskrivare"), ("work_order.reassigned", "tekniker")} <= {
        (row["kind"], row["username"]) for row in told
    }
    assert faults.seen == []
