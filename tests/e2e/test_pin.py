"""What a phone keeps is shut under a PIN: chosen, typed after a kill, forgotten, on the disk for nobody (SR-15)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright, Route, expect

from tests.e2e.browser import KillablePhone
from tests.e2e.demo_server import DemoServer
from tests.e2e.screens import photograph
from tests.e2e.steps import TODAY, Faults, add_time, fill_sign_in, register_order, sync_line, until, wait_for_worker

PIN, NEW_PIN = "482915", "517283"
CANARY = "Kanariegul cykel bakom garaget"

#: Every value of every database, cache and store of the page's origin, as one text; bytes as letters.
DISK = """async () => {
  const seen = [];
  const letters = (value) => value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value)
    : ArrayBuffer.isView(value) ? new TextDecoder('latin1').decode(value.buffer) : value;
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((done) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => done(request.result);
      });
      seen.push(JSON.stringify(rows, (_key, value) => letters(value)));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) if (new URL(url).pathname.startsWith('/api')) seen.push(url);
  }
  seen.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
  return seen.join('\\n');
}"""


async def with_pin(context: BrowserContext) -> None:
    """The region asks for a PIN: the server of these tests does not, so its answer is changed on the way."""

    async def change(route: Route) -> None:
        answer = await route.fetch()
        body: Any = await answer.json() if answer.ok and answer.status == 200 else None
        if isinstance(body, dict) and "pin" in body:
            await route.fulfill(response=answer, json={**body, "pin": True})
        else:
            await route.fulfill(response=answer)

    await context.route("**/api/session", change)


async def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        await page.get_by_role("button", name=digit, exact=True).tap()


async def test_the_phone_is_shut_under_a_pin(server: DemoServer, playwright: Playwright, tmp_path: Path) -> None:
    number = await register_order(server, "104901", CANARY)
    faults = Faults()
    phone = KillablePhone(playwright, tmp_path / "profile")
    try:
        page = faults.watch(await phone.open())
        await with_pin(page.context)
        await page.goto(server.origin)
        await fill_sign_in(page, "tekniker")
        await _choose(page)
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(page.get_by_role("link", name=number)).to_be_visible()
        await wait_for_worker(page)
        await expect(sync_line(page)).to_contain_text("Allt skickat")
        await until(page, "async () => (await indexedDB.databases()).length > 0")
        assert CANARY not in await page.evaluate(DISK), "readable on the screen, and nowhere on the disk"

        async with asyncio.timeout(10):
            while not await server.rows("select device from sync_vault"):
                await page.evaluate("new Promise((again) => setTimeout(again, 50))")
        await _work_offline(server, page, number)
        # The page was loaded anew, and the worker still had the key.
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await phone.kill()

        page = faults.watch(await phone.open(offline=True))
        await with_pin(page.context)
        await page.goto(server.origin)
        await expect(page.get_by_role("heading", name="Hej Tea")).to_be_visible()
        assert CANARY not in await page.evaluate(DISK)
        await photograph(page, "pin")
        await type_pin(page, "111111")
        await expect(page.get_by_text("Fel PIN. 9 försök kvar.")).to_be_visible()
        await photograph(page, "pin-fel")
        await type_pin(page, PIN)
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(sync_line(page)).to_contain_text("1 ej skickad")

        await _lock_and_forget(page)
        await page.context.set_offline(False)
        await fill_sign_in(page, "tekniker")
        await expect(page.get_by_role("heading", name="Välj en PIN")).to_be_visible()
        await type_pin(page, NEW_PIN)
        await type_pin(page, NEW_PIN)
        await expect(page.get_by_role("heading", level=1)).to_have_text(TODAY)
        await expect(sync_line(page)).to_contain_text("Allt skickat")
    finally:
        await phone.close()
    (order,) = await server.rows("select state from work_order where number = $1", number)
    assert order["state"] == "closed"
    rows = await server.rows("select type from command_log where type = 'phone.vault_key'")
    assert len(rows) == 1
    assert faults.seen == []


async def _choose(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Välj en PIN")).to_be_visible()
    await photograph(page, "pin-valj")
    await type_pin(page, "123456")
    await expect(page.get_by_text("Den är för lätt att gissa.")).to_be_visible()
    await type_pin(page, PIN)
    await expect(page.get_by_role("heading", name="Skriv samma PIN en gång till")).to_be_visible()
    await type_pin(page, "482916")
    await expect(page.get_by_text("De två var olika. Välj på nytt.")).to_be_visible()
    await type_pin(page, PIN)
    await type_pin(page, PIN)


async def _work_offline(server: DemoServer, page: Page, number: str) -> None:
    await page.context.set_offline(True)
    await page.get_by_role("link", name=number).tap()
    await expect(page.get_by_text(CANARY)).to_be_visible()
    await add_time(page, "Ny ventil.")
    await page.get_by_role("link", name="Avsluta order").tap()
    await page.get_by_role("radio", name="Justerad").tap()
    await page.get_by_role("button", name="Avsluta order").tap()
    await expect(sync_line(page)).to_contain_text("1 ej skickad")
    await page.goto(server.origin)


async def _lock_and_forget(page: Page) -> None:
    """From the menu; then the PIN is forgotten, and there is no network to sign in."""
    await page.get_by_role("link", name="Mer").tap()
    await page.get_by_role("button", name="Lås appen").tap()
    await expect(page.get_by_role("heading", name="Hej Tea")).to_be_visible()
    await page.get_by_role("button", name="Glömt din PIN?").tap()
    await photograph(page, "pin-glomt")
    await page.get_by_role("button", name="Logga in").tap()
    await expect(page.get_by_label("Lösenord", exact=True)).to_be_visible()
    assert json.loads(await page.evaluate("JSON.stringify(location.pathname)")) == "/sign-in"
