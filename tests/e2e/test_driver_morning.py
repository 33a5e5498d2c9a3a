"""The driver's morning: load, deliver offline, nobody home, a wrong tap, a pick-up, the browser killed, all sent."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Playwright, expect

from routing.rounds.proof import items_hash, proof_items
from tests.e2e.accessibility import Inspector
from tests.e2e.browser import KillablePhone
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import TODAY, Faults, Thumb, fill_sign_in, print_label, sync_line, wait_for_worker
from tests.support.film import write_film

FIRST = "300101"
RECEIVER = "Testa Mottagarsson"
SAVED = "13 ej skickade"
"""Eight on the way into the van, an outcome at three doors, and two that one of them took back first."""
MOST_TAPS = 4
"""From an open stop with one device until it is delivered, when the holder opens."""


async def test_load_deliver_fail_undo_collect_killed_synced(
    server: DemoServer, playwright: Playwright, tmp_path: Path
) -> None:
    film = await asyncio.to_thread(write_film, await print_label(server, FIRST), tmp_path / "label.mjpeg")
    faults = Faults()
    phone = KillablePhone(playwright, tmp_path / "profile", film)
    try:
        page = faults.watch(await phone.open())
        await page.goto(server.origin)
        await fill_sign_in(page, "forare")
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(page.get_by_text("0 av 6 klara")).to_be_visible()
        await expect(sync_line(page)).to_contain_text("Allt skickat")
        await wait_for_worker(page)
        await photograph(page, "tur", documented=True)
        # The browser writes its cookies to disk when it is closed; the kill comes later.
        await phone.close()
        page = faults.watch(await phone.open())
        await page.goto(server.origin)
        await expect(page.get_by_role("link", name="Lasta bilen")).to_be_visible()

        # Colours on their way from light to dark are not what anybody reads.
        await page.emulate_media(reduced_motion="reduce")
        inspector = Inspector(landmarks=True)
        await inspector.look(page, "tur")
        await page.context.set_offline(True)
        await _load(page, inspector)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Stopp 1 av 6")
        await inspector.look(page, "stopp")
        thumb = Thumb()
        await _deliver(page, thumb)
        print(f"\nA stop with one device: {thumb.taps} taps from the stop to delivered, {thumb.typed} typed")
        assert thumb.taps - thumb.typed <= MOST_TAPS
        await _nobody_home(page)
        await _collect_after_a_wrong_tap(page)

        # Nothing that was saved may be missing after the kill: the same number waits.
        await expect(sync_line(page)).to_contain_text(SAVED)
        await phone.kill()
        page = faults.watch(await phone.open(offline=True))
        await page.goto(server.origin)
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(page.get_by_text("2 av 6 klara")).to_be_visible()
        await expect(page.get_by_text("1 gick inte")).to_be_visible()
        unsent = sync_line(page)
        await expect(unsent).to_contain_text(SAVED)
        await photograph(page, "tur-pa-vag")

        await page.context.set_offline(False)
        await expect(unsent).to_contain_text("Allt skickat")
    finally:
        await phone.close()

    await _delivered_once(server)
    await _tried(server)
    await _collected(server)
    assert faults.seen == []
    assert inspector.faults == []


async def _load(page: Page, inspector: Inspector) -> None:
    """The camera reads the first label; numbers are typed; goods without a number are ticked; a wrong tap is undone."""
    await page.get_by_role("link", name="Lasta bilen").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Lasta")
    await expect(page.get_by_text("1 av 6 lastade")).to_be_visible()
    await inspector.look(page, "lasta")
    number = page.get_by_role("textbox", name="Skriv numret")
    for loaded, device in enumerate(("300102", "300103", "300104"), start=2):
        await number.fill(device)
        await page.get_by_role("button", name="Bocka av").tap()
        await expect(page.get_by_text(f"{loaded} av 6 lastade")).to_be_visible()
    await photograph(page, "lasta")
    await page.get_by_role("button", name="Ångra").tap()
    await expect(page.get_by_text("3 av 6 lastade")).to_be_visible()
    await number.fill("300104")
    await page.get_by_role("button", name="Bocka av").tap()
    for goods in ("2 st", "1 st"):
        await page.get_by_role("checkbox", name=f"Lasta {goods}").tap()
    await expect(page.get_by_role("heading", name="Allt är lastat")).to_be_visible()
    await page.get_by_role("link", name="Till stopp 1").tap()


async def _deliver(page: Page, thumb: Thumb) -> None:
    """Scanned at the door and signed for, offline."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stopp 1 av 6")
    await photograph(page, "stopp")
    await thumb.tap(page.get_by_role("button", name="Skanna första enheten"))
    await thumb.tap(page.get_by_role("button", name="Till kvittens"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kvittens, stopp 1")
    await expect(page.get_by_role("listitem").filter(has_text=FIRST)).to_be_visible()
    await _sign(page, thumb)
    # The holder's own name stands there already; it is somebody else who opens today, which costs one tap and a name.
    name = page.get_by_role("textbox", name="Namn på den som tar emot")
    await expect(name).not_to_have_value("")
    await thumb.type(name, RECEIVER)
    await photograph(page, "kvittens", documented=True)
    await thumb.tap(page.get_by_role("button", name="Levererat"))
    await expect(page.get_by_role("heading", name="Sparat på telefonen")).to_be_focused()
    await page.get_by_role("link", name="Nästa: stopp 2").tap()


async def _sign(page: Page, thumb: Thumb) -> None:
    canvas = page.get_by_label("Rita underskrift: Underskrift för raderna ovan")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box is not None
    thumb.taps += 1
    await page.mouse.move(box["x"] + 40, box["y"] + 60)
    await page.mouse.down()
    for step in range(1, 10):
        await page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 60 + (25 if step % 2 else -25))
    await page.mouse.up()
    await expect(page.get_by_text("Underskriften är sparad")).to_be_visible()


async def _nobody_home(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stopp 2 av 6")
    await page.get_by_role("button", name="Det går inte …").tap()
    sheet = page.get_by_role("dialog", name="Varför går det inte?")
    await sheet.get_by_role("radio", name="Ingen svarar").tap()
    await photograph(page, "gar-inte")
    await sheet.get_by_role("button", name="Spara och åk vidare").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
    await expect(page.get_by_text("1 gick inte")).to_be_visible()


async def _collect_after_a_wrong_tap(page: Page) -> None:
    """The third stop is marked as failed by mistake, which is taken back, and then its device is collected."""
    await page.get_by_role("link", name="Öppna stopp 3").tap()
    await page.get_by_role("button", name="Det går inte …").tap()
    sheet = page.get_by_role("dialog", name="Varför går det inte?")
    await sheet.get_by_role("radio", name="Fel adress").tap()
    await sheet.get_by_role("button", name="Spara och åk vidare").tap()
    await expect(page.get_by_text("2 gick inte")).to_be_visible()
    await page.get_by_role("button", name="Ångra").tap()
    await expect(page.get_by_text("Ångrat. Stoppet är kvar på turen.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stopp 3 av 6")
    await page.get_by_role("button", name="300201").tap()
    await page.get_by_role("dialog", name="300201").get_by_role("button", name="Bocka av utan att skanna").tap()
    await page.get_by_role("radio", name="Smittrengjord").tap()
    await photograph(page, "hamta")
    await page.get_by_role("button", name="Till kvittens").tap()
    await page.get_by_role("button", name="Spara utan kvittens").tap()
    await expect(page.get_by_role("heading", name="Sparat på telefonen")).to_be_focused()


async def _commands(server: DemoServer, position: int) -> list[dict[str, Any]]:
    rows = await server.rows(
        "select c.type, c.verdict, c.id, c.payload_raw from command_log c join stop s on s.id = c.aggregate"
        " join van_round r on r.id = s.round_id join user_account u on u.id = r.driver_id"
        " where u.username = 'forare' and r.name = 'Boden förmiddag' and s.position = $1 order by c.seq",
        position,
    )
    return [{**dict(row), "args": json.loads(row["payload_raw"])["args"]} for row in rows]


async def _delivered_once(server: DemoServer) -> None:
    """One order, one holding, and a proof that is bound to exactly its items (R-019)."""
    told = await _commands(server, 1)
    assert [(one["type"], one["verdict"]) for one in told] == [("stop.load", "applied"), ("stop.complete", "applied")]
    args = told[-1]["args"]
    (proof,) = await server.rows("select * from proof_of_delivery where command_id = $1", told[-1]["id"])
    items = proof_items(args["delivered"], args["collected"])
    assert proof["items_sha256"] == args["proof"]["items_sha256"] == items_hash(items)
    (task,) = await server.rows(
        "select t.id, t.state from stop_task t join stop s on s.id = t.stop_id join van_round r on r.id = s.round_id"
        " join user_account u on u.id = r.driver_id"
        " where u.username = 'forare' and r.name = 'Boden förmiddag' and s.position = 1"
    )
    assert task["state"] == "done"
    assert [(item["action"], item["task_id"]) for item in items] == [("deliver", str(task["id"]))]
    assert (proof["method"], proof["signer_name"]) == ("signature", RECEIVER)
    (blob,) = await server.rows("select state, size from blob where sha256 = $1", proof["blob_sha256"])
    assert blob["state"] == "complete"
    assert blob["size"] > 500
    (device,) = await server.rows(
        "select d.status, (select count(*) from holding h where h.device_id = d.id and h.ends_at is null) as holdings,"
        " (select array_agg(e.kind order by e.at, e.id) from custody_event e where e.device_id = d.id"
        "   and e.standing = 'chain') as chain, (select l.state from order_line l where l.device_id = d.id) as line"
        " from device d join user_account u on u.region_id = d.region_id and u.username = 'forare' where d.number = $1",
        FIRST,
    )
    assert (device["status"], device["holdings"], device["line"]) == ("with_holder", 1, "delivered")
    assert device["chain"] == ["load", "deliver"]


async def _tried(server: DemoServer) -> None:
    """Nobody home is kept, and the goods are still in the van."""
    told = await _commands(server, 2)
    assert [one["type"] for one in told].count("stop.fail") == 1
    (stop,) = await server.rows(
        "select s.state, s.failed_code from stop s join van_round r on r.id = s.round_id join user_account u"
        " on u.id = r.driver_id where u.username = 'forare' and r.name = 'Boden förmiddag' and s.position = 2"
    )
    assert (stop["state"], stop["failed_code"]) == ("failed", "no_contact")
    (device,) = await server.rows(
        "select d.status from device d join user_account u on u.region_id = d.region_id and u.username = 'forare'"
        " where d.number = '300102'"
    )
    assert device["status"] == "in_transit"


async def _collected(server: DemoServer) -> None:
    """The wrong tap and its undoing are both in the history, and the device is on its way back."""
    told = await _commands(server, 3)
    assert [(one["type"], one["verdict"]) for one in told] == [
        ("stop.fail", "applied"),
        ("stop.undo", "applied"),
        ("stop.complete", "applied"),
    ]
    (line,) = await server.rows(
        "select l.state, l.hygiene, d.status from pickup_line l join device d on d.id = l.device_id"
        " join user_account u on u.region_id = d.region_id and u.username = 'forare' where d.number = '300201'"
    )
    assert (line["state"], line["hygiene"], line["status"]) == ("collected", "cleaned_contaminated", "collected")
