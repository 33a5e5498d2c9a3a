"""The patient's report, from the label's code to the closed order: no sign-in, nothing left on the phone."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.accessibility import Inspector
from tests.e2e.browser import open_page
from tests.e2e.conftest import Opened
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import (
    Faults,
    Thumb,
    add_time,
    assign_order,
    deliver_push,
    print_label,
    push_stub,
    sign_in,
    sync_line,
    until,
    wait_for_worker,
)
from tests.support.push_service import Browser as PushKeys
from tests.support.push_service import push_service

WORDS = "Höger broms tar inte. Stolen rullar iväg när jag sätter mig."
STILL = {"reduced_motion": "reduce"}

_LEFT_BEHIND = """async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((one) => one.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
    cookies: document.cookie,
})"""
NOTHING = {"local": [], "session": [], "databases": [], "caches": [], "workers": [], "cookies": ""}


@dataclass(frozen=True)
class Aid:
    """A device that somebody has, whose prescriber is the demo's."""

    number: str
    article_name: str


async def aids(server: DemoServer) -> list[Aid]:
    """Wheelchairs without open orders, held by a person, prescribed by the demo's prescriber."""
    rows = await server.rows(
        "select d.number, a.name from device d join article a on a.id = d.article_id join holding h on"
        " h.device_id = d.id and h.starts_at is not null and h.ends_at is null join user_account u on"
        " u.id = h.prescriber_id where u.username = 'forskrivare' and a.stock_status <> 'expired'"
        " and a.iso_class like '1222%' and not exists"
        " (select from work_order w where w.device_id = d.id and w.state not in ('closed', 'cancelled'))"
        " and not exists (select from fault_report r where r.device_id = d.id) order by d.number"
    )
    return [Aid(row["number"], row["name"]) for row in rows]


async def test_from_the_label_to_the_closed_order(server: DemoServer, phone: Opened, desk: Opened) -> None:
    aid = (await aids(server))[0]
    code = await print_label(server, aid.number)
    faults = Faults()
    keys = PushKeys()
    with push_service() as pushes:
        context = await phone(permissions=["notifications", "clipboard-read", "clipboard-write"])
        await push_stub(context, keys, pushes.endpoint("patient"))
        patient = faults.watch(await open_page(context))
        await _report(patient, code, aid)
        await _follow(patient)

        office = faults.watch(await sign_in(await desk(), "kundtjanst", path="/office/reports"))
        number = await _decide_by_keyboard(server, office, aid)
        (delivery,) = await asyncio.to_thread(pushes.wait_for, 1)
        await _pushed(patient, server, keys.decrypt(delivery.body), aid, number)
        await expect(patient.get_by_role("heading", name="Vi lagar det")).to_be_visible()

        technician = faults.watch(await sign_in(await phone(), "tekniker", path=f"/order/{number}"))
        await _close(technician, number)
        await asyncio.to_thread(pushes.wait_for, 2)
        await _closed(server, patient, number)
        await _staff_scan_with_the_camera(technician, code, aid)
    await _prescriber_is_told(desk, number)
    assert faults.seen == []


async def _staff_scan_with_the_camera(page: Page, code: str, aid: Aid) -> None:
    """A phone's own camera opens the public's page for staff as well; one tap leads on, in a cellar too."""
    await wait_for_worker(page)
    await page.context.set_offline(True)
    await page.goto(code)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vad gäller det?")
    await page.get_by_role("link", name="Personal: öppna i Turbil").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"{aid.article_name}|{aid.number}"))
    assert page.url.endswith(f"/device/{aid.number}")


async def _report(page: Page, code: str, aid: Aid) -> None:
    """Six questions on the patient's own phone, with a photo, in taps and seconds."""
    thumb, started = Thumb(), time.monotonic()
    await page.goto(code)
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Vad gäller det?")
    await expect(page.get_by_text(aid.article_name)).to_be_visible()
    opened = time.monotonic() - started
    await photograph(page, "felanmalan-1")
    await thumb.tap(page.get_by_role("button", name="Något är trasigt"))
    await expect(heading).to_have_text("Vilken del gäller det?")
    await photograph(page, "felanmalan-del")
    await thumb.tap(page.get_by_role("button", name="En broms"))
    await thumb.tap(page.get_by_role("button", name="Höger"))
    await expect(heading).to_have_text("Vad är det som är fel?")
    await expect(heading).to_be_focused()
    await thumb.type(page.get_by_label("Din beskrivning"), WORDS)
    await photograph(page, "felanmalan-2")
    await thumb.tap(page.get_by_role("button", name="Fortsätt"))
    await expect(heading).to_have_text("Vill du visa med ett foto?")
    thumb.taps += 1
    await page.get_by_label("Välj foto").set_input_files(picture())
    await expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    await photograph(page, "felanmalan-3")
    await thumb.tap(page.get_by_role("button", name="Fortsätt"))
    await thumb.type(page.get_by_label("Namn"), "Testa Testsson")
    await thumb.type(page.get_by_label("Telefon"), "070-555 01 02")
    await photograph(page, "felanmalan-4")
    await thumb.tap(page.get_by_role("button", name="Skicka felanmälan"))
    await expect(heading).to_have_text("Tack, vi har fått din anmälan")
    seconds = time.monotonic() - started
    await expect(page.get_by_text("inte skickat")).to_have_count(0)
    await photograph(page, "felanmalan-tack")
    assert await page.evaluate(_LEFT_BEHIND) == NOTHING
    figures = f"{thumb.taps} taps, {thumb.typed} typed; open in {opened:.1f} s, sent in {seconds:.1f} s"
    print(f"\nThe patient's report: {figures}")


async def _follow(page: Page) -> None:
    """The link is copied, opened, and the patient asks to be told."""
    await page.get_by_role("button", name="Kopiera länken").tap()
    await expect(page.get_by_text("Länken är kopierad")).to_be_visible()
    link = await page.get_by_label("Din länk").input_value()
    assert await page.evaluate("navigator.clipboard.readText()") == link
    await page.get_by_role("link", name="Se hur det går").tap()
    await expect(page).to_have_url(link)
    await expect(page.get_by_role("heading", name="Vi har fått den")).to_be_visible()
    await photograph(page, "felanmalan-status")
    assert await page.evaluate(_LEFT_BEHIND) == NOTHING
    await page.get_by_role("button", name="Ja, meddela mig").tap()
    await expect(page.get_by_text("Du får en notis när det händer något.")).to_be_visible()
    left = await page.evaluate(_LEFT_BEHIND)
    assert left == NOTHING | {"local": ["test.push"], "workers": [link]}


async def _decide_by_keyboard(server: DemoServer, page: Page, aid: Aid) -> str:
    """Triage without a mouse: to the report, its photo and words, and a work order on the region's own scale."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Felanmälningar")
    row = page.get_by_role("listitem").filter(has_text=WORDS)
    await expect(row).to_contain_text("1 foto")
    await photograph(page, "felanmalningar")
    await page.keyboard.press("Enter")
    selected = page.locator("li", has=page.locator("[aria-current=true]"))
    for _ in range(20):
        await expect(selected).to_have_count(1)
        if WORDS in await selected.inner_text():
            break
        await page.keyboard.press("j")
    await expect(selected).to_contain_text(WORDS)
    main = page.get_by_role("main")
    await expect(main.get_by_role("link", name="070-555 01 02")).to_be_visible()
    photo = page.get_by_role("img", name="Foto 1")
    await expect(photo).to_be_visible()
    await until(page, "async () => document.querySelector('.photos img')?.naturalWidth > 0")
    await photograph(page, "felanmalan-triage")

    await page.keyboard.press("w")
    sheet = page.get_by_role("dialog", name="Gör arbetsorder")
    await expect(sheet.get_by_label("Felbeskrivning")).to_have_value(f"En broms, höger: {WORDS}")
    await page.keyboard.press("Control+Enter")
    await expect(sheet.get_by_text("Välj en prioritet.").first).to_be_visible()
    while not await sheet.get_by_role("radio", name="Normal").is_checked():
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
    await photograph(page, "felanmalan-arbetsorder")
    await page.keyboard.press("Control+Enter")
    await expect(sheet).to_have_count(0)
    (report,) = await server.rows(
        "select r.state, w.number, w.fault_text, w.contact_name, w.contact_phone, d.number as device"
        " from fault_report r join work_order w on w.id = r.work_order_id join device d on d.id = w.device_id"
        " where r.text = $1",
        WORDS,
    )
    number: str = report.pop("number")
    assert report == {
        "state": "work_order_created",
        "fault_text": f"En broms, höger: {WORDS}",
        "contact_name": "Testa Testsson",
        "contact_phone": "070-555 01 02",
        "device": aid.number,
    }
    await expect(page.get_by_text(f"Arbetsorder {number} är registrerad")).to_be_visible()
    await assign_order(server, number)
    return number


async def _pushed(page: Page, server: DemoServer, payload: dict[str, Any], aid: Aid, number: str) -> None:
    """The push says that something has happened and nothing else; the worker shows it and the page reads anew."""
    words = json.dumps(payload, ensure_ascii=False)
    assert [secret for secret in (aid.number, number, aid.article_name, "Testa", page.url) if secret in words] == []
    await deliver_push(page, server, payload)
    await until(
        page,
        "async (body) => (await (await navigator.serviceWorker.getRegistration(location.pathname)).getNotifications())"
        ".some((one) => one.body === body)",
        payload["body"],
    )


async def _close(page: Page, number: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Arbetsorder {number}")
    await expect(page.get_by_text(WORDS).first).to_be_visible()
    await add_time(page, "Ny bromsvajer.")
    await page.get_by_role("link", name="Avsluta order").tap()
    await page.get_by_role("radio", name="Reparerad").tap()
    await page.get_by_role("button", name="Avsluta order").tap()
    await expect(sync_line(page)).to_contain_text("Allt skickat")


async def _closed(server: DemoServer, page: Page, number: str) -> None:
    assert await server.rows("select state from work_order where number = $1", number) == [{"state": "closed"}]
    await page.get_by_role("button", name="Hämta igen").tap()
    await expect(page.get_by_role("heading", name="Klart")).to_be_visible()
    await expect(page.get_by_text("En tekniker hör av sig till dig om en tid.")).to_be_visible()
    await photograph(page, "felanmalan-klar")


async def _prescriber_is_told(desk: Opened, number: str) -> None:
    page = await sign_in(await desk(), "forskrivare", path="/messages")
    await expect(page.get_by_role("listitem").filter(has_text=number)).to_contain_text("är avslutad. Reparerad")


async def test_nothing_typed_is_lost_and_nothing_is_sent_twice(server: DemoServer, phone: Opened) -> None:
    """Back keeps the words; a lost answer, a lost network and a lying image cost nothing."""
    aid = (await aids(server))[1]
    code = await print_label(server, aid.number)
    context = await phone()
    page = await open_page(context)
    faults = Faults()
    faults.watch(page)
    await page.goto(code)
    await page.get_by_role("button", name="Det behöver service").tap()
    await page.get_by_role("button", name="Fortsätt").tap()
    await expect(page.get_by_text("Skriv några ord om vad det gäller.")).to_be_visible()
    await page.get_by_label("Din beskrivning").fill(f"Service, tack. {aid.number}")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vad gäller det?")
    await page.get_by_role("button", name="English").tap()
    await page.get_by_role("button", name="It needs service").tap()
    await expect(page.get_by_label("Your description")).to_have_value(f"Service, tack. {aid.number}")
    await page.get_by_role("button", name="Svenska", exact=True).tap()
    await page.get_by_role("button", name="Fortsätt").tap()

    lie = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff not a picture"}
    await page.get_by_label("Välj foto").set_input_files(lie)
    await expect(page.get_by_text("Den filen är ingen bild")).to_be_visible()
    await page.get_by_label("Ta foto").set_input_files(picture())
    await expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    await page.get_by_role("button", name="Fortsätt").tap()

    await _lose_one_answer(context)
    await page.get_by_role("button", name="Skicka felanmälan").tap()
    await expect(page.get_by_role("heading", name="Du har inget nät just nu")).to_be_visible()
    await context.set_offline(True)
    await page.get_by_role("button", name="Försök igen").tap()
    await expect(page.get_by_role("button", name="Försök igen")).to_be_enabled()
    await photograph(page, "felanmalan-utan-nat")
    # The thanks come with the report; its photo follows.
    async with page.expect_response(lambda answer: "/reports/photos" in answer.url and answer.ok):
        await context.set_offline(False)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått din anmälan")
    await expect(page.get_by_text("inte skickat")).to_have_count(0)
    reports = await server.rows(
        "select r.times_sent, (select count(*) from fault_report_photo p where p.fault_report_id = r.id) as photos,"
        " (select count(*) from command_log c where c.aggregate = r.id) as commands from fault_report r"
        " where r.text = $1",
        f"Service, tack. {aid.number}",
    )
    assert [(one["times_sent"], one["photos"], one["commands"]) for one in reports] == [(1, 1, 1)]
    assert faults.seen == []


async def _lose_one_answer(context: BrowserContext) -> None:
    """The report reaches the server; the answer is lost on its way back."""

    async def lose(route: Any) -> None:
        await route.fetch()
        await route.abort()

    await context.route("**/api/public/reports", lose, times=1)


async def test_a_lying_image_past_the_page(server: DemoServer, phone: Opened) -> None:
    """The page makes every picture anew; whoever goes round it is answered by the server, and the report stands."""
    aid = (await aids(server))[2]
    page = await open_page(await phone())
    await page.goto(await print_label(server, aid.number))
    await page.get_by_role("button", name="Något annat").tap()
    await page.get_by_label("Din beskrivning").fill(f"En fråga om {aid.number}.")
    await page.get_by_role("button", name="Fortsätt").tap()
    await page.get_by_label("Ta foto").set_input_files(picture())
    await expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    await page.get_by_role("button", name="Fortsätt").tap()

    async def lie(route: Any) -> None:
        await route.continue_(post_data=b"GIF89a<script>alert(1)</script>")

    await page.context.route("**/api/public/reports/photos**", lie)
    await page.get_by_role("button", name="Skicka felanmälan").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått din anmälan")
    await expect(page.get_by_text("Ett foto kunde inte tas emot. Anmälan är framme ändå.")).to_be_visible()


async def test_an_old_label_tells_nothing_back(server: DemoServer, phone: Opened) -> None:
    """A typed number opens the same form, whether it is in the register or not (R-212)."""
    page = await open_page(await phone())
    for number in ((await aids(server))[3].number, "99999999"):
        await page.goto("/F")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Vilket nummer står på etiketten?")
        await page.get_by_label("Nummer").fill(number)
        await _choose_region(page)
        await page.get_by_role("button", name="Fortsätt").tap()
        await page.get_by_role("button", name="Jag behöver lära mig använda det").tap()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Berätta med egna ord")
        await page.get_by_label("Din beskrivning").fill("Hur fäller man ihop den?")
        await page.get_by_role("button", name="Fortsätt").tap()
        await page.get_by_role("button", name="Fortsätt utan foto").tap()
        await page.get_by_role("button", name="Skicka felanmälan").tap()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått din anmälan")
        await page.get_by_role("link", name="Se hur det går").tap()
        await expect(page.get_by_role("heading", name="Vi har fått den")).to_be_visible()
        names = {row["name"] for row in await server.rows("select distinct name from article")}
        text = await page.get_by_role("main").inner_text()
        assert [name for name in names if name in text] == []


async def _choose_region(page: Page) -> None:
    region = page.get_by_label("Vilken region kommer hjälpmedlet från?")
    if await region.count():
        await region.select_option(index=1)


async def test_public_screens_for_everybody(server: DemoServer, phone: Opened, desk: Opened) -> None:
    inspector = Inspector()
    aid = (await aids(server))[4]
    code = await print_label(server, aid.number)
    page = await open_page(await phone(**STILL))
    await page.goto("/F/broken")
    await expect(page.get_by_text("Koden på etiketten gick inte att läsa.")).to_be_visible()
    await page.get_by_role("button", name="Fortsätt").tap()
    await inspector.look(page, "number, refused")
    await photograph(page, "felanmalan-nummer")
    await page.goto(code)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vad gäller det?")
    await expect(page.get_by_role("link", name="Personal: öppna i Turbil")).to_have_attribute(
        "href", f"/device/{aid.number}"
    )
    await inspector.look(page, "topic")
    await page.get_by_role("button", name="Lätt svenska").tap()
    await page.get_by_role("button", name="Det fungerar inte").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vad är det som är sönder?")
    await inspector.look(page, "part, easy Swedish")
    await page.get_by_role("button", name="Svenska", exact=True).tap()
    await page.get_by_role("button", name="Ett hjul").tap()
    await inspector.look(page, "side")
    await page.get_by_role("button", name="Bak, höger").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Prova det här först")
    await inspector.look(page, "help")
    await photograph(page, "felanmalan-prova")
    await page.get_by_role("button", name="Det löste sig").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vad bra att det löste sig")
    await inspector.look(page, "solved")
    await page.get_by_role("button", name="Anmäl ändå").tap()
    await page.get_by_label("Din beskrivning").fill("Hjälpmedelskonsulenternas " * 200)
    await page.get_by_role("button", name="Fortsätt").tap()
    await expect(page.get_by_text("Texten är för lång.")).to_be_visible()
    await inspector.look(page, "words, refused")
    await page.get_by_label("Din beskrivning").fill("Hjälpmedelskonsulenternas stol lutar.")
    await page.get_by_role("button", name="Fortsätt").tap()
    await page.get_by_label("Välj foto").set_input_files(picture())
    await expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    await inspector.look(page, "photos")
    await page.get_by_role("button", name="Fortsätt").tap()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Skicka felanmälan").tap()
    await expect(page.get_by_role("heading", name="Du har inget nät just nu")).to_be_visible()
    await inspector.look(page, "contact, offline")
    await page.context.set_offline(False)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått din anmälan")
    await inspector.look(page, "receipt")
    await page.get_by_role("link", name="Se hur det går").tap()
    await expect(page.get_by_role("heading", name="Vi har fått den")).to_be_visible()
    await inspector.look(page, "status")
    await page.goto("/S/0123456789ABCDEFGHJKMNPQRS")
    await expect(page.get_by_role("heading", name="Vi hittar ingen anmälan här")).to_be_visible()
    await inspector.look(page, "status, gone")
    await photograph(page, "felanmalan-okand")

    office = await sign_in(await desk(**STILL), "planerare", path="/office/reports")
    await expect(office.get_by_role("listitem").filter(has_text="Hjälpmedelskonsulenternas stol")).to_be_visible()
    await inspector.look(office, "triage", field=False)
    await office.get_by_role("listitem").filter(has_text="Hjälpmedelskonsulenternas stol").get_by_role("link").click()
    await expect(office.get_by_role("button", name="Redan anmält")).to_be_visible()
    await inspector.look(office, "triage, report", field=False)
    for button in ("Gör arbetsorder", "Till förskrivaren", "Redan anmält", "Avsluta utan åtgärd"):
        await office.get_by_role("button", name=button).click()
        dialog = office.get_by_role("dialog", name=button)
        await expect(dialog).to_be_visible()
        await inspector.look(office, f"triage, {button}", field=False)
        await dialog.get_by_role("button", name="Stäng").click()
        # Its words go when the page has heard that it is closed; a key that comes sooner than that is nobody's.
        await expect(office.locator("dialog .inside")).to_have_count(0)
    await _refer(office)
    prescriber = await sign_in(await desk(**STILL), "forskrivare", path="/messages")
    await prescriber.get_by_role("link", name=re.compile(f"En felanmälan om {aid.number}")).click()
    await expect(prescriber.get_by_text("Hjälpmedelskonsulenternas stol lutar.")).to_have_count(2)
    await expect(prescriber.get_by_role("button", name="Gör arbetsorder")).to_have_count(0)
    await inspector.look(prescriber, "referred report", field=False)
    await photograph(prescriber, "felanmalan-forskrivare")
    assert not inspector.faults, "\n".join(inspector.faults)


async def _refer(page: Page) -> None:
    await page.keyboard.press("r")
    await expect(page.get_by_role("dialog", name="Till förskrivaren")).to_contain_text("kan läsa anmälan")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Anmälan är lämnad till förskrivaren")).to_be_visible()


def picture() -> dict[str, Any]:
    """A photograph as a phone takes it."""
    drawn = Image.effect_noise((1600, 1200), 60).convert("RGB")
    ImageDraw.Draw(drawn).ellipse((300, 200, 1200, 1000), (150, 60, 40))
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=85)
    return {"name": "broms.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
