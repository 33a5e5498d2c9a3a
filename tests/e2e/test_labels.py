"""Labels on the office's screen: chosen, previewed, printed, scanned back; thrown away, claimed and calibrated."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import zxingcpp
from playwright.async_api import Page, Playwright, expect

from tests.e2e.accessibility import Inspector
from tests.e2e.browser import KillablePhone
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import Faults, fill_sign_in, sign_in
from tests.support.film import write_film

PATH = "/office/labels"


async def test_labels_are_printed_and_scanned_back(server: DemoServer, desk: Opened) -> None:
    await _nothing_left_open(server)
    faults, inspector = Faults(), Inspector()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "planerare", path=PATH))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Etiketter")
    await expect(page.get_by_role("img", name="Exempel på mallen 57 x 32 mm")).to_be_visible()
    first, second = [
        row["number"]
        for row in await server.rows(
            "select number from device d where status = 'in_stock' and exists"
            " (select from device_label l where l.device_id = d.id) order by number limit 2"
        )
    ]
    await page.get_by_label("Individnummer").fill(f"{first}, {second}\nrullstol")
    await expect(page.get_by_role("alert").filter(has_text="inga individnummer: rullstol")).to_be_visible()
    await page.get_by_label("Individnummer").fill(f"{first}, {second} {first}")
    await expect(page.get_by_text("2 nummer", exact=True)).to_be_visible()
    await page.get_by_label("Mall").select_option(label="Hjälpmedel 70 × 37 mm")
    await page.get_by_label("Papper och skrivare").select_option(label="A4, 24 etiketter 70 × 37 mm")
    await page.get_by_role("button", name="Mer: Börja på ruta").click()
    await expect(page.get_by_role("img", name="Exempel på mallen Hjälpmedel 70 × 37 mm")).to_be_visible()
    await inspector.look(page, "etiketter", field=False)
    await photograph(page, "etiketter")
    await page.get_by_role("button", name="Skriv ut 2 etiketter").click()
    # The demo's devices have labels already.
    await expect(page.get_by_role("dialog", name="Giltig etikett finns redan")).to_contain_text("om 30 dagar")
    await inspector.look(page, "etiketter, varning", field=False)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Skriv ut ändå").click()
    file = await (await download.value).path()
    codes = await asyncio.to_thread(_codes, file.read_bytes())
    assert [code.split("/")[-1].split("-")[0] for code in codes] == [first, second]

    await expect(page.get_by_role("heading", name="Utskrifter att kontrollera")).to_be_visible()
    await page.get_by_label("Skanna en etikett").fill(first)
    await page.get_by_role("button", name="Kontrollera", exact=True).click()
    await expect(page.get_by_role("alert").filter(has_text="Numret räcker inte")).to_be_visible()
    await inspector.look(page, "etiketter, kontrollera", field=False)
    await photograph(page, "etiketter-kontrollera")
    await page.get_by_label("Skanna en etikett").fill(codes[1])
    await page.get_by_label("Skanna en etikett").press("Enter")
    await expect(page.get_by_text("1 av 2 kontrollerade")).to_be_visible()
    await page.get_by_label("Skanna en etikett").fill(codes[0])
    await page.get_by_label("Skanna en etikett").press("Enter")
    await expect(page.get_by_role("heading", name="Inget att kontrollera")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="2 etiketter")).to_contain_text("Kontrollerad")
    assert not inspector.faults, "\n".join(inspector.faults)
    assert [line for line in faults.seen if "409" not in line] == []


async def _nothing_left_open(server: DemoServer) -> None:
    """Other stories print labels that nobody checks; this one looks at its own."""
    await server.rows("update label_print set state = 'expired', closed_at = now(), seed = null where state = 'open'")


def _codes(pdf: bytes) -> list[str]:
    """The QR codes of all pages, each page from left to right."""
    codes = []
    for page in pypdfium2.PdfDocument(pdf):
        found = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L"))
        symbols = [code for code in found if code.format == zxingcpp.BarcodeFormat.QRCode]
        codes += [code.text for code in sorted(symbols, key=lambda code: code.position.top_left.x)]
    return codes


async def test_new_devices_get_their_labels_and_the_camera_checks_them(
    server: DemoServer, desk: Opened, playwright: Playwright, tmp_path: Path
) -> None:
    """From what the lorry brought to labels that are known to read: numbers once, a print, the camera, and done."""
    await _nothing_left_open(server)
    inspector, faults = Inspector(), Faults()
    page = faults.watch(await sign_in(await desk(reduced_motion="reduce"), "lager", path="/office/purchases"))
    (article,) = await server.rows(
        "select number, name from article where individually_numbered and number = '22876' limit 1"
    )
    await page.get_by_label("Artikelnummer").fill(article["number"])
    await expect(page.get_by_role("status").filter(has_text=article["name"])).to_be_visible()
    await page.get_by_role("textbox", name="Antal").fill("2")
    await page.get_by_role("textbox", name="Antal").press("Tab")
    await inspector.look(page, "nya hjälpmedel", field=False)
    await page.get_by_role("button", name="Registrera 2 hjälpmedel").click()
    await page.get_by_role("link", name="Skriv ut 2 etiketter").first.click()
    await expect(page.get_by_role("radio", name="Inköpets hjälpmedel")).to_be_checked()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Skriv ut 2 etiketter").click()
    file = await (await download.value).path()
    first, second = await asyncio.to_thread(_codes, file.read_bytes())
    numbers = [code.split("/")[-1].split("-")[0] for code in (first, second)]
    made = await server.rows(
        "select number from device where purchased_on = (now() at time zone 'Europe/Stockholm')::date order by number"
    )
    assert [row["number"] for row in made] == numbers
    await photograph(page, "etiketter-kontrollera-inkop")

    film = await asyncio.to_thread(write_film, first, tmp_path / "label.mjpeg")
    phone = KillablePhone(playwright, tmp_path / "profile", film)
    hand = await phone.open()
    try:
        await hand.goto(server.origin + PATH + "?part=check")
        await fill_sign_in(hand, "lager")
        await hand.get_by_role("link", name="Kontrollera med kameran").tap()
        await expect(hand.get_by_text(f"{numbers[0]} gick att läsa.")).to_be_visible()
        await expect(hand.get_by_role("heading", name="1 av 2 kontrollerade")).to_be_visible()
        await inspector.look(hand, "kontrollera med kameran", field=False)
        await photograph(hand, "etiketter-kamera")
        await hand.get_by_label("Handskanner").fill(second)
        await hand.get_by_role("button", name="Kontrollera", exact=True).tap()
        await expect(hand.get_by_role("heading", name="Inget att kontrollera")).to_be_visible()
    finally:
        await phone.close()
    assert not inspector.faults, "\n".join(inspector.faults)
    assert faults.seen == []


async def test_a_print_is_thrown_away_and_a_label_claimed(server: DemoServer, desk: Opened) -> None:
    await _nothing_left_open(server)
    inspector = Inspector()
    page = await sign_in(await desk(reduced_motion="reduce"), "lager", path=PATH)
    await page.get_by_role("radio", name="Nya nummer").check()
    await page.get_by_role("textbox", name="Antal").fill("2")
    await page.get_by_role("textbox", name="Antal").press("Tab")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Skriv ut 2 etiketter").click()
    file = await (await download.value).path()
    code, _ = await asyncio.to_thread(_codes, file.read_bytes())
    await expect(page.get_by_text("2 förtryckta etiketter").first).to_be_visible()

    await page.get_by_role("link", name="Förtryckta").click()
    await page.get_by_label("Skanna etiketten").fill(code)
    await page.get_by_role("button", name="Läs av").click()
    number = code.split("/")[-1].split("-")[0]
    await expect(page.get_by_text(f"Ledig etikett {number}")).to_be_visible()
    await page.get_by_role("radio", name="Ett nytt hjälpmedel").check()
    (article,) = await server.rows("select number from article where individually_numbered limit 1")
    await page.get_by_label("Artikelnummer").fill(article["number"])
    await inspector.look(page, "etiketter, förtryckta", field=False)
    await photograph(page, "etiketter-fortryckta")
    await page.get_by_role("button", name="Koppla etiketten").click()
    await expect(page.get_by_role("status").filter(has_text=f"Etiketten hör nu till {number}.")).to_be_visible()
    made = await server.rows("select number, status from device order by number::bigint desc limit 1")
    assert made == [{"number": number, "status": "in_stock"}]

    await page.get_by_role("link", name="Kontrollera").click()
    await page.get_by_role("button", name="Kasta utskriften").click()
    await page.get_by_role("button", name="Kasta 2 etiketter").click()
    await expect(page.get_by_role("listitem").filter(has_text="2 förtryckta etiketter")).to_contain_text("Kastad")
    assert not inspector.faults, "\n".join(inspector.faults)


async def test_templates_and_paper(desk: Opened) -> None:
    inspector = Inspector()
    page = await sign_in(await desk(reduced_motion="reduce"), "planerare", path=f"{PATH}?part=setup")
    await page.get_by_role("button", name="Ny av Hjälpmedel 53 × 24 mm").click()
    sheet = page.get_by_role("dialog", name="Ny mall")
    await sheet.get_by_label("Namn").fill("Hjälpmedelskonsulenternas egen")
    await sheet.get_by_label("QR-kodens sida").fill("12,5")
    await expect(sheet.get_by_text("12,5 mm är för litet för den här adressen: välj minst")).to_be_visible()
    await inspector.look(page, "etiketter, mall", field=False)
    await photograph(page, "etiketter-mall")
    await sheet.get_by_role("button", name="Spara").click()
    await expect(sheet.get_by_role("alert").filter(has_text="12,5 mm är för litet")).to_be_visible()
    await sheet.get_by_label("QR-kodens sida").fill("21,5")
    await sheet.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("paragraph").filter(has_text="Hjälpmedelskonsulenternas egen")).to_be_visible()

    await page.get_by_role("button", name="Kalibrera A4, 24").click()
    sheet = page.get_by_role("dialog", name="Kalibrera")
    async with page.expect_download() as download:
        await sheet.get_by_role("button", name="Hämta kalibreringsarket").click()
    assert (await download.value).suggested_filename == "kalibrering.pdf"
    await sheet.get_by_label("Vänster kant till kryss 1").fill("51,5")
    await sheet.get_by_label("Övre kant till kryss 2").fill("49")
    await inspector.look(page, "etiketter, kalibrera", field=False)
    await photograph(page, "etiketter-kalibrera")
    await sheet.get_by_role("button", name="Rätta utskriften").click()
    line = page.get_by_role("listitem").filter(has_text="A4, 24 etiketter")
    await expect(line).to_contain_text("Utskriften flyttas nu −1,5 mm åt höger och 1 mm nedåt.")
    await inspector.look(page, "etiketter, mallar", field=False)
    await photograph(page, "etiketter-mallar")
    assert not inspector.faults, "\n".join(inspector.faults)


async def test_paper_of_ones_own(desk: Opened) -> None:
    inspector = Inspector()
    page = await sign_in(await desk(reduced_motion="reduce"), "planerare", path=f"{PATH}?part=setup")
    await page.get_by_role("button", name="Ny av A4, 24").click()
    sheet = page.get_by_role("dialog", name="Nytt papper")
    await sheet.get_by_label("Namn").fill("Etikettskåpets ark")
    await sheet.get_by_label("Kolumner").fill("4")
    await sheet.get_by_role("button", name="Spara").click()
    await expect(sheet.get_by_role("alert").filter(has_text="får inte plats på ett papper")).to_be_visible()
    await inspector.look(page, "etiketter, papper", field=False)
    await sheet.get_by_label("Kolumner").fill("2")
    await sheet.get_by_role("button", name="Spara").click()
    line = page.get_by_role("listitem").filter(has_text="Etikettskåpets ark")
    await expect(line).to_contain_text("Ark, 2 × 8 etiketter à 70 × 37 mm")
    assert not inspector.faults, "\n".join(inspector.faults)


async def test_labels_on_the_phone(phone: Opened) -> None:
    inspector = Inspector()
    page = await sign_in(await phone(reduced_motion="reduce"), "lager", path=PATH)
    await _each_kind(page)
    await inspector.look(page, "etiketter på telefonen", field=False)
    await photograph(page, "etiketter-telefon")
    assert not inspector.faults, "\n".join(inspector.faults)


async def _each_kind(page: Page) -> None:
    """Every kind shows its example."""
    for kind, sample in (
        ("Nästa FU", "Nästa FU 38 × 25 mm"),
        ("Retur", "Retur 105 × 74 mm"),
        ("Smittat gods", "Smittat gods 105 × 74 mm"),
        ("Lastbärare", "Lastbärare 105 × 74 mm"),
        ("Hyllplats", "Hylla 70 × 37 mm"),
        ("Avvikelse, karantän", "Avvikelse 105 × 74 mm"),
    ):
        await page.get_by_label("Sort").select_option(label=kind)
        await expect(page.get_by_role("img", name=f"Exempel på mallen {sample}")).to_be_visible()
