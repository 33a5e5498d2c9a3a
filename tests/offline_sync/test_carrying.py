"""Sealed work comes in under its author whoever carries it, once, or a person decides (SR-11, SR-14, SR-16)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch_row, fetch_value
from offline_sync.seal_key import key_id, load_seal_keys, rotate_seal_key
from offline_sync.sealed import seal
from offline_sync.unsent_file import SealedCommand, write_unsent
from tests.offline_sync.toy import House
from tests.support.http import client, sign_in
from tests.support.phone import Phone
from tests.support.world import make_region


def sealed(house: House, phone: Phone, push_key: str | None = None) -> list[dict[str, Any]]:
    """The phone's outbox as envelopes, in order; its bytes are made those of the real phone, which writes no spaces."""
    for item in phone.outbox.values():
        item.raw = json.dumps(json.loads(item.raw), ensure_ascii=False, separators=(",", ":")).encode()
    key = load_seal_keys(house.folder / "keys").newest
    return [
        {"seq": item.seq, "envelope": seal(push_key or phone.push_key, tail(item.raw), key_id(key), key.public_key())}
        for _seq, item in sorted(phone.outbox.items())
    ]


def tail(raw: bytes) -> str:
    """A command without its number, as the phone keeps it."""
    return raw.decode().partition(",")[2]


def file_of(commands: Sequence[dict[str, Any]]) -> str:
    return write_unsent([SealedCommand(**command) for command in commands], "2026-03-02T14:00:00.000Z")


async def carry(house: House, username: str, commands: list[dict[str, Any]]) -> list[str]:
    answer = await (await house.browser(username)).post("/api/sync/sealed", json={"commands": commands})
    assert answer.status_code == 200, answer.text
    return [line["state"] for line in answer.json()["lines"]]


async def read_in(house: House, content: str, username: str = "planner.norr") -> Any:
    return await (await house.browser(username)).post("/api/sync/unsent-file", json={"content": content})


async def test_work_is_applied_under_its_author_whoever_carries_it(house: House) -> None:
    """SR-16: another user's phone session brings it; the carrier is told nothing of it."""
    phone, toy = await house.phone(), await house.toy()
    first = phone.record("toy.set", {"value": 3, "note": "åäö"}, aggregate=toy)
    second = phone.record("toy.refuse", {}, aggregate=toy)
    commands = sealed(house, phone)
    assert await carry(house, "technician2.norr", commands) == ["taken", "taken"]
    row = await fetch_row("select * from command_log where id = $1", first)
    assert row is not None
    assert (row["author"], row["device"], row["seq"], row["verdict"]) == (house.technician, phone.device, 1, "applied")
    assert bytes(row["payload_raw"]) == phone.outbox[1].raw
    assert await fetch_value("select verdict from command_log where id = $1", second) == "recorded"
    assert await fetch_value("select count(*) from review_item where command_id = $1", second) == 1
    carrier = await fetch_value("select carried_by from sealed_delivery where command_id = $1", first)
    assert carrier == house.other
    # The author is back: its own push gets the first verdicts, and the phone is as if nothing had been.
    await phone.sync()
    assert phone.outbox == {}
    assert [phone.verdicts[id_]["duplicate"] for id_ in (first, second)] == [True, True]
    assert phone.rows["command"][second]["review"]["state"] == "open"
    assert phone.rows["toy"][toy]["value"] == 3


async def test_an_envelope_may_come_any_number_of_times_and_after_the_push(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 3}, aggregate=toy)
    commands = sealed(house, phone)
    await phone.sync()
    for _ in range(3):
        assert await carry(house, "technician2.norr", commands) == ["taken"]
    assert await fetch_value("select count(*) from toy_effect where command_id = $1", command) == 1
    assert await fetch_value("select count(*) from command_fork") == 0


async def test_a_revoked_author_is_quarantined_for_a_person(house: House) -> None:
    """Case 22, SR-14: the work is kept, its effect waits for a decision."""
    phone, lost, toy = await house.phone(), await house.phone("technician2.norr"), await house.toy()
    command = phone.record("toy.set", {"value": 3}, aggregate=toy)
    other = lost.record("toy.make", {"value": 1})
    await execute("update user_account set active = false where id = $1", house.technician)
    await execute("update sync_device set state = 'lost' where id = $1", lost.device)
    states = await carry(house, "planner.norr", sealed(house, phone) + sealed(house, lost))
    assert states == ["taken", "taken"]
    codes = [
        await fetch_value("select code from command_log where id = $1 and verdict = 'quarantined'", id_)
        for id_ in (command, other)
    ]
    assert codes == ["sync.author_inactive", "sync.phone_lost"]
    assert await fetch_value("select count(*) from review_item where state = 'open'") == 2
    assert await fetch_value("select value from toy") == 0


async def test_what_cannot_be_opened_holds_up_nothing(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 3}, aggregate=toy)
    good = sealed(house, phone)[0]
    changed = {**good, "envelope": good["envelope"][:-5] + "AAAAA"}
    stranger = sealed(house, phone, push_key="a key that nobody has")[0]
    states = await carry(house, "technician2.norr", [changed, stranger, good, {"seq": 1, "envelope": "x"}])
    assert states == ["unopenable", "unknown_phone", "taken", "unopenable"]
    assert await fetch_value("select value from toy") == 3
    assert await fetch_value("select count(*) from command_log") == 1


async def test_a_number_that_the_log_gave_to_another_command_is_given_anew(house: House) -> None:
    """Case 28: a clone had used it. Nothing is lost, and the author's later push is a repeat."""
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.sync()
    phone.next_seq = 1
    command = phone.record("toy.set", {"value": 2}, aggregate=toy)
    assert await carry(house, "technician2.norr", sealed(house, phone)) == ["taken"]
    row = await fetch_row("select device, author, verdict from command_log where id = $1", command)
    assert row is not None
    assert (row["author"], row["verdict"]) == (house.technician, "applied")
    assert row["device"] != phone.device
    assert await fetch_value("select value from toy") == 2


async def test_a_session_is_needed(house: House) -> None:
    async with client(house.app) as stranger:
        assert (await stranger.post("/api/sync/sealed", json={"commands": []})).status_code == 401
        assert (await stranger.get("/api/sync/seal-key")).status_code == 401


async def test_the_key_given_out_is_the_newest(house: House) -> None:
    browser = await house.browser("technician.norr")
    before = (await browser.get("/api/sync/seal-key")).json()["kid"]
    newest = rotate_seal_key(house.folder / "keys")
    answer = await browser.get("/api/sync/seal-key")
    assert before != answer.json()["kid"] == newest
    assert "d" not in answer.json()


async def test_a_file_is_read_in_and_says_what_became_of_each(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    known = phone.record("toy.set", {"value": 1}, aggregate=toy)
    content_known = sealed(house, phone)
    await phone.sync()
    fresh = phone.record("toy.set", {"value": 2}, aggregate=toy)
    refused = phone.record("toy.refuse", {}, aggregate=toy)
    content = file_of(content_known + sealed(house, phone))
    answer = await read_in(house, content)
    assert answer.status_code == 200, answer.text
    lines = answer.json()["lines"]
    assert [(UUID(line["id"]), line["known"], line["verdict"]) for line in lines] == [
        (known, True, "applied"),
        (fresh, False, "applied"),
        (refused, False, "recorded"),
    ]
    assert lines[2]["text"] == "Det går inte därför."
    name = await fetch_value("select name from user_account where id = $1", house.technician)
    assert {line["by_name"] for line in lines} == {name}
    again = (await read_in(house, content.replace("\n", "\r\n"))).json()["lines"]
    assert all(line["known"] for line in again)
    assert await fetch_value("select count(*) from toy_effect where toy_id = $1", toy) == 2


async def test_a_phone_that_nobody_knows_is_quarantined_under_nobodys_name(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 3}, aggregate=toy)
    for known in (False, True):
        answer = await read_in(house, file_of(sealed(house, phone, push_key="of a server before the restore")))
        (line,) = answer.json()["lines"]
        assert (line["verdict"], line["known"], line["by_name"]) == ("quarantined", known, "")
        assert "registrera" in line["text"]
    row = await fetch_row("select author, device from command_log where id = $1", command)
    assert row is not None
    assert (row["author"], row["device"]) == (None, None)
    assert await fetch_value("select count(*) from review_item where command_id = $1", command) == 1


async def test_a_broken_or_foreign_file_is_refused_and_nothing_is_half_applied(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    for value in (1, 2):
        phone.record("toy.set", {"value": value}, aggregate=toy)
    commands = sealed(house, phone)
    whole = file_of(commands)
    forged = [commands[0], {**commands[1], "envelope": commands[1]["envelope"][:-4] + "AAAA"}]
    other_key = f"ts1.{'A' * 16}.{commands[1]['envelope'].rpartition('.')[2]}"
    lines = whole.splitlines(keepends=True)
    cases = {
        "unsent.not_whole": [
            whole[: len(whole) // 2],
            "".join(lines[:-1]),
            "".join([lines[0], lines[1], lines[3]]),
            whole.replace('"seq":2', '"seq":3'),
            file_of(forged),
        ],
        "unsent.foreign": [
            "",
            "x",
            "{}",
            whole.replace("unsent/1", "unsent/9"),
            file_of([commands[0], {**commands[1], "envelope": other_key}]),
        ],
    }
    for code, contents in cases.items():
        for content in contents:
            answer = await read_in(house, content)
            assert (answer.status_code, answer.json()["code"]) == (422, code), content[:80]
            assert answer.json()["detail"].endswith(".")
    assert await fetch_value("select count(*) from command_log") == 0
    assert await fetch_value("select value from toy") == 0


async def test_a_file_of_another_region_is_foreign(house: House) -> None:
    await make_region("syd", "Region Syd")
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 3}, aggregate=toy)
    async with client(house.app) as browser:
        await sign_in(browser, "planner.syd")
        answer = await browser.post("/api/sync/unsent-file", json={"content": file_of(sealed(house, phone))})
    assert (answer.status_code, answer.json()["code"]) == (422, "unsent.foreign")
    assert await fetch_value("select count(*) from command_log") == 0


@pytest.mark.parametrize("username", ["technician.norr", "driver.norr"])
async def test_only_the_office_reads_in_files(house: House, username: str) -> None:
    assert (await read_in(house, "x", username)).status_code == 403
