"""A store is counted by scanning without a network, sent, and its differences put right (R-180)."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.e2e.accessibility import Inspector
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import Faults, sign_in, wait_for_worker

STORE = "Lokalförråd 2 (testdata)"


async def _scan(page: Page, number: str) -> None:
    """As a hand scanner does: the digits in a burst, then Enter; at once, however busy this machine is."""
    await page.evaluate(
        "(number) => [...number, 'Enter'].forEach((key) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))",
        number,
    )


async def test_a_store_is_counted_offline_and_put_right(server: DemoServer, phone: Opened) -> None:
    context = await phone(reduced_motion="reduce")
    faults, inspector = Faults(), Inspector()
    page = faults.watch(await sign_in(context, "lager", path="/count"))
    await page.get_by_role("button", name=STORE).tap()
    await expect(page.get_by_text("0 av 6 väntade")).to_be_visible()
    await wait_for_worker(page)
    await context.set_offline(True)

    said = page.get_by_role("alert")
    await _scan(page, "300301")
    question = page.get_by_role("dialog", name="Är det 300301?")
    await expect(question).to_be_visible()
    await inspector.look(page, "fråga om numret")
    await page.get_by_role("button", name="Ja, det är 300301").tap()
    await expect(said).to_contain_text("300301 hör hit.")
    number = page.get_by_role("textbox", name="Skriv numret")
    for typed, answer in (
        ("300302", "300302 hör hit."),
        ("300302", "300302 är redan skannad."),
        ("300311", "300311 hör till"),
        ("309998", "309998 finns inte i regionen."),
    ):
        await number.fill(typed)
        await page.get_by_role("button", name="Lägg till").tap()
        await expect(said).to_contain_text(answer)
    await page.get_by_role("button", name="Ta bort 309998").tap()
    await expect(page.get_by_text("2 av 6 väntade")).to_be_visible()
    await inspector.look(page, "inventera", field=False)
    await photograph(page, "inventera")

    # The battery dies: nothing of it is lost.
    await page.reload()
    await expect(page.get_by_text("2 av 6 väntade")).to_be_visible()
    await page.get_by_role("button", name="Visa skillnader").tap()
    await expect(page.get_by_role("heading", name="Saknas: 4")).to_be_visible()
    await expect(page.get_by_role("heading", name="Hör till en annan plats: 1")).to_be_visible()
    await page.get_by_role("button", name="Spara inventeringen").tap()
    await context.set_offline(False)
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Inventering {STORE}")
    missing = page.get_by_role("listitem").filter(has_text="300305")
    await missing.get_by_role("checkbox", name="Markera som borta").check()
    await inspector.look(page, "inventering", field=False)
    await page.get_by_role("button", name="Rätta 1 skillnad").tap()
    await page.get_by_role("radio", name="Letad efter och inte hittad").check(force=True)
    await page.get_by_role("button", name="Rätta", exact=True).tap()
    await expect(missing).to_contain_text("Borta, Lars Testlager")
    await photograph(page, "inventering")
    rows = await server.rows("select status from device where number = '300305' and status = 'lost'")
    assert len(rows) == 1, "in one region of two"
    assert not inspector.faults, "\n".join(inspector.faults)
    assert [line for line in faults.seen if "404" not in line and "ERR_INTERNET" not in line] == []
