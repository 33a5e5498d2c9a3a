"""The main job as one story: scan, close, offline, killed, synced; and the orderer learns of it."""

from __future__ import annotations

import asyncio
import io
import json
import random
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
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
    Thumb,
    deliver_push,
    fill_sign_in,
    print_label,
    push_stub,
    sign_in,
    sync_line,
    until,
    wait_for_worker,
)
from tests.support.film import write_film
from tests.support.push_service import Browser as PushKeys
from tests.support.push_service import PushService

COMMENT = "Mönstret på höger drivhjul är slut. Nytt däck är beställt."
REASON = "Höger drivhjul är blankslitet."
SIMPLE_ORDER, SIMPLE_DEVICE = "15510456", "123569"


async def test_scan_close_offline_synced(
    server: DemoServer,
    pushes: PushService,
    playwright: Playwright,
    desk: Opened,
    tmp_path: Path,
) -> None:
    film = await asyncio.to_thread(write_film, await print_label(server, DEVICE), tmp_path / "label.mjpeg")
    keys = PushKeys()
    faults = Faults()
    prescriber_context = await desk(permissions=["notifications"])
    prescriber = await _subscribe(prescriber_context, keys, pushes.endpoint("prescriber"))

    phone = KillablePhone(playwright, tmp_path / "profile", film)
    try:
        await _morning(phone, server, faults)
        page = faults.watch(await phone.open())
        await page.goto(server.origin)
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await photograph(page, "idag", documented=True)

        await page.context.set_offline(True)
        thumb = Thumb()
        await _scan(page, thumb)
        await _device_card(page)
        await thumb.tap(page.get_by_role("link", name=f"Öppna order {ORDER}"))
        await _order(page, thumb)
        await _protocol(page, thumb)
        await _close(page, thumb)
        print(f"\nFrom scan to closed: {thumb.taps} taps, of them {thumb.typed} into a field to type")

        await phone.kill()
        page = faults.watch(await phone.open(offline=True))
        await page.goto(server.origin)
        await _nothing_is_gone(page)

        await page.context.set_offline(False)
        await expect(sync_line(page)).to_contain_text("Allt skickat")
        await expect(page.get_by_role("heading", name="Inget att skicka")).to_be_visible()
    finally:
        await phone.close()

    await _closed_once(server)
    await _orderer_is_told(server, prescriber, keys, pushes)
    planner = faults.watch(await sign_in(await desk(), "planerare", path=f"/office/orders/{ORDER}"))
    await _office_sees_the_pictures(planner)
    assert faults.seen == []


async def _subscribe(context: BrowserContext, keys: PushKeys, endpoint: str) -> Page:
    """The prescriber signs in at a desk and turns notifications on; the browser's push service is our own."""
    await push_stub(context, keys, endpoint)
    page = await sign_in(context, "forskrivare")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Mina ordrar")
    await wait_for_worker(page)
    await page.get_by_role("link", name="Mer", exact=True).click()
    notifications = page.get_by_role("switch", name="Notiser")
    await notifications.click()
    await expect(notifications).to_be_checked()
    return page


async def _morning(phone: KillablePhone, server: DemoServer, faults: Faults) -> None:
    """The technician signs in where there is network, sees the day, and puts the phone away."""
    page = faults.watch(await phone.open())
    await page.goto(server.origin)
    await page.get_by_role("button", name="English").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    await page.get_by_role("button", name="Svenska").tap()
    await photograph(page, "logga-in")
    await fill_sign_in(page, "tekniker")
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await expect(page.get_by_role("link", name=ORDER)).to_be_visible()
    await expect(sync_line(page)).to_contain_text("Allt skickat")
    await wait_for_worker(page)
    await phone.close()


async def _scan(page: Page, thumb: Thumb) -> None:
    await thumb.tap(page.get_by_role("link", name="Skanna", exact=True))
    await expect(page.get_by_text("Håll etiketten i rutan.")).to_be_visible()
    await page.wait_for_url(f"**/device/{DEVICE}")


async def _device_card(page: Page) -> None:
    main = page.get_by_role("main")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Rullstol transport Transit III sittbredd 40 sitthöjd 50"
    )
    await expect(main.get_by_role("button", name=DEVICE)).to_be_visible()
    await expect(main.get_by_text("Hos brukare")).to_be_visible()
    await expect(main.get_by_role("heading", name="Specialanpassning 2103118: tänk på")).to_be_visible()
    await expect(main.get_by_text("Tippskyddet ska sitta kvar.")).to_be_visible()
    for term in ("Senaste FU", "Nästa FU"):
        await expect(main.get_by_role("term").filter(has_text=term)).to_be_visible()
    await expect(main.get_by_role("definition").filter(has_text="22876")).to_be_visible()
    await expect(main.get_by_role("listitem").filter(has_text="11338")).to_contain_text("2 × 11338")
    await expect(main.get_by_role("link", name=ORDER)).to_be_visible()
    await photograph(page, "hjalpmedel", documented=True)


async def _order(page: Page, thumb: Thumb) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Arbetsorder {ORDER}")
    await expect(page.get_by_text("Höger broms tar inte och fotplattan glappar.")).to_be_visible()
    telephone = (await page.get_by_role("link", name="Ring").get_attribute("href") or "").removeprefix("tel:")
    assert telephone.startswith("070555")
    assert telephone.isdigit()
    await page.get_by_role("button", name="Sms").click()
    texting = page.get_by_role("dialog", name=f"Meddela om {ORDER}")
    address = await texting.get_by_role("link", name="Öppna i telefonens sms").get_attribute("href") or ""
    assert address.startswith(f"sms:{telephone}?&body=")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Karta")).to_have_attribute(
        "href", "geo:0,0?q=Tolvgatan%2012%2C%2012125%20Stockholm-Globen"
    )
    await photograph(page, "arbetsorder", documented=True)

    await thumb.tap(page.get_by_role("button", name="Bedömning"))
    sheet = page.get_by_role("dialog", name="Bedöm ordern")
    await thumb.tap(sheet.get_by_role("radio", name="Normal"))
    await photograph(page, "bedomning")
    await thumb.tap(sheet.get_by_role("button", name="Spara bedömning"))
    await expect(page.get_by_role("button", name="Bedömning")).to_contain_text("Normal · Hos brukaren")

    await thumb.tap(page.get_by_role("button", name="Tid och kommentar"))
    sheet = page.get_by_role("dialog", name="Lägg till tid")
    await thumb.tap(sheet.get_by_role("button", name="Mer: Minuter"))
    await thumb.type(sheet.get_by_label("Kommentar"), COMMENT)
    await expect(sheet.get_by_label("Minuter", exact=True)).to_have_value("10")
    await photograph(page, "tid")
    await thumb.tap(sheet.get_by_role("button", name="Spara tid"))
    await expect(page.get_by_text(COMMENT)).to_be_visible()


async def _protocol(page: Page, thumb: Thumb) -> None:
    await thumb.tap(page.get_by_role("link", name="Serviceprotokoll"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Manuell rullstol")
    answers: list[tuple[str, str | None]] = [
        ("Stommen är rak och utan sprickor i rör och svetsar", "Godkänt"),
        ("Skruvar, muttrar och snabbkopplingar sitter fast", "Godkänt"),
        ("Sits- och ryggklädsel", "Hel och spänd"),
        ("Benstöd och fotplattor låser och tål belastning", "Godkänt"),
        ("Stolen rullar rakt på plant golv", "Godkänt"),
        ("Ekrar eller hjulkorgar är hela och hjulen kastar inte", "Godkänt"),
        ("Typ av däck på drivhjulen", "Luft"),
        ("Lägsta däcktryck", "4,5"),
        ("Minsta mönsterdjup", "0,6"),
        ("Länkhjulen snurrar fritt och stannar mjukt", "Godkänt"),
        ("Parkeringsbromsarna håller på båda sidor", "Godkänt"),
        ("Stolen har vårdarbroms", "Nej"),
        ("Tippskydden är monterade och låser", "Godkänt"),
        ("Anmärkning och utförda åtgärder", None),
        ("Foto på felet", "foto"),
        ("Hjälpmedlet är rent och kontrollen klar att märkas", "Godkänt"),
    ]
    forward = page.get_by_role("button", name="Nästa")
    for question, answer in answers:
        await expect(page.get_by_role("heading", level=2)).to_have_text(question)
        if answer in {"Godkänt", "Nej"}:
            # A common answer goes on by itself.
            await thumb.tap(page.get_by_role("button", name=answer, exact=True))
            continue
        if answer == "foto":
            thumb.taps += 1
            await page.get_by_label("Ta foto").set_input_files(_picture())
            await expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
        elif answer is not None and answer[0].isdigit():
            await _measure(page, thumb, question, answer)
        elif answer is not None:
            await thumb.tap(page.get_by_role("radio", name=answer))
        await thumb.tap(forward)
    await expect(page.get_by_role("heading", name="Ej godkänt")).to_be_visible()
    await expect(page.get_by_role("button", name="Minsta mönsterdjup")).to_contain_text("0,6 mm")
    await _sign(page, thumb)
    await photograph(page, "protokoll-klart")
    await thumb.tap(page.get_by_role("button", name="Signera protokollet"))
    await expect(page.get_by_role("link", name="Serviceprotokoll")).to_contain_text("Signerat")


async def _measure(page: Page, thumb: Thumb, question: str, answer: str) -> None:
    """A number with its limit, which is shown before it is broken; a broken one asks why at once."""
    limits = {"Lägsta däcktryck": "Gräns: 3,5–10 bar", "Minsta mönsterdjup": "Gräns: minst 1 mm"}
    await expect(page.get_by_text(limits[question])).to_be_visible()
    await thumb.type(page.get_by_role("textbox", name=question), answer)
    if answer == "0,6":
        await expect(page.get_by_text("Utanför gränsen: ej godkänt")).to_be_visible()
        await thumb.type(page.get_by_label("Varför ej godkänt?"), REASON)
        await photograph(page, "protokoll", documented=True)
    else:
        await expect(page.get_by_text("Inom gränsen")).to_be_visible()


async def _sign(page: Page, thumb: Thumb) -> None:
    canvas = page.get_by_label("Rita underskrift: Kontrollantens underskrift")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box is not None
    thumb.taps += 1
    await page.mouse.move(box["x"] + 40, box["y"] + 90)
    await page.mouse.down()
    for step in range(1, 12):
        await page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 90 + (30 if step % 2 else -30))
    await page.mouse.up()
    await expect(page.get_by_text("Underskriften är sparad")).to_be_visible()


async def _close(page: Page, thumb: Thumb) -> None:
    await thumb.tap(page.get_by_role("link", name="Avsluta order"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Avsluta {ORDER}")
    await expect(page.get_by_text("Protokollet är signerat", exact=True)).to_be_visible()
    await thumb.tap(page.get_by_role("radio", name="Till förskrivare"))
    await photograph(page, "avsluta")
    await thumb.tap(page.get_by_role("button", name="Avsluta order"))
    saved = page.get_by_role("main").get_by_role("status")
    await expect(saved).to_have_text("Sparat på telefonen")
    await expect(saved).to_be_focused()
    await expect(sync_line(page)).to_contain_text("1 ej skickad")
    await photograph(page, "sparat")


async def _nothing_is_gone(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await expect(sync_line(page)).to_contain_text("1 ej skickad")
    await expect(page.get_by_role("listitem").filter(has_text=ORDER)).to_contain_text("Ej skickad")
    await page.get_by_role("link", name="Utkorg").tap()
    await expect(page.get_by_role("heading", name="1 ej skickad")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text=f"Avsluta order {ORDER}")).to_contain_text("2 bilder")
    await expect(sync_line(page)).to_contain_text("Offline, 1 ej skickad, sparat på telefonen")
    await photograph(page, "utkorg", documented=True)


async def _closed_once(server: DemoServer) -> None:
    (order,) = await server.rows("select * from work_order where number = $1", ORDER)
    assert order["state"] == "closed"
    assert order["outcome"] == "referred"
    assert (order["assessed_priority"], order["assessed_place"]) == (1, "at_holder")
    commands = await server.rows("select * from command_log where aggregate = $1", order["id"])
    assert [(command["type"], command["verdict"]) for command in commands] == [("work_order.close", "applied")]
    assert DEVICE in json.loads(commands[0]["payload_raw"])["args"]["scan_raw"]
    entries = await server.rows("select minutes, comment from time_entry where work_order_id = $1", order["id"])
    assert [(entry["minutes"], entry["comment"]) for entry in entries] == [(10, COMMENT)]
    (protocol,) = await server.rows("select * from service_protocol where work_order_id = $1", order["id"])
    assert protocol["verdict"] == "not_approved"
    answers = protocol["answers"]
    assert answers["wheels.pressure"] == "4.5"
    assert REASON in answers["finish.remark"]
    blobs = await server.rows(
        "select b.state, b.size, b.received, encode(b.sha256, 'hex') as sha256, c.role from command_blob c"
        " join blob b using (sha256) where c.command_id = $1",
        commands[0]["id"],
    )
    assert {blob["role"]: blob["sha256"] for blob in blobs} == {
        "photo": answers["finish.fault_photo"]["sha256"],
        "signature": answers["finish.signature"]["sha256"],
    }
    assert all(blob["state"] == "complete" and blob["received"] == blob["size"] > 500 for blob in blobs)


async def _orderer_is_told(server: DemoServer, page: Page, keys: PushKeys, pushes: PushService) -> None:
    """In the app, and by a push that says nothing about anybody and reaches the service worker."""
    await page.get_by_role("link", name="Meddelanden").click()
    message = page.get_by_role("listitem").filter(has_text=ORDER)
    await expect(message).to_contain_text("är avslutad. Till förskrivare")
    await expect(message).to_contain_text("Oläst")
    await photograph(page, "meddelanden")
    told = await server.rows(
        "select m.kind from message m join user_account u on u.id = m.recipient_id"
        " join work_order o on o.id = m.work_order_id where u.username = 'forskrivare' and o.number = $1",
        ORDER,
    )
    assert [row["kind"] for row in told] == ["work_order.closed"]

    (delivery,) = await asyncio.to_thread(pushes.wait_for, 1)
    assert delivery.claims["sub"].startswith("mailto:")
    payload = keys.decrypt(delivery.body)
    assert payload["body"] == "En arbetsorder är avslutad. Öppna Turbil för att läsa."
    (patient,) = await server.rows(
        "select p.*, o.contact_name from work_order o join person p on p.id = o.person_id where o.number = $1", ORDER
    )
    words = json.dumps(payload, ensure_ascii=False)
    secrets = ("personal_number", "first_name", "last_name", "phone", "street", "postcode", "town", "contact_name")
    assert [name for name in secrets if patient[name] in words] == []
    assert [number for number in (ORDER, DEVICE) if number in words] == []

    await deliver_push(page, server, payload)
    await until(
        page,
        "async (body) => (await (await navigator.serviceWorker.ready).getNotifications()).some((n) => n.body === body)",
        payload["body"],
    )


def _picture() -> dict[str, Any]:
    """A photograph as a phone takes it: large, and of a worn tyre."""
    source = random.Random(1)
    picture = Image.effect_noise((1600, 1200), 60).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = source.randrange(1600), source.randrange(1200)
        draw.ellipse((x, y, x + 180, y + 60), (source.randrange(80), 40, 40))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return {"name": "dack.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


async def _office_sees_the_pictures(page: Page) -> None:
    """The photo of the worn tyre and the signature have come with the work."""
    await expect(page.get_by_role("heading", name="Bilder")).to_be_visible()
    photo = page.get_by_role("button", name="Foto av Tea Testtekniker")
    await expect(page.get_by_role("button", name="Underskrift hos Tea Testtekniker")).to_be_visible()
    await photo.scroll_into_view_if_needed()
    await until(page, "async () => [...document.querySelectorAll('li img')].every((one) => one.naturalWidth > 0)")
    await photograph(page, "order-bilder")
    await photo.click()
    await expect(page.get_by_role("dialog").filter(has_text="Foto av Tea Testtekniker")).to_be_visible()


async def test_a_simple_repair_is_six_taps_from_scan_to_closed(server: DemoServer, phone: Opened) -> None:
    """What is done most: the device was read, its order is opened, time and outcome are said, and it is closed."""
    faults = Faults()
    page = faults.watch(await sign_in(await phone(), "tekniker"))
    await page.get_by_role("link", name=SIMPLE_ORDER).wait_for()
    thumb = Thumb()
    # The scan itself: a hand scanner types the number and a line end.
    await page.keyboard.type(SIMPLE_DEVICE)
    await page.keyboard.press("Enter")
    sure = page.get_by_role("dialog").get_by_role("button", name="Ja")
    await expect(sure.or_(page.get_by_role("link", name=f"Öppna order {SIMPLE_ORDER}"))).to_be_visible()
    if await sure.count():
        await sure.click()
    await thumb.tap(page.get_by_role("link", name=f"Öppna order {SIMPLE_ORDER}"))
    await thumb.tap(page.get_by_role("link", name="Avsluta order"))
    await thumb.tap(page.get_by_role("button", name="Lägg till tid"))
    await thumb.tap(page.get_by_role("button", name="Spara tid"))
    await thumb.tap(page.get_by_role("radio", name="Reparerad"))
    await thumb.tap(page.get_by_role("button", name="Avsluta order"))
    await expect(page.get_by_role("main").get_by_role("status")).to_have_text("Sparat på telefonen")
    print(f"\nA simple repair: {thumb.taps} taps from scan to closed")
    assert thumb.taps <= 6
    assert faults.seen == []
