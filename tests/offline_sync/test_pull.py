"""Pull: the phone ends with exactly what its user may see, whatever is lost, late or doubled (J5-J8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_value, new_id
from offline_sync import pull_repository, repository
from tests.offline_sync.toy import House, make_toy
from tests.support.phone import Phone, Refused


@pytest.fixture
def view_queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds whose views were compared."""
    asked: list[str] = []
    compare = pull_repository.changes_of_view

    async def counting(device_id: UUID, view: Any, *rest: Any) -> Any:
        asked.append(view.kind)
        return await compare(device_id, view, *rest)

    monkeypatch.setattr(pull_repository, "changes_of_view", counting)
    return asked


async def shown(house: House, phone: Phone) -> None:
    """J5: the phone's toys are those of the database, and the digests agree."""
    rows = await fetch("select id, rv, value from toy where owner = $1", house.technician)
    assert {row_id: row["value"] for row_id, row in phone.rows.get("toy", {}).items()} == {
        row["id"]: row["value"] for row in rows
    }
    assert {key[1]: rv for key, rv in phone.versions.items() if key[0] == "toy"} == {r["id"]: r["rv"] for r in rows}
    kept = await pull_repository.lock_state(phone.device, house.technician)
    assert kept is not None
    assert phone.digest() == {"n": kept.digest.n, "xor": kept.digest.hex}


async def test_the_first_pull_clears_and_later_ones_send_what_changed(house: House) -> None:
    phone = await house.phone()
    toys = [await house.toy(value=value) for value in range(5)]
    reply = await phone.pull_once()
    assert reply is not None
    assert (reply["clear"], reply["more"], len(reply["patch"])) == (True, False, 5)
    assert reply["min_build"] == "0.1"
    await shown(house, phone)
    await execute("update toy set value = 77 where id = $1", toys[2])
    await execute("delete from toy where id = $1", toys[3])
    reply = await phone.pull_once()
    assert reply is not None
    assert reply["clear"] is False
    assert [(item["op"], item["id"]) for item in reply["patch"]] == [("del", str(toys[3])), ("put", str(toys[2]))]
    await shown(house, phone)
    await execute("update toy set value = 78 where id = $1", toys[2])
    reply = await phone.pull_once()
    assert reply is not None
    assert (reply["clear"], [item["id"] for item in reply["patch"]]) == (False, [str(toys[2])])
    await shown(house, phone)


async def test_an_unchanged_view_is_never_compared(house: House, view_queries: list[str]) -> None:
    """The short way: no view query, whatever the view's size, and the cookie stays."""
    phone = await house.phone()
    await house.toy()
    await phone.pull()
    cookie = phone.cookie
    view_queries.clear()
    for _ in range(3):
        reply = await phone.pull_once()
        assert reply is not None
        assert (reply["patch"], reply["last_seq"], reply["cookie"]) == ([], 0, cookie)
    assert view_queries == []
    await make_toy(house.region.region_id, house.other)
    await phone.pull()
    assert view_queries == []
    await house.toy()
    await phone.pull()
    assert "toy" in view_queries
    await shown(house, phone)


async def test_the_short_way_ends_with_the_stockholm_day(house: House, view_queries: list[str]) -> None:
    """What a technician sees depends on the date, so midnight in Stockholm asks the view again."""
    phone = await house.phone()
    house.now = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)
    await phone.pull()
    view_queries.clear()
    await phone.pull()
    assert view_queries == []
    house.now = datetime(2026, 7, 1, 22, 1, tzinfo=UTC)
    await phone.pull()
    assert "toy" in view_queries


async def test_the_short_way_waits_for_a_transaction_that_had_begun(house: House) -> None:
    """A change that commits after the pull, but began before it, is not missed: why the cookie is a snapshot."""
    phone = await house.phone()
    toy = await house.toy()
    await phone.pull()
    held = await house.database.connect()
    try:
        begun = held.transaction()
        await begun.start()
        await held.execute("update toy set value = 5 where id = $1", toy)
        await house.toy()  # another change, so that the next pull takes a newer snapshot than the open transaction
        await phone.pull()
        await begun.commit()
    finally:
        await held.close()
    await phone.pull()
    await shown(house, phone)


async def test_chunks_acknowledge_only_with_the_last(house: House) -> None:
    """J7, and the most urgent rows come first."""
    phone = await house.phone()
    toys = [await house.toy(value=index, urgency=100 - index) for index in range(7)]
    command = phone.record("toy.set", {"value": 70}, aggregate=toys[0])
    await phone.push_once()
    seen: list[str] = []
    for expected in (True, True, False):
        reply = await phone.pull_once(limit=3)
        assert reply is not None
        seen += [item["id"] for item in reply["patch"]]
        assert reply["more"] is expected
        assert (reply["last_seq"] is None) is expected
        assert bool(phone.outbox) is expected
        assert bool(phone.rows) is not expected, "a clear is swapped in at the end"
    assert seen == [str(command), *(str(toy) for toy in reversed(toys))]
    await shown(house, phone)


async def test_a_lost_answer_is_sent_again(house: House) -> None:
    phone = await house.phone()
    toys = [await house.toy(value=value) for value in range(3)]
    await phone.pull_once(lose_answer=True)
    await phone.pull()
    await shown(house, phone)
    await execute("update toy set value = 9 where id = $1", toys[0])
    await execute("delete from toy where id = $1", toys[1])
    await phone.pull_once(lose_answer=True)
    await phone.pull_once(lose_answer=True)
    await execute("update toy set value = 10 where id = $1", toys[0])
    reply = await phone.pull_once()
    assert reply is not None
    assert reply["clear"] is False
    await shown(house, phone)


async def test_a_lost_answer_is_not_taken_for_nothing_new(house: House) -> None:
    """Also when the phone sends no digest that would give it away."""
    phone = await house.phone()
    toy = await house.toy()
    await phone.pull()
    await execute("update toy set value = 9 where id = $1", toy)
    await phone.pull_once(lose_answer=True)
    body = phone.pull_body() | {"digest": None}
    answer = await phone.post_pull(body)
    phone.apply_pull(answer.json(), body["pull_seq"])
    await shown(house, phone)


async def test_a_lost_chunk_in_the_middle_is_sent_again(house: House) -> None:
    phone = await house.phone()
    for value in range(7):
        await house.toy(value=value)
    await phone.pull_once(limit=2)
    await phone.pull_once(limit=2, lose_answer=True)
    await phone.pull(limit=2)
    await shown(house, phone)
    reply = await phone.pull_once()
    assert reply is not None
    assert reply["patch"] == []


async def test_a_late_or_doubled_pull_touches_nothing(house: House) -> None:
    phone = await house.phone()
    toy = await house.toy()
    early = phone.pull_body()
    await phone.pull()
    await execute("update toy set value = 5 where id = $1", toy)
    body = phone.pull_body()
    answer = await phone.post_pull(body)
    for late in (early, body):
        refused = await phone.post_pull(late)
        assert (refused.status_code, refused.json()["code"]) == (409, "sync.stale_pull")
        assert refused.json()["last_pull"] == body["pull_seq"]
    phone.apply_pull(answer.json(), body["pull_seq"])
    await shown(house, phone)
    await phone.pull()
    await shown(house, phone)


async def test_a_row_goes_from_the_old_owner_to_the_new(house: House) -> None:
    """J6: both are touched; no tombstone is needed."""
    mine, theirs = await house.phone(), await house.phone("technician2.norr")
    toy = await house.toy()
    await mine.pull()
    await theirs.pull()
    await execute("update toy set owner = $2 where id = $1", toy, house.other)
    await mine.pull()
    await theirs.pull()
    assert mine.rows["toy"] == {}
    assert list(theirs.rows["toy"]) == [toy]


async def test_a_digest_that_differs_starts_over(house: House) -> None:
    """The browser evicted rows: the phone notices nothing, the digest does."""
    phone = await house.phone()
    toys = [await house.toy(value=value) for value in range(3)]
    await phone.pull()
    del phone.rows["toy"][toys[0]], phone.versions["toy", toys[0]]
    reply = await phone.pull_once()
    assert reply is not None
    assert reply["clear"] is True
    await shown(house, phone)


@pytest.mark.parametrize("lose", ["storage_id", "cookie"])
async def test_another_storage_or_cookie_starts_over(house: House, lose: str) -> None:
    phone = await house.phone()
    await house.toy()
    await phone.pull()
    if lose == "storage_id":
        phone.storage_id = uuid4()
    else:
        phone.cookie = str(uuid4())
    reply = await phone.pull_once()
    assert reply is not None
    assert (reply["clear"], len(reply["patch"])) == (True, 1)
    await shown(house, phone)


async def test_a_decision_ends_a_parked_command(house: House) -> None:
    """Nothing of it but the payload is stored: it cannot be accepted, and no later replay overrules the decision."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.unknown", {"value": 4}, aggregate=toy)
    behind = phone.record("toy.set", {"value": 5}, aggregate=toy)
    await phone.sync()
    assert phone.verdicts[command]["verdict"] == phone.verdicts[behind]["verdict"] == "parked"
    planner = await house.browser("planner.norr")
    items = (await planner.get("/api/reviews")).json()["items"]
    review = next(item["id"] for item in items if item["command"]["id"] == str(command))
    for decision, status in (("accept_field", 409), ("keep_office", 200)):
        body = {"id": str(new_id()), "aggregate": review, "args": {"decision": decision, "note": ""}}
        answer = await planner.post("/api/commands/review.decide", json=body)
        assert answer.status_code == status, answer.text
    await phone.pull()
    assert phone.rows["command"][command]["verdict"] == "recorded"
    assert await fetch_value("select count(*) from command_log where verdict = 'parked' and id = $1", command) == 0


async def test_what_the_office_decides_reaches_the_phone(house: House) -> None:
    phone, toy = await house.phone(), await house.toy(owner=house.other)
    command = phone.record("toy.set", {"value": 4}, aggregate=toy)
    await phone.sync()
    row = phone.rows["command"][command]
    assert (row["verdict"], row["code"], row["review"]["state"]) == ("recorded", "toy.moved", "open")
    assert row["text"] == "Leksaken är flyttad, värdet 4 sparat."
    planner = await house.browser("planner.norr")
    items = (await planner.get("/api/reviews")).json()["items"]
    assert [(item["reason"], item["command"]["args_summary"]["value"]) for item in items] == [("toy.moved", 4)]
    own = (await phone.browser.get("/api/reviews")).json()["items"]
    assert [item["id"] for item in own] == [items[0]["id"]]
    body = {
        "id": str(new_id()),
        "aggregate": items[0]["id"],
        "args": {"decision": "accept_field", "note": "Ja, gör så."},
    }
    answer = await planner.post("/api/commands/review.decide", json=body)
    assert answer.status_code == 200, answer.text
    await phone.pull()
    review = phone.rows["command"][command]["review"]
    assert (review["state"], review["decision"], review["note"]) == ("decided", "accept_field", "Ja, gör så.")
    assert await fetch_value("select value from toy where id = $1", toy) == 4
    assert (await planner.post("/api/commands/review.decide", json=body)).json()["duplicate"] is True
    again = await planner.post("/api/commands/review.decide", json=body | {"id": str(new_id())})
    assert (again.status_code, again.json()["code"]) == (409, "review.decided_already")
    assert (await planner.get("/api/reviews?state=decided")).json()["items"][0]["decision"] == "accept_field"
    refused = await phone.browser.post("/api/commands/review.decide", json=body | {"id": str(new_id())})
    assert refused.status_code == 403


async def test_who_saw_which_person_is_logged(house: House) -> None:
    """SR-08: once per person and answer, and the internal id does not travel."""
    phone = await house.phone()
    person = new_id()
    await execute(
        "insert into person (id, region_id, personal_number, first_name, last_name)"
        " values ($1, $2, '191212121212', 'Tolvan', 'Testdata')",
        person,
        house.region.region_id,
    )
    toys = [await house.toy(person_id=person) for _ in range(2)]
    await phone.pull()
    await phone.pull()
    rows = await fetch("select person_id, action, user_id from access_log")
    assert [tuple(row.values()) for row in rows] == [(person, "sync.pull", house.technician)]
    assert "person_id" not in phone.rows["toy"][toys[0]]


async def test_schema_and_ownership(house: House) -> None:
    phone, other = await house.phone(), await house.phone("technician2.norr")
    phone.schema = 99
    with pytest.raises(Refused, match="426"):
        await phone.pull()
    phone.schema = 0
    await phone.pull()
    other.device = phone.device
    with pytest.raises(Refused, match="404"):
        await other.pull()


async def test_a_phone_to_be_wiped_gets_no_rows(house: House) -> None:
    """Its last work is still taken in and judged."""
    phone, toy = await house.phone(), await house.toy()
    await phone.pull()
    await repository.set_device_state(phone.device, "wipe")
    command = phone.record("toy.set", {"value": 2}, aggregate=toy)
    await phone.push_once()
    reply = await phone.pull_once()
    assert reply is not None
    assert (reply["state"], reply["clear"], reply["patch"]) == ("wipe", True, [])
    assert phone.verdicts[command]["verdict"] == "applied"
    assert phone.rows == {}


async def test_pruning_keeps_what_some_phone_has_not_seen(house: House, view_queries: list[str]) -> None:
    phone = await house.phone()
    toy = await house.toy()
    await phone.pull()
    await execute("update toy set value = 3 where id = $1", toy)
    await execute("update sync_touch set at = now() - interval '2 days'")
    await pull_repository.prune_touches()
    await phone.pull()
    await shown(house, phone)
    assert await fetch_value("select count(*) from sync_touch") > 0
    await pull_repository.prune_touches()
    assert (
        await fetch_value(
            "select count(*) from sync_touch where xid < (select pg_snapshot_xmin(snap) from sync_device)"
        )
        == 0
    )
    await execute("update toy set value = 4 where id = $1", toy)
    await execute("update sync_touch set at = now() - interval '2 days'")
    await execute("update sync_device set last_seen = now() - interval '3 days'")
    assert await pull_repository.prune_touches() > 0
    await phone.pull()
    await shown(house, phone)


async def test_views_of_silent_phones_are_forgotten(house: House) -> None:
    phone, fresh = await house.phone(), await house.phone()
    await house.toy()
    await phone.pull()
    await phone.pull()
    await fresh.pull()
    silent = timedelta(days=46)
    await execute("update sync_device set last_seen = now() - $2::interval where id = $1", phone.device, silent)
    assert await pull_repository.prune_views() == 1
    assert await fetch_value("select count(*) from client_view where device = $1", phone.device) == 0
    reply = await phone.pull_once()
    assert reply is not None
    assert reply["clear"] is True
    await shown(house, phone)
    reply = await fresh.pull_once()
    assert reply is not None
    assert reply["clear"] is False
