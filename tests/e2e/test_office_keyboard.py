"""The office's day without a mouse: look somebody up, order work, a delivery and a pick-up; the warehouse picks."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import Faults, sign_in

TESTER = "191212121212"
FAULT = "Ryggstödet går inte att fälla, spaken är lös."
_FARTHEST = 90
"""Steps with the Tab key from one end of a screen to the other, and then some."""

#: A radio button's label shows it.
_SHOWS_FOCUS = """(element) => [element, ...(element.labels ?? [])].some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
})"""


async def reach(page: Page, target: Locator) -> None:
    """Go to a control with the Tab key alone, and see that the focus shows there."""
    await expect(target).to_be_visible()
    for _ in range(_FARTHEST):
        if await target.evaluate("(element) => element === document.activeElement"):
            outline = await target.evaluate(_SHOWS_FOCUS)
            assert outline, f"the focus cannot be seen on {target}"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {target}")


async def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach a control and use it."""
    await reach(page, target)
    await page.keyboard.press(key)


async def test_customer_service_works_without_a_mouse(server: DemoServer, desk: Opened) -> None:
    faults = Faults()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "kundtjanst"))
    await press(page, page.get_by_role("link", name="Sök", exact=True))
    await _recipient(page)
    await _work_order(server, page)
    await _delivery(server, page)
    await _pickup(server, page)
    assert faults.seen == []


async def _recipient(page: Page) -> None:
    """By personal number, which goes into no address and no history."""
    box = page.get_by_role("searchbox", name="Nummer, personnummer, namn")
    await expect(box).to_be_focused()
    await page.keyboard.type(TESTER)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Mottagare")
    await expect(page.get_by_role("main").get_by_text("Tolvansson").first).to_be_visible()
    assert TESTER not in page.url
    await photograph(page, "mottagare")


async def _work_order(server: DemoServer, page: Page) -> None:
    """From one of the aids that the recipient has: device, contact and place are filled in already."""
    await press(page, page.get_by_role("button", name="Arbetsorder på").first)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Registrera arbetsorder")
    await reach(page, page.get_by_label("Felbeskrivning"))
    await page.keyboard.type(FAULT)
    await press(page, page.get_by_role("radio", name="Normal"), "Space")
    await press(page, page.get_by_role("button", name="Registrera order"))
    await expect(page.get_by_role("heading", name="Ordern är registrerad")).to_be_focused()
    (order,) = await server.rows(
        "select w.state, w.street, p.personal_number from work_order w join person p on p.id = w.person_id"
        " where w.fault_text = $1",
        FAULT,
    )
    assert (order["state"], order["personal_number"]) == ("registered", TESTER)
    assert order["street"] != ""


async def _delivery(server: DemoServer, page: Page) -> None:
    """One more of what the recipient has, to where it is ordered from; the warehouse chooses which (R-073)."""
    await _back_to_recipient(page)
    await press(page, page.get_by_role("button", name="Beställ ").first)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ny leverans")
    await press(page, page.get_by_role("button", name="Registrera leverans"))
    await expect(page.get_by_role("heading", name="Leveransen är registrerad")).to_be_visible()
    (order,) = await server.rows(
        "select o.state, o.kind from customer_order o join user_account u on u.id = o.registered_by"
        " where u.username = 'kundtjanst'"
    )
    assert (order["state"], order["kind"]) == ("registered", "prescription")


async def _pickup(server: DemoServer, page: Page) -> None:
    """Ticked with one key, made into an order with another."""
    await _back_to_recipient(page)
    await expect(page.get_by_role("button", name="Arbetsorder på").first).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.keyboard.press("h")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ny hämtorder")
    await press(page, page.get_by_role("radio", name="Behovet upphört"), "Space")
    await press(page, page.get_by_role("button", name="Registrera hämtorder"))
    await expect(page.get_by_role("heading", name="Hämtordern är registrerad")).to_be_visible()


async def _back_to_recipient(page: Page) -> None:
    """Whoever was looked at is still in hand."""
    await press(page, page.get_by_role("link", name="Sök", exact=True))
    await expect(page.get_by_role("searchbox", name="Nummer, personnummer, namn")).to_be_focused()
    await page.keyboard.type(TESTER)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Mottagare")
