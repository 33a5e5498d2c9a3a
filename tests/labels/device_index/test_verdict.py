"""The phone's verdict from the index is the server's own, for generated regions: no wrong verdict."""

from __future__ import annotations

import asyncio
import os
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from app.database import Database, execute, fetch, fetch_row, new_id
from app.identity.actor import Role
from labels.device_index.builder import build_index, newest
from labels.device_index.format import DeviceIndex, IndexArticle, IndexEntry, encode, token_check, unpack
from labels.device_index.verdict import Notice, notices
from labels.payload import new_token, token_hash
from tests.labels.device_index.regions import TODAY, random_index, read_on_phone
from tests.support.builders import make_article, make_device
from tests.support.world import RegionWorld, make_world

_LATE = TODAY - timedelta(days=1)
_CASES: list[tuple[IndexEntry, tuple[int, int] | None, list[Notice]]] = [
    (IndexEntry("1234", 0, "with_holder", TODAY), None, []),
    (IndexEntry("1234", 0, "with_holder", _LATE), None, ["pm_overdue_ask"]),
    (IndexEntry("1234", 0, "with_holder", _LATE, flags=frozenset({"pm_notice_given"})), None, ["pm_overdue_now"]),
    (IndexEntry("1234", 1, "scrapped", _LATE, date(2011, 9, 28)), None, ["scrapped", "expired_article"]),
    (IndexEntry("1234", 0, "quarantined", flags=frozenset({"safety_notice"})), None, ["safety_notice", "quarantined"]),
    (IndexEntry("1234", 0, "lost", flags=frozenset({"blocked"})), None, ["blocked", "lost"]),
    (IndexEntry("1234", 0, "in_stock", labels=((2, 7),)), (2, 7), []),
    (IndexEntry("1234", 0, "in_stock", labels=((2, 7),)), (2, 8), ["label_wrong"]),
    (IndexEntry("1234", 0, "in_stock", labels=((2, 7),)), (1, 7), ["label_replaced"]),
]


@pytest.mark.parametrize(("entry", "label", "expected"), _CASES)
def test_worst_first(entry: IndexEntry, label: tuple[int, int] | None, expected: list[Notice]) -> None:
    """R-228 decides "now" or "ask first"; a label that is not live is replaced, one with other bits is wrong."""
    articles = [IndexArticle("1", "a", "", False, None), IndexArticle("2", "b", "", True, None)]
    assert notices(DeviceIndex(articles, [], {"1234": entry}), "1234", label, TODAY) == expected


def test_an_unknown_number_is_all_there_is_to_say() -> None:
    """Nothing else is guessed."""
    assert notices(DeviceIndex(), "1234", (1, 1), TODAY) == ["unknown"]


def test_both_runtimes_read_the_same() -> None:
    """Random regions, each device looked up, and numbers that do not exist; INDEX_SEED repeats a run."""
    seed = int(os.environ.get("INDEX_SEED") or Random().randrange(10**6))
    print(f"INDEX_SEED={seed}")
    random = Random(seed)
    index = random_index(random, 2000, 50)
    token = new_token()
    check = token_check(token_hash(token))
    scans = [(number, random.choice([None, (random.randint(1, 3), token)])) for number in index.entries]
    scans += [(str(random.randrange(1000, 10**8)), None) for _ in range(500)]
    for (number, label), (facts, found) in zip(scans, read_on_phone(encode(index), scans), strict=True):
        entry = index.entries.get(number)
        assert found == notices(index, number, label and (label[0], check), TODAY), (seed, number)
        assert (facts is None) == (entry is None), (seed, number)
        if entry is not None:
            assert facts["article"]["number"] == index.articles[entry.article].number
            assert facts["status"] == entry.status
            assert facts["nextPm"] == (entry.next_pm and entry.next_pm.isoformat())
            assert facts["location"] == (None if entry.location is None else index.locations[entry.location])


async def _named_by_a_notice(device_id: UUID, number: str) -> bool:
    """Every open notice is asked in turn, in Python."""
    device = await fetch_row("select article_id, serial, status from device where id = $1", device_id)
    assert device is not None
    for notice in await fetch("select * from safety_notice where lifted_at is null"):
        in_range = notice["serial_from"] is None or (
            len(device["serial"]) == len(notice["serial_from"])
            and notice["serial_from"] <= device["serial"] <= notice["serial_to"]
        )
        named = number in notice["numbers"] or (device["article_id"] == notice["article_id"] and in_range)
        done = await fetch_row(
            "select 1 from safety_notice_done where notice_id = $1 and device_id = $2", notice["id"], device_id
        )
        if named and done is None and device["status"] != "scrapped":
            return True
    return False


async def _flag(random: Random, region: RegionWorld, articles: list[UUID], devices: dict[str, UUID]) -> None:
    """Notices of each sort, some lifted and some done, blocks, and maintenance announced long ago and lately."""
    author = region.users[Role.PLANNER].id
    for article, serials, lifted in (
        (articles[0], ("S100", "S400"), False),
        (articles[1], (None, None), True),
        (articles[2], ("S10", "S49"), False),
        (None, (None, None), False),
    ):
        notice = new_id()
        await execute(
            "insert into safety_notice (id, region_id, title, action, article_id, serial_from, serial_to, numbers,"
            " set_by, set_at, lifted_by, lifted_at) values ($1, $2, 'Fel', 'Byt', $3, $4, $5, $6, $7, now(),"
            " case when $8 then $7::uuid end, case when $8 then now() end)",
            notice,
            region.region_id,
            article,
            *serials,
            random.sample(sorted(devices), 5) if article is None else [],
            author,
            lifted,
        )
        for device in random.sample(sorted(devices.values()), 10):
            await execute(
                "insert into safety_notice_done (notice_id, device_id, done_by, done_at) values ($1, $2, $3, now())",
                notice,
                device,
                author,
            )
    for device in random.sample(sorted(devices.values()), 12):
        await execute(
            "insert into device_block (id, region_id, device_id, reason, blocked_by, blocked_at, lifted_by, lifted_at)"
            " values ($1, $2, $3, 'Fel', $4, now(), case when $5 then $4::uuid end, case when $5 then now() end)",
            new_id(),
            region.region_id,
            device,
            author,
            random.random() < 0.3,
        )
    for device in random.sample(sorted(devices.values()), 30):
        await execute(
            "insert into pm_notice (id, region_id, device_id, given_on, how, given_by, recorded_at)"
            " values ($1, $2, $3, current_date - $4::integer, 'letter', $5, now())",
            new_id(),
            region.region_id,
            device,
            random.choice([5, 12, 16, 40]),
            author,
        )
        # Only where maintenance is overdue does it matter who was told when.
        await execute("update device set next_pm = $2 where id = $1", device, _LATE)


async def _server_says(region_id: UUID, number: str, label: tuple[int, str] | None) -> list[str]:
    """The verdict from the tables themselves, on a way of its own."""
    row = await fetch_row(
        "select d.id, d.status, d.next_pm, a.stock_status from device d join article a on a.id = d.article_id"
        " where d.region_id = $1 and d.number = $2",
        region_id,
        number,
    )
    if row is None:
        return ["unknown"]
    said = ["scrapped"] if row["status"] == "scrapped" else []
    if await _named_by_a_notice(row["id"], number):
        said.append("safety_notice")
    said += ["quarantined"] if row["status"] == "quarantined" else []
    if await fetch_row("select 1 from device_block where device_id = $1 and lifted_at is null", row["id"]):
        said.append("blocked")
    if label is not None:
        live = await fetch_row(
            "select token_hash from device_label where device_id = $1 and version = $2"
            " and (revoked_at is null or revoked_at > now())",
            row["id"],
            label[0],
        )
        if live is not None and live["token_hash"] != token_hash(label[1]):
            said.append("label_wrong")
    if row["status"] == "lost":
        said.append("lost")
    if label is not None and live is None:
        said.append("label_replaced")
    if row["next_pm"] is not None and row["next_pm"] < TODAY and row["status"] != "scrapped":
        told = await fetch_row(
            "select 1 from pm_notice where device_id = $1 and given_on <= current_date - 15", row["id"]
        )
        said.append("pm_overdue_now" if told else "pm_overdue_ask")
    if row["stock_status"] == "expired":
        said.append("expired_article")
    return said


async def test_no_verdict_differs_from_the_servers_own(database: Database) -> None:
    """A generated region in the database, its index built, each device scanned by number and by several labels."""
    seed = int(os.environ.get("INDEX_SEED") or Random().randrange(10**6))
    print(f"INDEX_SEED={seed}")
    random = Random(seed)
    region = (await make_world()).north
    articles = [
        await make_article(region, number=str(20_000 + n), stock_status=random.choice(["stocked", "expired"]))
        for n in range(4)
    ]
    scans: list[tuple[str, tuple[int, str] | None]] = [("99999999", None), ("0001", (1, new_token()))]
    devices: dict[str, UUID] = {}
    for number in random.sample(range(1000, 9_999_999), 60):
        serial = f"S{random.randrange(10, 600)}"
        device = await make_device(region, number=str(number), article_id=random.choice(articles), serial=serial)
        devices[str(number)] = device
        await execute(
            "update device set status = $2, next_pm = $3, scrapped_on = $4 where id = $1",
            device,
            status := random.choice(["in_stock", "with_holder", "quarantined", "scrapped", "lost"]),
            random.choice([None, TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=300)]),
            TODAY if status == "scrapped" else None,
        )
        scans.append((str(number), None))
        for version in range(1, random.randint(1, 4)):
            token = new_token()
            revoked = random.choice([None, timedelta(days=-1), timedelta(days=20)])
            await execute(
                "insert into device_label (id, region_id, device_id, version, token_hash, revoked_at)"
                " values ($1, $2, $3, $4, $5, now() + $6::interval)",
                new_id(),
                region.region_id,
                device,
                version,
                token_hash(token),
                revoked,
            )
            scans += [(str(number), (version, token)), (str(number), (version, new_token()))]
        scans.append((str(number), (9, new_token())))
    await _flag(random, region, articles, devices)
    assert await build_index(region.region_id) is not None
    row = await newest(region.region_id)
    assert row is not None
    judged = await asyncio.to_thread(read_on_phone, unpack(bytes(row["snapshot"])), scans)
    wrong = []
    for (number, label), (_, found) in zip(scans, judged, strict=True):
        expected = await _server_says(region.region_id, number, label)
        if found != expected:
            wrong.append((number, label, found, expected))
    assert wrong == [], f"INDEX_SEED={seed}"
    assert len(await fetch("select 1 from device_label")) < len(scans)
    assert {"safety_notice", "blocked", "pm_overdue_now"} <= {word for _, found in judged for word in found}
