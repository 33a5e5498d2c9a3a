"""Push: one effect per command, the first verdict for ever, nothing lost (J1-J4, conflict cases 1, 22, 23, 27, 28)."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_row, fetch_value
from app.identity.actor import Role
from offline_sync import repository
from tests.offline_sync.toy import House
from tests.support.http import client
from tests.support.phone import Phone, Refused


async def effects(command: UUID) -> int:
    """How often a command had its effect."""
    count: int = await fetch_value("select count(*) from toy_effect where command_id = $1", command)
    return count


async def test_a_command_is_applied_once_and_kept_byte_for_byte(house: House) -> None:
    """J1-J3: effect, raw bytes and number commit together."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 3, "note": "åäö"}, aggregate=toy)
    raw = phone.outbox[1].raw
    await phone.sync()
    row = await fetch_row("select * from command_log where id = $1", command)
    assert row is not None
    assert bytes(row["payload_raw"]) == raw
    assert (row["seq"], row["verdict"], row["author"]) == (1, "applied", house.technician)
    assert phone.rows["toy"][toy]["value"] == 3
    assert phone.rows["command"][command]["verdict"] == "applied"
    assert phone.outbox == {}
    assert await effects(command) == 1


async def test_a_repeat_gets_the_first_verdict_and_no_second_effect(house: House) -> None:
    """Case 1: the answer was lost after the commit."""
    phone, toy = await house.phone(), await house.toy()
    applied = phone.record("toy.set", {"value": 3}, aggregate=toy)
    recorded = phone.record("toy.refuse", {}, aggregate=toy)
    body = phone.push_body()
    first = (await phone.post_push(body)).json()
    second = (await phone.post_push(body)).json()
    assert [line["duplicate"] for line in first["results"]] == [False, False]
    assert [line["duplicate"] for line in second["results"]] == [True, True]
    for key in ("verdict", "code", "text", "review_id"):
        assert [line.get(key) for line in first["results"]] == [line.get(key) for line in second["results"]]
    assert await effects(applied) == 1
    assert await fetch_value("select count(*) from review_item where command_id = $1", recorded) == 1
    assert second["last_seq"] == 2


async def test_push_needs_only_the_push_key(house: House) -> None:
    """A session that has run out never keeps work on the phone (R6)."""
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 3}, aggregate=toy)
    async with client(house.app) as stranger:
        phone.browser = stranger
        assert (await phone.post_push(phone.push_body())).status_code == 202
        phone.push_key = "wrong"
        answer = await phone.post_push(phone.push_body())
        assert (answer.status_code, answer.json()["code"]) == (401, "push_key.unknown")


async def test_the_push_key_is_only_for_its_own_phone(house: House) -> None:
    one, other = await house.phone(), await house.phone()
    one.record("toy.refuse", {})
    one.push_key = other.push_key
    assert (await one.post_push(one.push_body())).status_code == 400
    assert await fetch_value("select count(*) from command_log") == 0


async def test_a_gap_is_told_and_stores_nothing(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 1}, aggregate=toy)
    first = phone.outbox.pop(1)
    phone.record("toy.set", {"value": 2}, aggregate=toy)
    answer = await phone.post_push(phone.push_body())
    body = answer.json()
    assert (answer.status_code, body["error"], body["expected"], body["last_seq"]) == (409, "gap", 1, 0)
    assert await fetch_value("select count(*) from command_log") == 0
    phone.outbox[1] = first
    await phone.sync()
    assert phone.rows["toy"][toy]["value"] == 2


async def test_the_same_id_with_other_bytes_is_kept_and_never_overwrites(house: House) -> None:
    """R3: quarantined, both payloads kept, a person decides."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.push_once()
    for _ in range(2):
        other = phone.record("toy.set", {"value": 666}, aggregate=toy, command_id=command)
        assert other == command
        del phone.outbox[phone.next_seq - 2]
        answer = await phone.push_once()
        assert answer is not None
        assert answer["results"][0]["verdict"] == "quarantined"
        assert answer["results"][0]["code"] == "sync.other_content"
        phone.next_seq -= 1 if answer["results"][0]["duplicate"] else 0
    await phone.pull()
    assert await fetch_value("select value from toy") == 1
    assert await fetch_value("select verdict from command_log where id = $1", command) == "applied"
    assert await fetch_value("select count(*) from command_fork where command_id = $1", command) == 2
    assert phone.rows["command"][command]["review"]["state"] == "open"
    assert phone.outbox == {}


async def test_another_users_command_id_tells_nothing_about_it(house: House) -> None:
    mine, theirs = await house.phone(), await house.phone("technician2.norr")
    command = theirs.record("toy.make", {"value": 1})
    await theirs.sync()
    mine.record("toy.make", {"value": 1}, command_id=command)
    await mine.sync()
    assert mine.verdicts[command]["verdict"] == "quarantined"
    assert command not in mine.rows.get("command", {})
    assert mine.outbox == {}


async def test_case_28_a_cloned_phone_gets_an_identity_of_its_own(house: House) -> None:
    """Case 28: same number, another id. The clone renumbers and keeps its ids; what was in already is a duplicate."""
    phone, toy = await house.phone(), await house.toy()
    shared = phone.record("toy.set", {"value": 1}, aggregate=toy)
    clone = Phone(phone.browser, phone.device, phone.push_key, phone.epoch, phone.storage_id)
    clone.outbox, clone.next_seq = dict(phone.outbox), phone.next_seq
    original = phone.record("toy.set", {"value": 2}, aggregate=toy)
    cloned = clone.record("toy.set", {"value": 3}, aggregate=toy)
    await phone.sync()
    await clone.sync()
    assert clone.device != phone.device
    assert clone.outbox == {}
    assert clone.verdicts[shared]["duplicate"] is True
    assert [await effects(command) for command in (shared, original, cloned)] == [1, 1, 1]
    assert clone.rows["command"][shared]["verdict"] == "applied"
    assert clone.rows["toy"][toy]["value"] == 3
    later = clone.record("toy.set", {"value": 4}, aggregate=toy)
    await clone.sync()
    assert await effects(later) == 1


async def test_clones_that_push_at_the_same_moment(house: House) -> None:
    """One is first, the other forks; neither gets an error."""
    phone, toy = await house.phone(), await house.toy()
    clones = [phone, *(Phone(phone.browser, phone.device, phone.push_key, phone.epoch, uuid4()) for _ in range(5))]
    commands = [clone.record("toy.set", {"value": 1}, aggregate=toy) for clone in clones]
    answers = await asyncio.gather(*(clone.post_push(clone.push_body()) for clone in clones))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5
    for clone, answer in zip(clones, answers, strict=True):
        clone.accept_push(answer)
        await clone.sync()
    assert [await effects(command) for command in commands] == [1] * 6


async def test_case_27_a_restored_server_is_sent_what_it_lost(house: House) -> None:
    """Case 27: the epoch changed and the server's log is shorter; ids make sending again harmless."""
    phone, toy = await house.phone(), await house.toy()
    kept = phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.sync()
    lost = [phone.record("toy.set", {"value": value}, aggregate=toy) for value in (2, 3)]
    await phone.sync()
    await execute("delete from toy_effect where command_id = any($1)", lost)
    await execute("delete from command_log where id = any($1)", lost)
    await execute("update sync_device set last_seq = 1, last_pull = 1 where id = $1", phone.device)
    await execute("update toy set value = 1")
    epoch = await repository.renew_epoch()
    phone.record("toy.set", {"value": 4}, aggregate=toy)
    await phone.sync()
    assert phone.epoch == str(epoch)
    assert [await effects(command) for command in (kept, *lost)] == [1, 1, 1]
    assert phone.rows["toy"][toy]["value"] == 4
    assert phone.outbox == {}


async def test_a_deactivated_users_work_arrives_and_waits_for_a_manager(house: House) -> None:
    """Case 22, SR-30: kept, quarantined, and nothing is read."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 3}, aggregate=toy)
    await execute("update user_account set active = false where id = $1", house.technician)
    await phone.push_once()
    assert phone.verdicts[command]["verdict"] == "quarantined"
    assert phone.verdicts[command]["code"] == "sync.author_inactive"
    assert await fetch_value("select value from toy") == 0
    assert await fetch_value("select count(*) from review_item where state = 'open'") == 1
    with pytest.raises(Refused, match="401"):
        await phone.pull_once()
    assert list(phone.outbox) == [1]


async def test_a_lost_role_quarantines_and_an_entitlement_that_the_handler_denies_too(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    await execute("update membership set active = false where user_id = $1", house.technician)
    without_role = phone.record("toy.claim", {}, aggregate=toy)
    await phone.push_once()
    await execute("update membership set active = true where user_id = $1", house.technician)
    denied = phone.record("toy.forbid", {}, aggregate=toy)
    await phone.sync()
    for command in (without_role, denied):
        assert phone.verdicts[command]["code"] == "sync.not_entitled"
        assert phone.rows["command"][command]["verdict"] == "quarantined"


async def test_a_lost_phones_commands_are_quarantined(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    await phone.sync()
    command = phone.record("toy.set", {"value": 3}, aggregate=toy)
    await repository.set_device_state(phone.device, "lost")
    answer = await phone.push_once()
    assert answer is not None
    assert answer["state"] == "lost"
    assert phone.verdicts[command]["code"] == "sync.phone_lost"
    await phone.pull()
    assert (phone.state, phone.rows) == ("lost", {})


async def test_an_older_command_is_lifted_and_a_newer_one_waits(house: House) -> None:
    """Case 23."""
    phone, toy = await house.phone(), await house.toy()
    old = phone.record("toy.rename", {"nummer": 5}, aggregate=toy, version=1)
    newer = phone.record("toy.rename", {"vem": "vet"}, aggregate=toy, version=4)
    unknown = phone.record("toy.fly", {"x": 1}, version=1)
    await phone.sync()
    assert await fetch_value("select kind from toy_effect where command_id = $1", old) == "renamed 5"
    assert phone.verdicts[newer]["code"] == "sync.unknown_version"
    assert phone.verdicts[unknown]["code"] == "sync.unknown_type"
    assert {phone.rows["command"][command]["verdict"] for command in (newer, unknown)} == {"parked"}
    assert phone.outbox == {}


@pytest.mark.parametrize(
    "args",
    [
        '{"value": "tre"}',
        "{}",
        '{"value": 1, "more": 2}',
        '{"value": 1099511627776}',
        '{"value": 1180591620717411303424}',
        '{"value": 1, "note": "' + "x" * 101 + '"}',
        '{"value": 1, "note": "half an emoji \\ud83d"}',
        '{"value": 1, "note": "NUL \\u0000"}',
        '{"value": 1, "note": ' + "[" * 400 + "]" * 400 + "}",
        '"no object"',
        "null",
    ],
)
async def test_content_is_never_refused(house: House, args: str) -> None:
    """R2: whatever stands in a command, it is kept byte for byte and shown, and the queue goes on."""
    phone, toy = await house.phone(), await house.toy()
    odd = phone.record("toy.set", {"value": 1}, aggregate=toy)
    raw = phone.outbox[1].raw.replace(b'{"value": 1}', args.encode())
    phone.outbox[1].raw = raw
    last = phone.record("toy.set", {"value": 8}, aggregate=toy)
    await phone.sync()
    assert phone.verdicts[odd]["verdict"] == "recorded"
    assert phone.verdicts[odd]["code"] in {"sync.arguments", "sync.malformed"}
    assert phone.verdicts[last]["verdict"] == "applied"
    assert bytes(await fetch_value("select payload_raw from command_log where id = $1", odd)) == raw
    assert phone.rows["command"][odd]["review"]["state"] == "open"
    assert (phone.outbox, phone.rows["toy"][toy]["value"]) == ({}, 8)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "7"),
        ("type", '"toy.set\\u0000"'),
        ("v", "-1"),
        ("aggregate", '"no id"'),
        ("base_rv", "9223372036854775808"),
        ("blobs", '[{"sha256": "kort"}]'),
        ("mono_ms", '"sent"'),
    ],
)
async def test_a_malformed_envelope_is_kept_too(house: House, key: str, value: str) -> None:
    """Only seq and id must be readable."""
    phone = await house.phone()
    odd = phone.record("toy.make", {"value": 1})
    document = json.loads(phone.outbox[1].raw) | {key: "THERE"}
    phone.outbox[1].raw = json.dumps(document).replace('"THERE"', value).encode()
    await phone.sync()
    assert phone.verdicts[odd]["code"] == "sync.malformed"
    assert bytes(await fetch_value("select payload_raw from command_log")) == phone.journal[1].raw


async def test_an_unknown_row_is_recorded(house: House) -> None:
    phone = await house.phone()
    command = phone.record("toy.set", {"value": 1}, aggregate=uuid4())
    await phone.sync()
    assert phone.rows["command"][command]["code"] == "sync.not_found"


async def test_only_field_commands_may_come_from_a_phone(house: House) -> None:
    phone = await house.phone()
    command = phone.record("review.decide", {"decision": "keep_office"}, aggregate=uuid4())
    await phone.sync()
    assert phone.verdicts[command]["code"] == "sync.not_entitled"


async def test_too_much_is_413_and_the_half_is_taken(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    for value in range(60):
        phone.record("toy.set", {"value": value}, aggregate=toy)
    assert (await phone.post_push(phone.push_body(limit=51))).status_code == 413
    await phone.sync()
    assert phone.rows["toy"][toy]["value"] == 59
    phone.record("toy.set", {"value": 1, "note": "x" * 300_000}, aggregate=toy)
    assert (await phone.post_push(phone.push_body())).status_code == 413


async def test_what_is_no_push_is_400(house: House) -> None:
    phone = await house.phone()
    for body in (b"", b"[]", b"{}", b'{"proto":"x"}', b"\xff", phone.push_body().replace(b"fieldsync/1", b"other/9")):
        assert (await phone.post_push(body)).status_code == 400, body


async def test_pushes_of_one_phone_at_the_same_time_have_one_effect(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    commands = [phone.record("toy.set", {"value": value}, aggregate=toy) for value in range(5)]
    body = phone.push_body()
    answers = await asyncio.gather(*(phone.post_push(body) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert [await effects(command) for command in commands] == [1] * 5
    assert await fetch_value("select last_seq from sync_device where id = $1", phone.device) == 5


async def test_twenty_phones_claim_one_row_and_one_wins(house: House) -> None:
    """SR-22: one applied, nineteen recorded with their fact, no error reaches a phone."""
    toy = await house.toy()
    phones = [await house.phone(name) for name in ("technician.norr", "technician2.norr") * 10]
    for phone in phones:
        phone.record("toy.claim", {}, aggregate=toy)
    answers = await asyncio.gather(*(phone.push_once() for phone in phones))
    verdicts = sorted(answer["results"][0]["verdict"] for answer in answers if answer)
    assert verdicts == ["applied"] + ["recorded"] * 19
    assert await fetch_value("select count(*) from toy_effect where kind = 'late'") == 19
    assert await fetch_value("select count(*) from review_item where state = 'open'") == 19


async def test_deadlocking_pushes_are_retried(house: House) -> None:
    """Two phones lock the same two rows the other way round; both pushes succeed."""
    one, other = await house.toy(), await house.toy()
    phones = [await house.phone(name) for name in ("technician.norr", "technician2.norr") * 3]
    for index, phone in enumerate(phones):
        for toy in (one, other) if index % 2 else (other, one):
            phone.record("toy.claim", {}, aggregate=toy)
    answers = await asyncio.gather(*(phone.push_once() for phone in phones))
    verdicts = [line["verdict"] for answer in answers if answer for line in answer["results"]]
    assert sorted(verdicts) == ["applied"] * 2 + ["recorded"] * 10


async def test_an_undo_is_a_command_of_its_own(house: House) -> None:
    """Case 26: both stay in the history."""
    phone, toy = await house.phone(), await house.toy()
    wrong = phone.record("toy.set", {"value": 3}, aggregate=toy)
    phone.record("toy.undo", {"command_id": str(wrong)}, aggregate=toy)
    await phone.sync()
    assert phone.rows["toy"][toy]["value"] == 0
    kinds = [row["kind"] for row in await fetch("select kind from toy_effect order by position")]
    assert kinds == ["set", "undo"]


async def test_planner_may_not_push_field_work(house: House) -> None:
    """The permission of the type is asked for the author of now."""
    phone = await house.phone(house.region.users[Role.PLANNER].username)
    command = phone.record("toy.make", {"value": 1})
    await phone.sync()
    assert phone.verdicts[command]["code"] == "sync.not_entitled"
