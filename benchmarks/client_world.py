"""A demo in which one technician has a thousand orders on the phone, and a film of one of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.database import execute, fetch, migrate, open_database
from app.demo import run as demo
from app.demo.seed import DEMO_PASSWORD, DEMO_USERS, stockholm_today, store_demo
from app.demo.world import Scale
from app.identity.actor import Role
from app.settings import Settings
from labels.payload import build_payload
from tests.support.film import CHROMIUM_PICTURES_PER_SECOND, PICTURES_PER_SECOND, pictures

SEED = 1
ORDERS = 1_000
PASSWORD = DEMO_PASSWORD
TECHNICIAN = DEMO_USERS[Role.TECHNICIAN][0]
PLANNER = DEMO_USERS[Role.PLANNER][0]


@dataclass(frozen=True)
class ClientWorld:
    """What the phone will meet.

    Attributes:
        closable: numbers of orders that need no protocol to be closed.
        device: number of the device whose label the film shows.
        film: what the pretended camera sees.
    """

    closable: list[str]
    device: str
    film: Path


async def make_world(data: Path, public_url: str, *, orders: int = ORDERS, devices: int = 2_000) -> ClientWorld:
    """Fill the data folder of a ``turbil demo`` that will be served at ``public_url``."""
    settings = Settings(data=data / "demo", demo=True, public_url=public_url)
    database = await open_database(settings)
    try:
        await migrate()
        today = stockholm_today()
        scale = Scale(devices=devices, persons=800, technicians=1, open_orders=orders, closed_orders=50)
        made = await store_demo(scale, today=today, seed=SEED)
        (settings.data / demo.MARKER).write_text(today.isoformat() + "\n")
        await execute(
            "update work_order w set assigned_to = u.id, planned_on = $2 from user_account u"
            " where u.username = $1 and w.region_id = u.region_id and w.state not in ('closed', 'cancelled')",
            TECHNICIAN,
            today,
        )
        rows = await fetch(
            "select w.number from work_order w join user_account u on u.id = w.assigned_to where u.username = $1"
            " and w.state = 'registered' and w.type = 'corrective' and w.proposed_priority < 4 order by w.number",
            TECHNICIAN,
        )
        on_the_phone = await fetch(
            "select d.number from device d join work_order w on w.device_id = d.id join user_account u"
            " on u.id = w.assigned_to where u.username = $1 and w.state not in ('closed', 'cancelled')",
            TECHNICIAN,
        )
    finally:
        await database.close()
    numbers = {row["number"] for row in on_the_phone}
    label = next(label for label in made.labels if label.number in numbers)
    payload = build_payload(public_url, label.number, label.version, label.token)
    return ClientWorld([row["number"] for row in rows], label.number, _film(payload, data / "label.mjpeg"))


def _film(payload: str, path: Path) -> Path:
    """The end-to-end tests' film without its first half, so that the whole label is in the picture from the start.

    The figure is then the app's: camera, decoder, look-up and screen, not the time a hand takes to find the label.
    """
    every = pictures(payload)
    # There and back, so that the label does not jump when the film begins again.
    seen = every[len(every) // 2 :]
    with path.open("wb") as film:
        for picture in [*seen, *reversed(seen)]:
            film.write(picture * (CHROMIUM_PICTURES_PER_SECOND // PICTURES_PER_SECOND))
    return path
