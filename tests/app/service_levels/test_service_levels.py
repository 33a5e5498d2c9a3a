"""R-213, R-214: what is counted as kept, by a reference that judges each order; the goals are the policy's own."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from app.identity.actor import Role
from app.policy.regions import VASTMANLAND
from app.policy.working_time import STOCKHOLM
from app.service_levels.promises import promises_of, weeks_until
from tests.labels.conftest import Shop
from tests.support.builders import make_device, make_policy, make_work_order

NOW = datetime.now(UTC)
MONDAY = weeks_until(NOW.astimezone(STOCKHOLM).date(), 1)[0]


def test_a_regions_goals_are_said_once_with_their_priorities() -> None:
    """Västmanland: contacted within a working day, 80 % done after five; for priorities 1 to 4."""
    said = [(one.event, one.amount, one.unit, one.share, one.priorities) for one in promises_of(VASTMANLAND, None)]
    assert said == [("contact", 1, "working_days", 100, [1, 2, 3, 4]), ("done", 5, "working_days", 80, [1, 2, 3, 4])]
    assert [one.priorities for one in promises_of(VASTMANLAND, 3)] == [[3], [3]]
    assert promises_of(VASTMANLAND, 5) == []


def test_weeks_are_mondays_and_the_last_one_holds_the_day() -> None:
    assert weeks_until(date(2026, 1, 1), 3) == [date(2025, 12, 15), date(2025, 12, 22), date(2025, 12, 29)]
    assert weeks_until(date(2026, 3, 2), 1) == [date(2026, 3, 2)]


def judged(order: dict[str, Any]) -> list[tuple[str, str]]:
    """(event, verdict) of one order, told slowly."""
    begun, done = order["started_at"], order["done_at"]
    when = {
        "contact": [order["contacted_at"], begun, done],
        "start": [begun, done],
        "done": [done],
    }
    found = []
    for event, moments in when.items():
        due, happened = order[f"{event}_due"], min((one for one in moments if one), default=None)
        if due is None:
            continue
        if happened is not None:
            found.append((event, "met" if happened <= due else "missed"))
        elif order["cancelled_at"] is not None and order["cancelled_at"] <= due:
            continue
        elif due < NOW:
            found.append((event, "missed"))
        elif order["cancelled_at"] is None:
            found.append((event, "running"))
    return found


def random_order(random: Random) -> dict[str, Any]:
    """Registered in the last weeks, also at their edges; everything else happened at some time or not at all."""
    edge = datetime.combine(MONDAY - timedelta(weeks=random.randrange(3)), datetime.min.time(), STOCKHOLM)
    registered = random.choice([edge, edge - timedelta(seconds=1), edge + timedelta(hours=random.randrange(160))])
    registered = min(registered.astimezone(UTC), NOW)

    def some(chance: float, days: float) -> datetime | None:
        return registered + timedelta(days=random.uniform(0, days)) if random.random() < chance else None

    cancelled = some(0.2, 6)
    done = None if cancelled else some(0.5, 9)
    due = {f"{event}_due": some(0.8, 8) for event in ("contact", "start", "done")}
    contacted = some(0.5, 3)
    return {
        **due,
        "registered_at": registered,
        # Exactly in time is in time.
        "contacted_at": random.choice([contacted, due["contact_due"]]),
        "started_at": some(0.4, 5),
        "done_at": done,
        "cancelled_at": cancelled,
        "proposed_priority": random.choice([1, 3]),
    }


async def test_the_board_counts_as_a_reference_does_that_judges_each_order(shop: Shop) -> None:
    random = Random(7)
    north = shop.north
    await make_policy(north, clocks=msgspec.structs.asdict(VASTMANLAND)["clocks"])
    device = await make_device(north)
    expected: Counter[tuple[str, str | None, str, str]] = Counter()
    first = MONDAY - timedelta(weeks=2)
    for _ in range(60):
        order = random_order(random)
        team = random.choice([*north.teams, None])
        state = "cancelled" if order["cancelled_at"] else "done" if order["done_at"] else "registered"
        reason = "other" if order["cancelled_at"] else None
        await make_work_order(north, device_id=device, team_id=team, state=state, cancel_reason=reason, **order)
        day = order["registered_at"].astimezone(STOCKHOLM).date()
        week = weeks_until(day, 1)[0]
        if week >= first and order["proposed_priority"] == 3:
            for event, verdict in judged(order):
                expected[week.isoformat(), team and str(team), event, verdict] += 1
    await make_work_order(shop.world.south, registered_at=NOW, contact_due=NOW, proposed_priority=3)
    answer = await shop.planner.get("/api/service-levels?weeks=3&priority=3")
    assert answer.status_code == 200, answer.text
    board = answer.json()
    found = Counter(
        {
            (cell["week"], cell["team_id"], cell["event"], verdict): cell[verdict]
            for cell in board["kept"]
            for verdict in ("met", "missed", "running")
            if cell[verdict]
        }
    )
    assert found == expected
    assert len(expected) > 15, "the positive control"
    assert board["weeks"] == [day.isoformat() for day in weeks_until(MONDAY, 3)]
    assert [(one["event"], one["share"]) for one in board["promises"]] == [("contact", 100), ("done", 80)]
    # The spreadsheet says the same, and nothing of anybody.
    book = await shop.planner.get("/api/service-levels/file?weeks=3&priority=3")
    assert book.status_code == 200
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        words = parts.read("xl/sharedStrings.xml").decode()
        rows = parts.read("xl/worksheets/sheet1.xml").decode().count("<row ")
    assert rows == len(board["kept"]) + 1
    assert "Ångermanlandsgruppen" in words
    assert "Tolvan" not in words


async def test_who_may_see_it_and_what_is_refused(shop: Shop) -> None:
    for role in (Role.TECHNICIAN, Role.WAREHOUSE, Role.PRESCRIBER, Role.DRIVER):
        assert (await shop.clients[role].get("/api/service-levels")).status_code == 403
    for query in ("weeks=0", "weeks=105", "priority=7", "until=2026-02-30"):
        assert (await shop.planner.get(f"/api/service-levels?{query}")).status_code == 400, query
    long_ago = await shop.planner.get("/api/service-levels?weeks=2&until=1900-01-01")
    assert long_ago.json()["kept"] == []
