"""What people do again and again, by roles and names as they are read and heard."""

from __future__ import annotations

import asyncio
import io
import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import zxingcpp
from PIL import Image
from playwright.async_api import BrowserContext, Error, Locator, Page, expect

from tests.e2e.browser import PATIENCE_MS, open_page
from tests.e2e.demo_server import PASSWORD, DemoServer
from tests.support.push_service import Browser as PushKeys

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DEVICE = "179711"
ORDER = "15510441"
TODAY = re.compile("^Idag, ")
"""The heading of the technician's first screen."""


class Faults:
    """What a page's own code threw and nobody caught; a user sees a screen that has stopped working."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def watch(self, page: Page) -> Page:
        """Listen to the page."""
        page.on("pageerror", lambda error: self.seen.append(f"{page.url}: {error.message}"))
        return page


class Thumb:
    """Taps, and counts them; typing and choosing a file are counted apart."""

    def __init__(self) -> None:
        self.taps = 0
        self.typed = 0

    async def tap(self, target: Locator) -> None:
        """One tap."""
        self.taps += 1
        await target.tap()

    async def type(self, target: Locator, text: str) -> None:
        """One tap into a field, and typing."""
        self.taps += 1
        self.typed += 1
        await target.fill(text)


async def sign_in(context: BrowserContext, username: str, *, password: str = PASSWORD, path: str = "/") -> Page:
    """Open the app and sign in; returns the page with the first screen of that user."""
    page = await open_page(context)
    await page.goto(path)
    await fill_sign_in(page, username, password)
    await expect(page.get_by_role("navigation", name="Huvudmeny")).to_be_visible()
    return page


async def fill_sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form and send it."""
    await page.get_by_label("Användarnamn").fill(username)
    await page.get_by_label("Lösenord", exact=True).fill(password)
    await page.get_by_role("button", name="Logga in").click()


async def until(page: Page, condition: str, argument: Any = None) -> None:
    """Wait until an asynchronous function in the page answers true, also when the page loads itself anew meanwhile.

    Playwright's own ``wait_for_function`` awaits no promises, and after a load it asks in a way that our content
    security policy refuses.
    """
    waiting = f"""async (argument) => {{
        while (!(await ({condition})(argument))) await new Promise((again) => setTimeout(again, 40));
    }}"""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            try:
                await page.evaluate(waiting, argument)
                return
            except Error as error:
                if "context was destroyed" not in error.message:
                    raise


async def wait_for_worker(page: Page) -> None:
    """Wait until the service worker has everything and answers for this page."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await until(page, "async () => navigator.serviceWorker.controller !== null")


def sync_line(page: Page) -> Locator:
    """The line under the title that says how the phone stands with the server."""
    return page.get_by_role("banner").get_by_role("status")


async def print_label(server: DemoServer, number: str) -> str:
    """Have the server print the device's next label, and read its code as a scanner does."""
    async with server.signed_in("planerare") as planner:
        answer = await planner.post("/api/labels", json={"number": number, "format": "png", "dpi": 300})
    assert answer.status_code == 200, answer.text
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)), formats=zxingcpp.BarcodeFormat.QRCode)
    text: str = code.text
    return text


async def add_time(page: Page, comment: str) -> None:
    """Add a time entry to the open order."""
    await page.get_by_role("button", name="Tid och kommentar").click()
    sheet = page.get_by_role("dialog", name="Lägg till tid")
    await sheet.get_by_label("Kommentar").fill(comment)
    await sheet.get_by_role("button", name="Spara tid").click()
    # The sheet closes when the entry is on the phone's disk, and that is what a person waits for.
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_text(comment)).to_be_visible()


async def register_order(server: DemoServer, device: str, fault: str) -> str:
    """Let the planner register an order on a device and give it to the technician for today; returns its number."""
    (technician,) = await server.rows("select id from user_account where username = 'tekniker'")
    order_id = str(uuid4())
    registration = {
        "device_number": device,
        "type": "corrective",
        "fault_text": fault,
        "proposed_priority": 1,
        "proposed_place": "at_holder",
        "contact": {"name": "Testa Provsson", "phone": "070-555 01 02", "street": "Testgatan 1", "town": "Boden"},
    }
    today = datetime.now(STOCKHOLM).date().isoformat()
    async with server.signed_in("planerare") as planner:
        result = await _command(planner, "work_order.register", order_id, registration)
        assignment = {"technician_id": str(technician["id"]), "planned_on": today}
        await _command(planner, "work_order.assign", order_id, assignment)
    number: str = result["number"]
    return number


async def assign_order(server: DemoServer, number: str) -> None:
    """Let the planner give an order to the technician for today."""
    (order,) = await server.rows("select id from work_order where number = $1", number)
    (technician,) = await server.rows("select id from user_account where username = 'tekniker'")
    today = datetime.now(STOCKHOLM).date().isoformat()
    async with server.signed_in("planerare") as planner:
        assignment = {"technician_id": str(technician["id"]), "planned_on": today}
        await _command(planner, "work_order.assign", str(order["id"]), assignment)


async def push_stub(context: BrowserContext, keys: PushKeys, endpoint: str) -> None:
    """Let the context's browser subscribe to our own push service instead of its maker's."""
    subscription = json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys.keys})
    await context.add_init_script(
        f"""
        const kept = "test.push";
        const made = () => ({{ ...{subscription}, toJSON: () => ({subscription}), unsubscribe: async () => true }});
        PushManager.prototype.subscribe = async () => (localStorage.setItem(kept, "1"), made());
        PushManager.prototype.getSubscription = async () => (localStorage.getItem(kept) ? made() : null);
        """
    )


async def deliver_push(page: Page, server: DemoServer, payload: dict[str, Any]) -> None:
    """What the browser's push service does when a message comes: wake the service worker with it."""
    session = await page.context.new_cdp_session(page)
    registrations: asyncio.Queue[str] = asyncio.Queue()
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: [registrations.put_nowait(found["registrationId"]) for found in event["registrations"]],
    )
    await session.send("ServiceWorker.enable")
    async with asyncio.timeout(15):
        registration = await registrations.get()
    await session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": server.origin, "registrationId": registration, "data": json.dumps(payload)},
    )


async def _command(client: httpx.AsyncClient, name: str, aggregate: str, arguments: dict[str, Any]) -> dict[str, Any]:
    body = {"id": str(uuid4()), "aggregate": aggregate, "base_rv": None, "args": arguments}
    answer = await client.post(f"/api/commands/{name}", json=body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result
