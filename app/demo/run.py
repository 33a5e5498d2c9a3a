"""``turbil demo``: fill an empty database, keep an older demo's orders at today's date, and say who can sign in."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from app.database import execute, fetch_value, unit_of_work
from app.demo.seed import DEMO_PASSWORD, DEMO_USERS, DemoLabel, is_empty, stockholm_today, store_demo
from app.demo.world import DEFAULT, REGION, SMALL, Scale
from app.settings import Settings, SettingsError
from labels.payload import build_payload
from labels.render import render_pdf
from labels.template import DEFAULT_TEMPLATE, DeviceLabel

SCALES: Final[dict[str, Scale]] = {"default": DEFAULT, "region": REGION, "small": SMALL}
MARKER: Final = "demo.txt"
LABELS: Final = "demo-labels.pdf"
PRINTED_LABELS: Final = 40


async def prepare(settings: Settings, scale: str, seed: int) -> str:
    """Make the demo's data when there is none; move its open orders to today when it is older.

    Returns:
        What to print: one user per role with the password, and where the printable labels are.

    Raises:
        SettingsError: the database holds something that is not a demo.
    """
    marker = settings.data / MARKER
    today = stockholm_today()
    if await is_empty():
        print("turbil: making demo data, a moment ...", flush=True)
        result = await store_demo(SCALES[scale], today=today, seed=seed)
        await asyncio.to_thread(_print_labels, settings, result.labels[:PRINTED_LABELS])
    elif not marker.exists():
        raise SettingsError("the database is not a demo's; unset DATABASE_URL or use an empty database for the demo.")
    else:
        await _move_to(date.fromisoformat(marker.read_text().strip()), today)
    marker.write_text(today.isoformat() + "\n")
    users = "\n".join(f"  {role.value:<17} {username}" for role, (username, _) in DEMO_USERS.items())
    return (
        f"Demo: made-up people and devices. Users (password {DEMO_PASSWORD}):\n{users}\n"
        f"Labels to scan: {settings.data / LABELS}\n"
    )


def _print_labels(settings: Settings, labels: list[DemoLabel]) -> None:
    host = settings.public_url
    printed = [
        DeviceLabel(
            payload=build_payload(host, label.number, label.version, label.token),
            number=label.number,
            owner="Turbil demo",
            phone="010-555 00 00",
        )
        for label in labels
    ]
    (settings.data / LABELS).write_bytes(render_pdf(DEFAULT_TEMPLATE, printed))


async def _move_to(made: date, today: date) -> None:
    days = (today - made).days
    if days <= 0:
        return
    async with unit_of_work():
        if await fetch_value("select exists (select 1 from work_order where planned_on is not null)"):
            await execute(
                "update work_order set planned_on = planned_on + $1, registered_at = registered_at + $2,"
                " contact_due = contact_due + $2, start_due = start_due + $2, done_due = done_due + $2"
                " where state not in ('done', 'closed', 'cancelled')",
                days,
                (today - made),
            )
        await execute("update van_round set on_day = on_day + $1 where state <> 'returned'", days)
        await execute(
            "update stop set window_from = window_from + $1, window_to = window_to + $1 where state = 'planned'",
            today - made,
        )
