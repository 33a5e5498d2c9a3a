"""Every screen of phone and desk, for people who see, hear, reach or tap differently."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.e2e.accessibility import Inspector
from tests.e2e.browser import open_page
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import PASSWORD, DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import DEVICE, ORDER, TODAY, register_order, sign_in, sync_line, wait_for_worker

STILL = {"reduced_motion": "reduce"}


async def _go(page: Page, path: str, heading: str | re.Pattern[str]) -> None:
    await page.goto(path)
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)


async def test_inspector_sees_what_is_wrong(desk: Opened) -> None:
    """The eye that the other tests look with is not blind."""
    page = await open_page(await desk())
    await page.set_content(
        """<html lang="en"><title>Anything</title><main><h1>One</h1><h1>Two</h1>
        <p style="color: #aaa; background: #fff">Pale</p><button style="font-size: 8px; padding: 0">x</button>
        <div style="width: 400px; height: 10px">Wide</div><img src="data:,">"""
    )
    inspector = Inspector()
    await inspector.look(page, "bad page")
    said = "\n".join(inspector.faults)
    for fault in ("language is 'en'", "2 main headings", "color-contrast", "image-alt", 'BUTTON "x" is', "sticks out"):
        assert fault in said


async def test_phone_screens(server: DemoServer, phone: Opened) -> None:
    inspector = Inspector()
    number = await register_order(server, "123569", "Bromsen tar inte på vänster sida.")
    context = await phone(permissions=["camera"], **STILL)
    page = await open_page(context)
    await _go(page, "/", "Logga in")
    await inspector.look(page, "sign-in")
    await page.get_by_role("button", name="Logga in").tap()
    await expect(page.get_by_role("alert")).to_have_text("Skriv både användarnamn och lösenord.")
    await inspector.look(page, "sign-in refused")
    for path, heading in (("/privacy", "Integritet"), ("/accessibility", "Tillgänglighet")):
        await _go(page, path, heading)
        await inspector.look(page, path)
        await photograph(page, path[1:])

    page = await sign_in(context, "tekniker")
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await expect(page.get_by_role("link", name=number)).to_be_visible()
    await inspector.look(page, "today")
    await _field_screens(page, inspector, number)
    await _order_screens(page, inspector)
    assert not inspector.faults, "\n".join(inspector.faults)


async def _field_screens(page: Page, inspector: Inspector, number: str) -> None:
    await _go(page, "/scan", "Skanna")
    await expect(page.get_by_text("Håll etiketten i rutan.")).to_be_visible()
    await inspector.look(page, "scan")
    await page.get_by_label("Skriv numret").fill("https://example.org/produkt")
    await page.get_by_role("button", name="Visa").tap()
    await expect(page.get_by_role("alert")).to_be_visible()
    await inspector.look(page, "scan, foreign code")
    await _go(page, f"/device/{DEVICE}", re.compile("^Rullstol"))
    await inspector.look(page, "device")
    await _go(page, "/device/99999999", "Hjälpmedel 99999999")
    await expect(page.get_by_role("heading", name="Vi hittar inget hjälpmedel")).to_be_visible()
    await inspector.look(page, "device, unknown")
    await _go(page, "/messages", "Meddelanden")
    await inspector.look(page, "messages")
    await _go(page, "/van", "Min bil")
    await inspector.look(page, "van")
    await _go(page, f"/new-order?device={DEVICE}&acute=1", "Ny arbetsorder")
    await page.get_by_role("button", name="Spara ordern").tap()
    await inspector.look(page, "new order, refused")
    await _go(page, "/more", "Mer")
    await inspector.look(page, "more")
    await photograph(page, "mer")
    await page.get_by_role("button", name="Byt lösenord").tap()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await inspector.look(page, "password sheet")
    await _go(page, "/no/such/page", "Sidan finns inte")
    await inspector.look(page, "not found", field=False)

    await _go(page, f"/order/{number}", f"Arbetsorder {number}")
    for button in ("Anteckna kontakt", "Sms", "Låt vänta …", "Hinner inte …", "Avvikelse …", "Makulera …", "Delar"):
        await page.get_by_role("button", name=button).tap()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await inspector.look(page, f"sheet {button}")
        await dialog.get_by_role("button", name="Stäng").tap()
        await expect(dialog).to_have_count(0)
    await wait_for_worker(page)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Anteckna kontakt").tap()
    await page.get_by_role("dialog").get_by_role("button", name="Spara").tap()
    await expect(sync_line(page)).to_contain_text("1 ej skickad")
    await page.get_by_role("link", name="Utkorg").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Utkorg")
    await expect(page.get_by_role("heading", name="1 ej skickad")).to_be_visible()
    await inspector.look(page, "outbox")
    await page.context.set_offline(False)
    await expect(page.get_by_role("heading", name="Inget att skicka")).to_be_visible()
    await inspector.look(page, "outbox, all sent")


async def _order_screens(page: Page, inspector: Inspector) -> None:
    """The order from the story with everything that can be filled in, on this phone only."""
    await _go(page, f"/order/{ORDER}", f"Arbetsorder {ORDER}")
    await inspector.look(page, "order")
    for button in ("Bedömning", "Tid och kommentar"):
        await page.get_by_role("button", name=button).tap()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await inspector.look(page, f"sheet {button}")
        await dialog.get_by_role("button", name="Spara").tap()
        await expect(dialog).to_have_count(0)
    await inspector.look(page, "order, written on")
    await page.get_by_role("link", name="Serviceprotokoll").tap()
    forward = page.get_by_role("button", name="Nästa")
    for question in (
        "Stommen är rak och utan sprickor i rör och svetsar",
        "Skruvar, muttrar och snabbkopplingar sitter fast",
    ):
        await expect(page.get_by_role("heading", level=2)).to_have_text(question)
        await forward.tap()
    await expect(page.get_by_role("heading", level=2)).to_have_text("Sits- och ryggklädsel")
    await page.get_by_role("radio", name="Trasig eller lös").tap()
    await inspector.look(page, "protocol, choice that fails")
    while await page.get_by_role("heading", level=2).inner_text() != "Minsta mönsterdjup":
        await forward.tap()
    await page.get_by_role("textbox", name="Minsta mönsterdjup").fill("0,4")
    await inspector.look(page, "protocol, number outside")
    while await page.get_by_role("heading", level=2).inner_text() != "Foto på felet":
        await forward.tap()
    await inspector.look(page, "protocol, photo")
    await forward.tap()
    await page.get_by_role("button", name="Till sammanfattning").tap()
    await expect(page.get_by_label("Rita underskrift")).to_be_visible()
    await inspector.look(page, "protocol, summary")
    await page.get_by_role("button", name="Skriv namnet i stället").tap()
    await inspector.look(page, "protocol, typed name")
    await _go(page, f"/order/{ORDER}/close", f"Avsluta {ORDER}")
    await page.get_by_role("button", name="Avsluta order").tap()
    await expect(page.get_by_text("Välj ett resultat.").first).to_be_visible()
    await inspector.look(page, "close, refused")


async def test_desk_screens(server: DemoServer, desk: Opened) -> None:
    inspector = Inspector()
    page = await sign_in(await desk(**STILL), "planerare")
    await expect(page.get_by_role("row").filter(has_text=ORDER)).to_be_visible()
    await inspector.look(page, "orders", field=False)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Tangenter")).to_be_visible()
    await inspector.look(page, "keys", field=False)
    await _go(page, f"/office/orders/{ORDER}", f"Arbetsorder {ORDER}")
    await expect(page.get_by_role("button", name="Tilldela")).to_be_visible()
    await inspector.look(page, "order", field=False)
    for button in ("Tilldela", "Bedöm", "Makulera …"):
        await page.get_by_role("button", name=button).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await inspector.look(page, f"dialog {button}", field=False)
        await dialog.get_by_role("button", name="Stäng").click()
        await expect(dialog).to_have_count(0)
    await _go(page, "/office/register", "Registrera arbetsorder")
    await inspector.look(page, "register, device", field=False)
    await _go(page, f"/office/register?device={DEVICE}", "Registrera arbetsorder")
    await page.get_by_label("Felbeskrivning").fill("å" * 251)
    await page.get_by_role("button", name="Registrera order").click()
    await expect(page.get_by_text("Välj en prioritet.").first).to_be_visible()
    await inspector.look(page, "register, refused", field=False)
    for path, heading in (("/office/reviews", "Granska"), ("/messages", "Meddelanden"), ("/more", "Mer")):
        await _go(page, path, heading)
        await inspector.look(page, path, field=False)
    await _go(page, f"/device/{DEVICE}", re.compile("^Rullstol"))
    await inspector.look(page, "device", field=False)
    assert not inspector.faults, "\n".join(inspector.faults)


async def test_keyboard_alone_leads_to_an_open_order(desk: Opened) -> None:
    """Sign-in, the day, an order: with Tab and Enter, focus always to be seen and taken along to the new heading."""
    page = await open_page(await desk())
    await _go(page, "/", "Logga in")
    await _tab_to(page, "Användarnamn")
    await page.keyboard.type("tekniker")
    await _tab_to(page, "Lösenord")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(TODAY)
    await expect(heading).to_be_focused()
    order = page.get_by_role("link", name=ORDER)
    await expect(order).to_be_visible()
    await _tab_to(page, ORDER)
    await page.keyboard.press("Enter")
    await expect(heading).to_have_text(f"Arbetsorder {ORDER}")
    await expect(heading).to_be_focused()
    await _tab_to(page, "Bedömning")
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Bedöm ordern")
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(page.get_by_role("button", name="Bedömning")).to_be_focused()


async def _tab_to(page: Page, name: str) -> None:
    """Tab until the focused thing carries the name; it must be seen that it has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            """() => {
                const element = document.activeElement;
                const marked = element.closest("label, .box") ?? element;
                const outlined = [element, marked].some((one) => getComputedStyle(one).outlineStyle !== "none");
                return { name: element.labels?.[0]?.textContent ?? element.textContent, outlined };
            }"""
        )
        assert focused["outlined"], f"{focused['name']!r} does not show that it has the focus"
        if name in focused["name"]:
            return
    raise AssertionError(f"Tab never reached {name!r}")


async def test_everybody_elses_screens(desk: Opened, server: DemoServer) -> None:
    """Customer service, warehouse, prescriber and administrator at a desk."""
    inspector = Inspector()
    (user,) = await server.rows("select id from user_account where username = 'forare' limit 1")
    screens = {
        "kundtjanst": (
            ("/office/find", "Sök"),
            ("/office/deliveries/new", "Ny leverans"),
            ("/office/pickups/new", "Ny hämtorder"),
            ("/office/unsent-file", re.compile(".+")),
            ("/office/triage?show=all", "Fördela"),
            ("/office/day", "Teknikernas dag"),
        ),
        "lager": (
            ("/office/deliveries", "Leveranser"),
            ("/office/pickups", "Hämtordrar"),
            ("/office/arrivals", "Ankomst"),
            ("/count", "Inventera"),
        ),
        "forskrivare": (("/office/orders", "Mina ordrar"), ("/office/deliveries", "Leveranser")),
        "admin": (
            ("/admin/users", "Användare"),
            (f"/admin/users/{user['id']}", re.compile(".+")),
            ("/admin/phones", "Telefoner"),
        ),
    }
    for username, paths in screens.items():
        page = await sign_in(await desk(**STILL), username)
        for path, heading in paths:
            await _go(page, path, heading)
            await expect(page.get_by_text("Hämtar …")).to_have_count(0)
            await inspector.look(page, f"{username} {path}", field=False)
    assert not inspector.faults, "\n".join(inspector.faults)
