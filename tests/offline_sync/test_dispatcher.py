"""The dispatcher: parking and replay, and the office's way through the same door."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from offline_sync.commands import CommandRefused, NotEntitled, NotFound
from offline_sync.dispatcher import Dispatcher, OfficeCommand
from tests.offline_sync.toy import House, Nothing, SetToy


async def test_a_bug_parks_the_command_and_those_behind_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """R2, R6: nothing of the crashed handler stays, the queue goes on, replay keeps the order."""
    phone, toy, other = await house.phone(), await house.toy(), await house.toy()
    house.toys.crash = True
    crashed = phone.record("toy.set", {"value": 1, "note": "hemligt"}, aggregate=toy)
    await phone.sync()
    house.toys.crash = False
    behind = phone.record("toy.set", {"value": 2}, aggregate=toy)
    beside = phone.record("toy.set", {"value": 3}, aggregate=other)
    await phone.sync()
    assert phone.verdicts[crashed]["code"] == "server.fault"
    assert phone.verdicts[behind]["code"] == "sync.waits"
    assert phone.verdicts[beside]["verdict"] == "applied"
    assert phone.rows["toy"][toy]["value"] == 0
    assert phone.outbox == {}
    assert "hemligt" not in caplog.text
    assert "toy.set" in caplog.text
    house.toys.runs.clear()
    assert await house.sync.dispatcher.replay_parked() == 2
    await phone.pull()
    assert phone.rows["toy"][toy]["value"] == 2
    effects = await fetch("select command_id from toy_effect where toy_id = $1 order by position", toy)
    assert [row["command_id"] for row in effects] == [crashed, behind]
    for command in (crashed, behind):
        assert phone.rows["command"][command]["verdict"] == "applied"
        assert phone.rows["command"][command]["review"]["state"] == "decided"
    assert await house.sync.dispatcher.replay_parked() == 0


async def test_what_stays_parked_is_not_rewritten(house: House) -> None:
    """Or every phone would pull every five minutes for nothing."""
    phone = await house.phone()
    phone.record("toy.fly", {})
    await phone.sync()
    before = await fetch_value("select rv from command_log")
    assert await house.sync.dispatcher.replay_parked() == 0
    assert await fetch_value("select rv from command_log") == before


async def test_an_unknown_label_is_parked_with_its_text_and_resolved_later(house: House) -> None:
    """Case 19."""
    phone, toy = await house.phone(), await house.toy()
    known = phone.record("toy.scan", {"raw": "T1"})
    unknown = phone.record("toy.scan", {"raw": "T2"})
    house.toys.labels["T1"] = toy
    await phone.sync()
    assert phone.verdicts[known]["verdict"] == "applied"
    assert phone.rows["command"][unknown]["text"] == "Etiketten T2 är okänd."
    assert await fetch_value("select state from review_item where command_id = $1", unknown) == "open"
    house.toys.labels["T2"] = toy
    assert await house.sync.dispatcher.replay_parked() == 1
    await phone.pull()
    assert phone.rows["command"][unknown]["verdict"] == "applied"


async def test_a_replay_that_the_rules_refuse_is_recorded(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    house.toys.crash = True
    command = phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.sync()
    house.toys.crash = False
    await execute("update toy set owner = $2 where id = $1", toy, house.other)
    await house.sync.dispatcher.replay_parked()
    await phone.pull()
    row = phone.rows["command"][command]
    assert (row["verdict"], row["code"]) == ("recorded", "toy.moved")
    assert (row["review"]["state"], row["review"]["reason"]) == ("open", "toy.moved")


async def test_every_verdict_but_applied_has_an_open_review_item(house: House) -> None:
    """J10."""
    phone, toy = await house.phone(), await house.toy(owner=house.other)
    for type_name in ("toy.refuse", "toy.forbid", "toy.fly", "toy.set"):
        phone.record(type_name, {"value": 1} if type_name == "toy.set" else {}, aggregate=toy)
    await phone.sync()
    rows = await fetch(
        "select c.verdict, r.state, r.reason, c.code from command_log c left join review_item r on r.command_id = c.id"
    )
    assert len(rows) == 4
    assert all(row["verdict"] != "applied" and row["state"] == "open" and row["reason"] == row["code"] for row in rows)


async def test_the_office_gets_its_result_and_a_repeat_the_same(house: House) -> None:
    actor = await house.region.users[Role.TECHNICIAN].actor()
    toy = await house.toy()
    command = OfficeCommand(id=new_id(), aggregate=toy, args=SetToy(value=4))
    first = await house.sync.dispatcher.office(actor, "toy.set", command)
    again = await house.sync.dispatcher.office(actor, "toy.set", command)
    assert (first.verdict, first.duplicate, again.duplicate) == ("applied", False, True)
    assert first.rv == again.rv == await fetch_value("select rv from toy where id = $1", toy)
    assert await fetch_value("select count(*) from toy_effect") == 1
    with pytest.raises(CommandRefused, match=r"sync\.other_content"):
        await house.sync.dispatcher.office(
            actor, "toy.set", OfficeCommand(id=command.id, aggregate=toy, args=SetToy(value=5))
        )
    assert await fetch_value("select value from toy") == 4


async def test_a_refused_office_command_leaves_only_its_audit_entry(house: House) -> None:
    """R1-R3 are for the field: from the office nothing is stored, and the id may be tried again."""
    actor = await house.region.users[Role.PLANNER].actor()
    toy = await house.toy()
    command = OfficeCommand(id=new_id(), aggregate=toy, args=SetToy(value=4))
    with pytest.raises(CommandRefused) as refused:
        await house.sync.dispatcher.office(actor, "toy.set", command)
    assert refused.value.state == {"owner": str(house.technician)}
    rows = await fetch("select id, verdict, code, detail from command_log")
    assert [(row["verdict"], row["code"], row["detail"]["command_id"]) for row in rows] == [
        ("refused", "toy.moved", str(command.id))
    ]
    assert await fetch_value("select count(*) from review_item") == 0
    assert await fetch_value("select count(*) from toy_effect") == 0
    await execute("update toy set owner = $1", actor.user_id)
    assert (await house.sync.dispatcher.office(actor, "toy.set", command)).verdict == "applied"


async def test_the_office_over_http(house: House) -> None:
    """One typed route per type: 200, 409 with the state, 404, 400 with the path, 403."""
    browser = await house.browser("technician.norr")
    mine, theirs = await house.toy(), await house.toy(owner=house.other)

    async def post(name: str, aggregate: object, args: dict[str, object]) -> tuple[int, dict[str, object]]:
        body = {"id": str(new_id()), "aggregate": str(aggregate), "args": args}
        answer = await browser.post(f"/api/commands/{name}", json=body)
        return answer.status_code, answer.json()

    status, body = await post("toy.set", mine, {"value": 2})
    assert (status, body["verdict"]) == (200, "applied")
    assert bytes(await fetch_value("select payload_raw from command_log")).startswith(b'{"id":')
    status, body = await post("toy.set", theirs, {"value": 2})
    assert (status, body["code"], body["state"]) == (409, "toy.moved", {"owner": str(house.other)})
    assert body["detail"] == "Leksaken är flyttad, värdet  sparat."
    status, body = await post("toy.set", uuid4(), {"value": 2})
    assert (status, body["code"]) == (404, "not_found")
    forbidden_status, forbidden = await post("toy.forbid", uuid4(), {})
    assert (forbidden_status, forbidden | {"instance": ""}) == (404, body | {"instance": ""})
    status, body = await post("toy.set", mine, {"value": "två"})
    assert (status, body["errors"]) == (400, [{"path": "args.value", "message": "Här behövs ett heltal."}])
    status, _ = await post("toy.scan", mine, {"raw": "T9"})
    assert status == 409
    planner = await house.browser("planner.norr")
    answer = await planner.post("/api/commands/toy.claim", json={"id": str(new_id()), "args": {}})
    assert answer.status_code == 403


async def test_not_found_and_not_entitled(house: House) -> None:
    technician = await house.region.users[Role.TECHNICIAN].actor()
    planner = await house.region.users[Role.PLANNER].actor()
    with pytest.raises(NotFound):
        await house.sync.dispatcher.office(
            technician, "toy.set", OfficeCommand(id=new_id(), aggregate=new_id(), args=SetToy(value=1))
        )
    with pytest.raises(NotEntitled):
        await house.sync.dispatcher.office(planner, "toy.claim", OfficeCommand(id=new_id(), args=Nothing()))


async def test_an_office_bug_stores_nothing(house: House) -> None:
    actor = await house.region.users[Role.TECHNICIAN].actor()
    toy = await house.toy()
    house.toys.crash = True
    with pytest.raises(RuntimeError):
        await house.sync.dispatcher.office(
            actor, "toy.set", OfficeCommand(id=new_id(), aggregate=toy, args=SetToy(value=1))
        )
    assert await fetch_value("select count(*) from command_log") == 0
    assert await fetch_value("select value from toy") == 0


async def test_twenty_in_the_office_claim_one_row(house: House) -> None:
    """SR-22: one applied, the others are told the state of now."""
    actor = await house.region.users[Role.TECHNICIAN].actor()
    toy = await house.toy()

    async def claim() -> str:
        try:
            command = OfficeCommand(id=new_id(), aggregate=toy, args=Nothing())
            return (await house.sync.dispatcher.office(actor, "toy.claim", command)).verdict
        except CommandRefused as refused:
            return f"refused {refused.state['claimed_by']}"

    results = sorted(await asyncio.gather(*(claim() for _ in range(20))))
    assert results == ["applied"] + [f"refused {actor.user_id}"] * 19


async def test_case_25_a_wrong_clock_is_kept_estimated_and_flagged(house: House) -> None:
    """R7, SR-23: the raw time is kept, the estimate is right, a wrong clock is flagged and never refused."""
    phone = await house.phone()
    right = phone.now()
    phone.now = lambda: right.replace(year=right.year + 10)
    ahead = phone.record("toy.make", {"value": 1})
    await phone.push_once()
    row = await fetch_row("select * from command_log where id = $1", ahead)
    assert row is not None
    assert row["at"].year == right.year + 10
    assert abs((row["at_est"] - right).total_seconds()) < 30
    assert row["clock_skewed"] is True
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2024-02-30T00:00:00Z", "i går"):
        phone.record("toy.make", {"value": 1}, at=at)
    await phone.sync()
    rows = await fetch("select * from command_log where id <> $1", ahead)
    assert all(row["verdict"] == "applied" and row["clock_skewed"] for row in rows)
    assert all(row["at_est"] <= row["received_at"] for row in rows)


def test_a_type_is_declared_once(house: House) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Dispatcher([house.toys.feature(), house.toys.feature()], load_actor=lambda _: None)  # type: ignore[arg-type, return-value]  # never called
