"""What goes wrong on a phone: one sentence that says what to do, and nothing that was read or written is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.e2e.browser import KillablePhone
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import (
    DEVICE,
    ORDER,
    TODAY,
    Faults,
    add_time,
    fill_sign_in,
    print_label,
    register_order,
    sign_in,
    sync_line,
    until,
    wait_for_worker,
)
from tests.support.film import write_film

NO_CAMERA = """
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
"""
TOKEN = "0123456789ABCDEFGHJKMNPQRS"


async def _scan_page(context: BrowserContext) -> Page:
    """A technician's scan screen without a camera, so that only what the test types is read."""
    await context.add_init_script(NO_CAMERA)
    page = await sign_in(context, "tekniker")
    await expect(page.get_by_role("link", name=ORDER)).to_be_visible()
    await expect(sync_line(page)).to_contain_text("Allt skickat")
    await page.get_by_role("link", name="Skanna", exact=True).tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Skanna")
    return page


async def _type(page: Page, text: str) -> None:
    await page.get_by_label("Skriv numret").fill(text)
    await page.get_by_role("button", name="Visa").tap()


async def test_codes_that_do_not_lead_to_the_device_at_hand(server: DemoServer, phone: Opened) -> None:
    """Wrong, foreign, revoked, damaged, unknown: one sentence, what to do, and the code's own text."""
    new = await print_label(server, DEVICE)
    faults = Faults()
    page = faults.watch(await _scan_page(await phone()))
    host = server.origin.removeprefix("http://").upper()
    shown = page.get_by_role("alert")
    for code, sentence in (
        ("https://example.org/produkt/7", "Koden är inte vår. Leta efter hjälpmedelscentralens etikett"),
        (f"HTTP://{host}/F/{DEVICE}-1-{TOKEN[:-3]}", "Etiketten är skadad och gick inte att läsa helt."),
        (f"HTTPS://ANNAN.EXAMPLE/F/987654-1-{TOKEN}", "Etiketten hör till en annan hjälpmedelscentral."),
        ("8765432", "8765432 finns inte i regionen. Kontrollera siffrorna"),
        ("17", "Vilket menar du som slutar på 17?"),
    ):
        await _type(page, code)
        await expect(shown).to_contain_text(sentence)
        if not code.isdigit():
            await expect(page.get_by_role("code")).to_have_text(code)
    await _type(page, "8765432")
    await photograph(page, "okant-nummer")
    await page.get_by_role("link", name="Fråga servern om 8765432").tap()
    await expect(page.get_by_role("heading", name="Vi hittar inget hjälpmedel 8765432")).to_be_visible()

    # Wrong device for the order at hand.
    await page.goto(f"/scan?order={ORDER}")
    await _type(page, "123569")
    await expect(shown).to_contain_text(f"Det här är 123569, men ordern gäller {DEVICE}.")
    await page.get_by_role("button", name="Skanna igen").tap()
    await _type(page, new)
    await expect(page.get_by_role("link", name="Skanna hjälpmedlet")).to_contain_text("Rätt individ är skannad")

    # What led nowhere is kept for the office, as it was read.
    await expect(sync_line(page)).to_contain_text("saker behöver dig")
    kept = await server.rows("select payload_raw from command_log where type = 'device.scan'")
    raw = {json.loads(row["payload_raw"])["args"]["raw"] for row in kept}
    assert raw >= {"https://example.org/produkt/7", f"HTTPS://ANNAN.EXAMPLE/F/987654-1-{TOKEN}", "123569"}
    assert faults.seen == []


async def test_revoked_label(server: DemoServer, phone: Opened) -> None:
    """An older label whose time is over still names its device, and should come off."""
    await print_label(server, DEVICE)
    await server.rows(
        "update device_label l set revoked_at = now() - interval '1 day' from device d"
        " where d.id = l.device_id and d.number = $1 and l.version = 1 returning l.id",
        DEVICE,
    )
    page = await _scan_page(await phone())
    code = f"{server.origin.upper()}/F/{DEVICE}-1-{TOKEN}"
    await _type(page, code)
    await expect(page.get_by_role("alert")).to_contain_text(f"Etiketten på {DEVICE} är ersatt av en nyare.")
    await expect(page.get_by_role("code")).to_have_text(code)
    await page.get_by_role("link", name=f"Öppna {DEVICE} ändå").tap()
    await expect(page.get_by_role("button", name=DEVICE)).to_be_visible()


async def test_camera_denied_leaves_typing_and_hand_scanner(phone: Opened) -> None:
    # Without a permission the browser itself says no.
    context = await phone(permissions=[])
    faults = Faults()
    page = faults.watch(await sign_in(context, "tekniker"))
    await expect(page.get_by_role("link", name=ORDER)).to_be_visible()
    await page.get_by_role("link", name="Skanna", exact=True).tap()
    await expect(page.get_by_text("Kameran är inte tillåten. Tillåt den i webbläsarens inställningar")).to_be_visible()
    await photograph(page, "kamera-nekad")
    await _type(page, DEVICE)
    await page.wait_for_url(f"**/device/{DEVICE}")

    # A hand scanner types faster than people do, on whatever screen; a slow one gets a longer pause.
    await page.get_by_role("link", name="Mer", exact=True).tap()
    await page.get_by_text("Handskanner", exact=True).tap()
    await page.get_by_role("textbox", name="Längsta paus").fill("900")
    await page.get_by_role("link", name="Idag").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await page.keyboard.type("123569", delay=4)
    await page.keyboard.press("Enter")
    # Bars have no check of their own: somebody has to say yes to the number.
    question = page.get_by_role("dialog", name="Är det 123569?")
    await expect(question).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(question).to_be_visible()
    await page.get_by_role("button", name="Ja, det är 123569").tap()
    await page.wait_for_url("**/device/123569")
    await expect(page.get_by_text("Stoppskruvarna ska sitta kvar")).to_be_visible()

    # The same device within minutes is amber, not red, and can be opened again.
    await page.get_by_role("link", name="Skanna", exact=True).tap()
    await page.keyboard.type("123569", delay=4)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Ja, det är 123569").tap()
    await expect(page.get_by_role("alert")).to_contain_text("123569 är redan skannad")
    assert faults.seen == []


async def test_signing_out_keeps_unsent_work_from_the_next_user(
    server: DemoServer, phone: Opened, desk: Opened, tmp_path: Path
) -> None:
    """It asks first; the next user sees nothing of it and yet sends it, sealed, in the first one's name (SR-16)."""
    number = await register_order(server, "75082", "Batteriet räcker bara en timme.")
    context = await phone()
    faults = Faults()
    page = faults.watch(await sign_in(context, "tekniker"))
    await page.get_by_role("link", name=number).tap()
    await wait_for_worker(page)
    await context.set_offline(True)
    await add_time(page, "Nytt batteri.")
    await page.get_by_role("button", name="Spara så länge").tap()
    await expect(sync_line(page)).to_contain_text("1 ej skickad")

    await page.get_by_role("link", name="Utkorg").tap()
    await expect(page.get_by_text("Utan nät går det inte att se om dagen är stängd.")).to_be_visible()
    async with page.expect_download() as downloaded:
        await page.get_by_role("button", name="Spara osänt arbete i en fil").tap()
    file = tmp_path / "unsent.txt"
    await (await downloaded.value).save_as(file)
    await expect(page.get_by_text("1 post är sparad i filen")).to_be_visible()
    assert "batteri" not in file.read_text()

    await page.get_by_role("link", name="Mer", exact=True).tap()
    await page.get_by_role("button", name="Logga ut").tap()
    question = page.get_by_role("dialog", name="1 ej skickad")
    await expect(question.get_by_text("Det ligger kvar på telefonen")).to_be_visible()
    await photograph(page, "logga-ut")
    await question.get_by_role("button", name="Logga ut ändå").tap()
    await expect(page.get_by_role("heading", name="Logga in")).to_be_visible()
    (order,) = await server.rows("select id, state from work_order where number = $1", number)

    # Only the envelopes can get through: her own push is for her own session on this phone.
    await context.route("**/api/sync/push", lambda route: route.abort())
    await context.set_offline(False)
    async with page.expect_response("**/api/sync/sealed") as carried:
        await fill_sign_in(page, "lager")
    assert (await (await carried.value).json())["lines"] == [{"state": "taken"}]
    await expect(page.get_by_role("heading", level=1)).to_have_text("Leveranser")
    await context.unroute("**/api/sync/push")
    await page.goto("/outbox")
    await expect(page.get_by_role("heading", name="Inget att skicka")).to_be_visible()
    await expect(sync_line(page)).to_contain_text("Allt skickat")
    await page.goto(f"/order/{number}")
    await expect(page.get_by_role("heading", name="Ordern finns inte hos dig")).to_be_visible()
    await expect(page.get_by_text("Batteriet räcker")).to_have_count(0)
    query = (
        "select e.comment, u.username from time_entry e join work_order o on o.id = e.work_order_id"
        " join command_log c on c.aggregate = o.id and c.device is not null join user_account u on u.id = c.author"
        " where o.id = $1"
    )
    assert [tuple(row.values()) for row in await server.rows(query, order["id"])] == [("Nytt batteri.", "tekniker")]

    # The file holds the same work: the office is told that it is here already.
    office = faults.watch(await sign_in(await desk(), "planerare", path="/office/unsent-file"))
    await office.locator("input[type=file]").set_input_files(file)
    await expect(office.get_by_role("heading", name="1 post i filen")).to_be_visible()
    await expect(office.get_by_text("Fanns redan")).to_be_visible()
    file.write_text(file.read_text()[:-40])
    await office.locator("input[type=file]").set_input_files(file)
    await expect(office.get_by_text("Filen är inte hel. Inget är intaget.")).to_be_visible()

    await page.goto("/more")
    await page.get_by_role("button", name="Logga ut").tap()
    await fill_sign_in(page, "tekniker")
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await expect(sync_line(page)).to_contain_text("Allt skickat")
    await page.get_by_role("link", name="Utkorg").tap()
    await expect(page.get_by_role("heading", name="Dagen är stängd")).to_be_visible()
    assert len(await server.rows(query, order["id"])) == 1
    assert faults.seen == []


async def test_half_written_work_survives_a_kill(server: DemoServer, playwright: Playwright, tmp_path: Path) -> None:
    """Killed the moment after signing in and writing: the same person goes on where she was, without network."""
    number = await register_order(server, "170098", "Dynan tappar luft.")
    film = write_film(await print_label(server, "170098"), tmp_path / "label.mjpeg")
    phone = KillablePhone(playwright, tmp_path / "profile", film)
    try:
        page = await phone.open()
        await page.goto(server.origin)
        await fill_sign_in(page, "tekniker")
        await page.get_by_role("link", name=number).tap()
        await wait_for_worker(page)
        await add_time(page, "Ventilen är bytt.")
        await phone.kill()
        page = await phone.open(offline=True)
        await page.goto(f"{server.origin}/order/{number}")
        await expect(page.get_by_text("Ventilen är bytt.")).to_be_visible()
    finally:
        await phone.close()


async def test_two_tabs_are_one_phone(server: DemoServer, phone: Opened) -> None:
    """Work saved in one tab is seen in the other and sent once."""
    number = await register_order(server, "104901", "Ingen ton.")
    context = await phone()
    faults = Faults()
    first = faults.watch(await sign_in(context, "tekniker"))
    await wait_for_worker(first)
    await expect(first.get_by_role("link", name=number)).to_be_visible()
    second = faults.watch(await context.new_page())
    await second.goto("/outbox")
    await context.set_offline(True)
    await first.get_by_role("link", name=number).tap()
    await add_time(first, "Sladden är bytt.")
    await first.get_by_role("button", name="Spara så länge").tap()
    await expect(second.get_by_role("heading", name="1 ej skickad")).to_be_visible()
    await context.set_offline(False)
    for tab in (first, second):
        await expect(sync_line(tab)).to_contain_text("Allt skickat")
    commands = await server.rows(
        "select c.type from command_log c join work_order o on o.id = c.aggregate"
        " where o.number = $1 and c.device is not null",
        number,
    )
    assert [command["type"] for command in commands] == ["work_order.report"]
    assert faults.seen == []


@pytest.mark.parametrize("busy", [True, False])
async def test_update_is_offered_but_never_over_open_work(server: DemoServer, phone: Opened, busy: bool) -> None:
    """A new version waits: said at once on a quiet phone, and not before half-written work is finished on another."""
    context = await phone()
    faults = Faults()
    page = faults.watch(await sign_in(context, "tekniker"))
    await wait_for_worker(page)
    if busy:
        number = await register_order(server, "123569", "Bromsen kärvar.")
        await page.goto(f"/order/{number}")
        await add_time(page, "Smord.")
        await page.get_by_role("link", name="Idag").tap()
        await expect(page.get_by_role("listitem").filter(has_text=number)).to_contain_text("Påbörjad här")
    # The same scope under another address is a new version to the browser.
    await page.evaluate("navigator.serviceWorker.register('/sw.js?next', { scope: '/' }).then(() => null)")
    await until(page, "async () => (await navigator.serviceWorker.getRegistration()).waiting !== null")
    offer = page.get_by_text("En ny version är klar att användas.")
    if busy:
        await page.get_by_role("link", name="Mer", exact=True).tap()
        await expect(page.get_by_role("button", name="Byt till den nya versionen")).to_have_count(1)
        await page.get_by_role("link", name="Idag").tap()
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(offer).to_have_count(0)
    else:
        await expect(offer).to_be_visible()
        await page.get_by_role("button", name="Byt till den nya versionen").tap()
        await until(page, "async () => navigator.serviceWorker.controller?.scriptURL.endsWith('?next')")
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    assert faults.seen == []
