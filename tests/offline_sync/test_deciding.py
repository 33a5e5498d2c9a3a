"""A person decides what the field's work comes to: also what was parked or quarantined is run then (R2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from offline_sync.repository import set_device_state
from tests.offline_sync.toy import House


async def decide(house: House, review_id: object, decision: str, **args: Any) -> httpx.Response:
    planner = await house.browser("planner.norr")
    body = {"id": str(new_id()), "aggregate": str(review_id), "args": {"decision": decision, **args}}
    return await planner.post("/api/commands/review.decide", json=body)


async def review_of(command: UUID) -> UUID:
    value: UUID = await fetch_value(
        "select id from review_item where command_id = $1 and state = 'open' order by created_at desc limit 1", command
    )
    return value


async def effects(command: UUID) -> list[str]:
    return [row["kind"] for row in await fetch("select kind from toy_effect where command_id = $1", command)]


async def test_a_deactivated_users_work_is_done_in_the_authors_name_when_a_person_says_so(house: House) -> None:
    """Case 22: the work of a colleague who has left is not lost."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 5}, aggregate=toy)
    await execute("update user_account set active = false where id = $1", house.technician)
    await phone.push_once()
    assert phone.verdicts[command]["verdict"] == "quarantined"
    answer = await decide(house, await review_of(command), "accept_field")
    assert (answer.status_code, answer.json()["result"]) == (200, {"decision": "accept_field", "verdict": "applied"})
    assert await fetch_value("select value from toy where id = $1", toy) == 5
    assert await effects(command) == ["set"]
    # The log itself stays as it was; what stands of the command is the revision.
    row = await fetch_row(
        "select c.verdict as first, s.verdict, c.author from command_log c join command_standing s"
        " on s.command_id = c.id where c.id = $1",
        command,
    )
    assert row is not None
    assert tuple(row) == ("quarantined", "applied", house.technician)


async def test_the_phone_learns_what_a_person_let_through(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 5}, aggregate=toy)
    await set_device_state(phone.device, "lost")
    await phone.push_once()
    await set_device_state(phone.device, "active")
    assert (await decide(house, await review_of(command), "accept_field")).status_code == 200
    await phone.sync()
    row = phone.rows["command"][command]
    assert (row["verdict"], row["text"], row["review"]["decision"]) == ("applied", "", "accept_field")
    assert phone.rows["toy"][toy]["value"] == 5
    assert phone.outbox == {}


async def test_what_the_rules_refuse_is_recorded_and_asks_again(house: House) -> None:
    phone, toy = await house.phone(), await house.toy(owner=house.other)
    command = phone.record("toy.set", {"value": 5}, aggregate=toy)
    await set_device_state(phone.device, "lost")
    await phone.push_once()
    first = await review_of(command)
    answer = await decide(house, first, "accept_field")
    assert answer.json()["result"]["verdict"] == "recorded"
    second = await review_of(command)
    assert second != first
    assert await fetch_value("select reason from review_item where id = $1", second) == "toy.moved"
    assert (await decide(house, second, "accept_field")).status_code == 200
    assert await fetch_value("select value from toy where id = $1", toy) == 5, "the feature's own effect"


async def test_parked_work_runs_when_the_fault_is_gone_and_is_told_as_it_is_while_it_lasts(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    house.toys.crash = True
    command = phone.record("toy.set", {"value": 5}, aggregate=toy)
    await phone.sync()
    review = await review_of(command)
    answer = await decide(house, review, "accept_field")
    assert (answer.status_code, answer.json()["code"]) == (409, "review.nothing_stored")
    assert await fetch_value("select state from review_item where id = $1", review) == "open"
    assert await fetch_value("select value from toy where id = $1", toy) == 0
    house.toys.crash = False
    assert (await decide(house, review, "accept_field")).json()["result"]["verdict"] == "applied"
    assert await fetch_value("select verdict from command_log where id = $1", command) == "applied"
    assert await house.sync.dispatcher.replay_parked() == 0
    assert await effects(command) == ["set"]


async def test_what_nobody_can_read_is_only_kept_or_followed_up(house: House) -> None:
    phone = await house.phone()
    unknown = phone.record("toy.fly", {"height": 3})
    newer = phone.record("toy.set", {"value": 1}, version=9)
    await phone.sync()
    for command in (unknown, newer):
        review = await review_of(command)
        assert (await decide(house, review, "accept_field")).json()["code"] == "review.nothing_stored"
        assert (await decide(house, review, "follow_up", note="Registrerat för hand.")).status_code == 200
    await phone.pull()
    assert phone.rows["command"][unknown]["review"]["note"] == "Registrerat för hand."


async def test_of_two_contents_under_one_id_the_second_is_never_let_through(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.sync()
    again = await house.phone()
    again.record("toy.set", {"value": 2, "note": "andra"}, aggregate=toy, command_id=command)
    await again.push_once()
    review = await review_of(command)
    planner = await house.browser("planner.norr")
    content = (await planner.get(f"/api/reviews/{review}/content")).json()
    assert (content["args"], content["other"]) == ({"value": 1}, {"value": 2, "note": "andra"})
    assert (await decide(house, review, "accept_field")).json()["code"] == "review.nothing_stored"
    assert await fetch_value("select value from toy where id = $1", toy) == 1


async def test_everything_that_was_sent_can_be_read_even_what_no_program_can(house: House) -> None:
    phone, toy = await house.phone(), await house.toy(owner=house.other)
    command = phone.record("toy.set", {"value": 4, "note": "Hjulet är löst"}, aggregate=toy)
    broken = phone.record("toy.set", {"value": 4})
    seq = next(seq for seq, outgoing in phone.outbox.items() if outgoing.id == broken)
    phone.outbox[seq].raw = phone.outbox[seq].raw.replace(b'"v": 1', b'"v": "ett"')
    await phone.sync()
    planner = await house.browser("planner.norr")
    content = (await planner.get(f"/api/reviews/{await review_of(command)}/content")).json()
    assert content["args"] == {"value": 4, "note": "Hjulet är löst"}
    unread = (await planner.get(f"/api/reviews/{await review_of(broken)}/content")).json()
    assert unread["args"] == {"value": 4}
    technician = await house.browser("technician.norr")
    assert (await technician.get(f"/api/reviews/{await review_of(command)}/content")).status_code == 403


async def test_a_person_says_who_did_the_work_of_a_phone_that_nobody_knows(house: House) -> None:
    toy = await house.toy()
    phone = await house.phone()
    command = phone.record("toy.set", {"value": 6}, aggregate=toy)
    raw = phone.outbox[1].raw
    await execute(
        "insert into command_log (id, region_id, type, v, payload_raw, payload_sha256, at, at_est, aggregate, verdict,"
        " code) values ($1, $2, 'toy.set', 1, $3, sha256($3), now(), now(), $4, 'quarantined',"
        " 'sync.sealed_unknown_phone')",
        command,
        house.region.region_id,
        raw,
        toy,
    )
    review = new_id()
    await execute(
        "insert into review_item (id, region_id, command_id, subject_kind, subject_id, reason)"
        " values ($1, $2, $3, '', $4, 'sync.sealed_unknown_phone')",
        review,
        house.region.region_id,
        command,
        toy,
    )
    assert (await decide(house, review, "accept_field")).json()["code"] == "review.author"
    answer = await decide(house, review, "accept_field", author=str(house.technician))
    assert answer.json()["result"]["verdict"] == "applied"
    # The phone comes back under its own name and sends the same: a repeat, never a second content.
    await phone.sync()
    assert (phone.verdicts[command]["verdict"], phone.verdicts[command]["duplicate"]) == ("applied", True)
    assert await effects(command) == ["set"]
    assert await fetch_value("select count(*) from review_item where state = 'open'") == 0


async def test_values_are_chosen_only_where_a_feature_knows_them(house: House) -> None:
    phone, toy = await house.phone(), await house.toy(owner=house.other)
    command = phone.record("toy.set", {"value": 4}, aggregate=toy)
    await set_device_state(phone.device, "lost")
    await phone.push_once()
    review = await review_of(command)
    assert (await decide(house, review, "merge", fields=["value"])).json()["code"] == "review.fields"
    assert (await decide(house, review, "merge")).json()["code"] == "review.fields"
    assert (await decide(house, review, "keep_office", fields=["value"])).json()["code"] == "review.fields"
    assert (await decide(house, review, "keep_office")).status_code == 200
    assert house.region.users[Role.PLANNER].id == await fetch_value(
        "select decided_by from review_item where id = $1", review
    )
