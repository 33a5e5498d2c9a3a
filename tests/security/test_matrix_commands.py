"""SR-05: every command x every role x own, other team's, other region's and missing object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from app.database import Database, execute, fetch_value
from tests.security.flag_bodies import flag_command
from tests.security.house import (
    LETTERS,
    MISSING,
    MISSING_DEVICE,
    House,
    canaries,
    open_house,
)
from tests.security.label_bodies import label_command
from tests.security.logistics_bodies import admin_command, logistics_command, make_logistics
from tests.security.maintenance_bodies import maintenance_command
from tests.security.report_bodies import report_command
from tests.security.return_bodies import return_command
from tests.security.round_bodies import make_rounds, round_command, schedule_command
from tests.security.stock_bodies import stock_command, van_command
from tests.security.tables import COMMANDS, EVERYONE, OBJECTS, Row, make_review, visible
from tests.support.builders import close_args


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions, all roles."""
    async with open_house(database, tmp_path) as opened:
        await make_rounds(opened)
        await make_logistics(opened)
        yield opened


def now() -> str:
    """The time as a client writes it."""
    return datetime.now(UTC).isoformat()


#: Who makes the bodies, by the first word of the type.
MAKERS: Final[dict[str, Callable[[House, str, str], Awaitable[dict[str, Any]]]]] = {
    "round": round_command,
    "round_template": schedule_command,
    "round_day": schedule_command,
    "delivery_agreement": schedule_command,
    "stop": round_command,
    "plan": round_command,
    "van": round_command,
    "customer_order": logistics_command,
    "pickup_order": logistics_command,
    "user": admin_command,
    "phone": admin_command,
    "stock_count": stock_command,
    "van_stock": van_command,
    "label": label_command,
    "fault_report": report_command,
    "maintenance": maintenance_command,
    "maintenance_run": maintenance_command,
    "purchase": flag_command,
    "safety_notice": flag_command,
    "device": flag_command,
    "return": return_command,
    "custody": return_command,
}


async def command_body(house: House, name: str, target: str) -> dict[str, Any]:
    """A good command on a fresh object of the target."""
    aggregate, args = MISSING, {}
    if name == "message.choose_push":
        return {"id": str(uuid4()), "args": {"kind": "work_order.closed", "wanted": True}}
    if name.startswith("message."):
        return {"id": str(uuid4()), "args": {"message_ids": [str(MISSING)]}}
    if name == "work_order.register":
        number = house.places[target].device_number if target != "missing" else MISSING_DEVICE
        args = {
            "type": "corrective",
            "fault_text": "Bromsen tar inte.",
            "proposed_priority": 1,
            "proposed_place": "at_holder",
            "device_number": number,
        }
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    maker = MAKERS.get(name.partition(".")[0])
    if maker is not None:
        return await maker(house, name, target)
    if name == "review.decide":
        if target != "missing":
            aggregate = await make_review(house, target)
        return {"id": str(uuid4()), "aggregate": str(aggregate), "args": {"decision": "keep_office"}}
    if target != "missing":
        waiting = {"state": "waiting", "waiting_for": "parts"} if name == "work_order.resume" else {}
        aggregate = (await house.make_order(target, **waiting)).id
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    args = {
        "work_order.correct": {"fault_text": "Hjulet sitter löst."},
        "work_order.assess": {"priority": 2, "place": "at_holder"},
        "work_order.assign": {"technician_id": str(house.north.other_technician.id)},
        "work_order.book": {"from": tomorrow.isoformat(), "to": (tomorrow + timedelta(hours=1)).isoformat()},
        "work_order.contact": {"at": now(), "result": "no_answer"},
        "work_order.notify": {"purpose": "call_us", "channel": "letter", "text": "Ring oss."},
        "work_order.will_miss": {"reason": "parts"},
        "work_order.supplier": {"sent_on": "2026-06-20"},
        "work_order.reserve": {"device_number": None},
        "work_order.refer": {},
        "work_order.exchange": {"old_raw": house.own.device_number, "new_raw": house.own.device_number, "at": now()},
        "work_order.deviation": {"text": "Fläkten brann.", "harm": "could", "at": now()},
        "work_order.start": {"at": now()},
        "work_order.wait": {"waiting_for": "parts"},
        "work_order.resume": {},
        "work_order.report": {"time_entries": []},
        "work_order.close": close_args(),
        "work_order.cancel": {"reason": "wrong"},
        "work_order.undo": {"command_id": str(uuid4())},
    }[name]
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def test_commands_do_what_the_table_says_and_nothing_to_what_is_not_theirs(house: House) -> None:
    wrong: list[str] = []
    for name, row in COMMANDS.items():
        for letter, browser in house.clients.items():
            if letter not in row.roles:
                body = await command_body(house, name, "missing")
                answer = await browser.post(f"/api/commands/{name}", json=body)
                if answer.status_code != (403 if letter in LETTERS else 401):
                    wrong.append(f"{name} {letter}: {answer.status_code} {answer.text[:200]}")
                continue
            answers = {}
            for target in OBJECTS:
                body = await command_body(house, name, target)
                answers[target] = await browser.post(f"/api/commands/{name}", json=body)
            wrong += _judge_command(name, letter, row, answers)
    assert not wrong, "\n".join(map(str, wrong))


def _judge_command(name: str, letter: str, row: Row, answers: dict[str, httpx.Response]) -> list[str]:
    """What is wrong with the four answers of one role to one command."""
    wrong = []
    missing = answers["missing"]
    if missing.status_code != row.missing:
        wrong.append(f"{name} {letter} missing: {missing.status_code} {missing.text[:200]}")
    for target, answer in answers.items():
        where = f"{name} {letter} {target}: {answer.status_code} {answer.text[:200]}"
        if target == "own" or (target == "other" and letter in row.other):
            if answer.status_code != row.ok:
                wrong.append(where)
        elif row.missing != 200 and visible(answer) != visible(missing):
            wrong.append(f"{where} is not as missing: {missing.status_code} {missing.text[:200]}")
        if canaries(answer.content):
            wrong.append(f"{where} shows {canaries(answer.content)}")
    return wrong


async def test_a_command_on_a_foreign_object_changes_no_row(house: House) -> None:
    """404 is not enough: the order of the other region and of the other team is as it was."""
    for target, letters in (("foreign", "TPC"), ("other", "T")):
        for name, row in COMMANDS.items():
            if not name.startswith("work_order.") or name == "work_order.register":
                continue
            body = await command_body(house, name, target)
            state = "select to_jsonb(w) from work_order w where id = $1"
            before = await fetch_value(state, UUID(body["aggregate"]))
            for letter in set(letters) & set(row.roles):
                answer = await house.clients[letter].post(f"/api/commands/{name}", json={**body, "id": str(uuid4())})
                assert answer.status_code == 404, (name, letter, target)
            assert await fetch_value(state, UUID(body["aggregate"])) == before, (name, target)


async def test_ids_of_another_region_inside_a_command_are_as_unknown_as_missing_ones(house: House) -> None:
    """Not the object itself but what the arguments name: teams, technicians, persons, orders."""
    south = house.world.south
    planner = house.clients["P"]
    register = {
        "type": "corrective",
        "fault_text": "Bromsen tar inte.",
        "proposed_priority": 1,
        "proposed_place": "at_holder",
        "article_number": "90001",
    }
    own_device = {
        **{key: value for key, value in register.items() if key != "article_number"},
        "device_number": house.own.device_number,
    }
    pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        (
            "work_order.assign",
            {"technician_id": str(south.users[LETTERS["T"]].id)},
            {"technician_id": str(MISSING)},
        ),
        (
            "work_order.assess",
            {"priority": 1, "place": "at_holder", "team_id": str(south.teams[0])},
            {"priority": 1, "place": "at_holder", "team_id": str(MISSING)},
        ),
        (
            "work_order.register",
            {**register, "holder": {"person_id": str(house.places["foreign"].person)}},
            {**register, "holder": {"person_id": str(MISSING)}},
        ),
        (
            "work_order.register",
            {**own_device, "follows": str(house.places["foreign"].order.id)},
            {**own_device, "follows": str(MISSING)},
        ),
        (
            "work_order.register",
            {**own_device, "proposed_team_id": str(south.teams[0])},
            {**own_device, "proposed_team_id": str(MISSING)},
        ),
    ]
    for name, foreign, missing in pairs:
        answers = []
        aggregate = uuid4() if name == "work_order.register" else (await house.make_order()).id
        for args in (foreign, missing):
            body = {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}
            answers.append(await planner.post(f"/api/commands/{name}", json=body))
        assert answers[0].status_code in {404, 409}, (name, answers[0].text)
        assert visible(answers[0]) == visible(answers[1]), name


async def test_a_prescriber_cannot_probe_for_persons_parties_and_devices_by_registering(house: House) -> None:
    """What exists and is not the prescriber's must be answered as what does not exist."""
    prescriber = house.clients["R"]
    register = {"type": "corrective", "fault_text": "x", "proposed_priority": 1, "proposed_place": "at_holder"}
    other = house.places["other"]
    pairs = [
        ({"article_number": "90001", "holder": {"person_id": str(other.person)}}, {"person_id": str(MISSING)}),
        ({"article_number": "90001", "holder": {"party_number": "5001"}}, {"party_number": "5999"}),
    ]
    wrong = []
    for exists, missing in pairs:
        answers = []
        for args in (exists, {**exists, "holder": missing}):
            body = {"id": str(uuid4()), "aggregate": str(uuid4()), "args": {**register, **args}}
            answers.append(await prescriber.post("/api/commands/work_order.register", json=body))
        if visible(answers[0]) != visible(answers[1]):
            wrong.append(f"{exists}: {answers[0].status_code} {answers[0].text} / {answers[1].text}")
    assert not wrong, "\n".join(map(str, wrong))


async def test_reading_a_message_touches_the_own_messages_only(house: House) -> None:
    message = uuid4()
    await execute(
        "insert into message (id, region_id, recipient_id, kind, work_order_id, params)"
        " values ($1, $2, $3, 'work_order.closed', $4, '{\"number\": \"1\"}')",
        message,
        house.north.region_id,
        house.user("R").id,
        house.own.order.id,
    )
    for letter in EVERYONE:
        if letter != "R":
            body = {"id": str(uuid4()), "args": {"message_ids": [str(message)]}}
            for deed in ("read", "put_away"):
                body = {**body, "id": str(uuid4())}
                answer = await house.clients[letter].post(f"/api/commands/message.{deed}", json=body)
                assert answer.status_code == 200
            assert str(message) not in (await house.clients[letter].get("/api/messages")).text
    assert await fetch_value("select coalesce(read_at, put_away_at) from message where id = $1", message) is None
    body = {"id": str(uuid4()), "args": {"message_ids": [str(message)]}}
    assert (await house.clients["R"].post("/api/commands/message.read", json=body)).status_code == 200
    assert await fetch_value("select read_at from message where id = $1", message) is not None


async def test_nobody_drops_another_users_push_subscription(house: House) -> None:
    endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    await execute(
        "insert into push_subscription (id, region_id, user_id, endpoint, p256dh, auth)"
        " values ($1, $2, $3, $4, 'k', 'a')",
        uuid4(),
        house.north.region_id,
        house.user("R").id,
        endpoint,
    )
    for letter in "TDPCWAX":
        browser = house.clients[letter]
        other = await browser.request("DELETE", "/api/push/subscriptions", json={"endpoint": endpoint})
        missing = await browser.request("DELETE", "/api/push/subscriptions", json={"endpoint": endpoint + "x"})
        assert visible(other) == visible(missing)
    assert await fetch_value("select dropped_at from push_subscription where endpoint = $1", endpoint) is None
