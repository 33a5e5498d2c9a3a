"""Any order of work, faults and office changes, against a reference model (docs/sync.md T1, invariants J1-J8).

The rules run in a thread, as Hypothesis is not asynchronous; the work of every step runs in the test loop. Longer:
``TURBIL_EXAMPLES=500 python -m pytest tests/offline_sync/test_model.py``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.database import execute, fetch
from tests.offline_sync.toy import House
from tests.support.phone import Phone

PHONES = st.integers(0, 2)
TOYS = st.integers(0, 3)
USERS = st.integers(0, 1)


@dataclass
class ModelToy:
    """What a toy must be: its owner, its value, and how often it was changed."""

    owner: UUID
    value: int
    version: int = 0


@dataclass
class ModelCommand:
    """A command as the phone saved it; ``verdict`` and ``version`` once the server has had it."""

    author: UUID
    toy: UUID
    value: int
    raw: bytes
    verdict: str = ""
    version: int = 0


class Model:
    """The reference: toys, and commands that have their effect the first time the server gets them."""

    def __init__(self) -> None:
        self.toys: dict[UUID, ModelToy] = {}
        self.commands: dict[UUID, ModelCommand] = {}

    def receive(self, phone: Phone) -> None:
        """The server got everything in the phone's outbox (at most 50), in order."""
        for seq in sorted(phone.outbox)[:50]:
            command = self.commands[phone.outbox[seq].id]
            if command.verdict:
                continue
            toy = self.toys.get(command.toy)
            if toy is None or toy.owner != command.author:
                command.verdict = "recorded"
                continue
            toy.value, toy.version = command.value, toy.version + 1
            command.verdict, command.version = "applied", toy.version

    def view(self, user: UUID) -> dict[UUID, tuple[int, int]]:
        """What a user sees: value and version per toy."""
        return {toy_id: (toy.value, toy.version) for toy_id, toy in self.toys.items() if toy.owner == user}


class Machine(RuleBasedStateMachine):
    """Three phones of two users, an office, and a bad network."""

    house: ClassVar[House]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.phones: list[Phone] = []
        self.users = [self.house.technician, self.house.technician, self.house.other]
        self.toy_ids: list[UUID] = []
        self.newest: dict[tuple[UUID, UUID], int] = {}
        self.late_answers: list[tuple[Phone, dict[str, Any], int]] = []
        self.late_requests: list[tuple[Phone, Any]] = []

    def run_here(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do a step's work in the test's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    @initialize()
    def begin(self) -> None:
        self.run_here(self._begin())

    async def _begin(self) -> None:
        await execute("delete from toy")
        for name in ("technician.norr", "technician.norr", "technician2.norr"):
            self.phones.append(await self.house.phone(name))
        for index in range(4):
            owner = self.users[-1] if index == 3 else self.users[0]
            self.toy_ids.append(await self.house.toy(owner=owner, value=index))
            self.model.toys[self.toy_ids[-1]] = ModelToy(owner, index)

    # ------------------------------------------------------------ the field

    @rule(phone=PHONES, toy=TOYS, value=st.integers(0, 99))
    def record(self, phone: int, toy: int, value: int) -> None:
        mine, toy_id = self.phones[phone], self.toy_ids[toy]
        command = mine.record("toy.set", {"value": value}, aggregate=toy_id)
        self.model.commands[command] = ModelCommand(
            self.users[phone], toy_id, value, mine.outbox[mine.next_seq - 1].raw
        )

    @rule(phone=PHONES, fault=st.sampled_from(["", "", "request lost", "answer lost", "twice"]))
    def push(self, phone: int, fault: str) -> None:
        mine = self.phones[phone]
        if not mine.outbox or fault == "request lost":
            return
        body = mine.push_body()
        answer = self.run_here(mine.post_push(body))
        self.model.receive(mine)
        if fault == "twice":
            answer = self.run_here(mine.post_push(body))
        self.late_requests.append((mine, body))
        if fault != "answer lost":
            lines = mine.accept_push(answer)["results"]
            for line in lines:
                assert line["verdict"] == self.model.commands[UUID(line["id"])].verdict

    @rule(phone=PHONES, limit=st.sampled_from([1, 2, 500]), fault=st.sampled_from(["", "", "", "lost", "late"]))
    def pull(self, phone: int, limit: int, fault: str) -> None:
        mine = self.phones[phone]
        body = mine.pull_body(limit)
        answer = self.run_here(mine.post_pull(body))
        assert answer.status_code == 200, answer.text
        self.late_requests.append((mine, body))
        if fault == "late":
            self.late_answers.append((mine, answer.json(), body["pull_seq"]))
        elif not fault:
            self.take(mine, answer.json(), body["pull_seq"])

    @rule()
    def late_answer_comes(self) -> None:
        if self.late_answers:
            mine, reply, pull_seq = self.late_answers.pop(0)
            self.take(mine, reply, pull_seq, fresh=False)

    @rule(pick=st.integers(0, 20))
    def late_request_comes(self, pick: int) -> None:
        """A request that the network delivers again much later; nobody hears the answer."""
        if self.late_requests:
            mine, body = self.late_requests[pick % len(self.late_requests)]
            if isinstance(body, bytes):
                assert self.run_here(mine.post_push(body)).status_code == 202
            else:
                assert self.run_here(mine.post_pull(body)).status_code == 409

    @rule(phone=PHONES)
    def storage_loses_a_row(self, phone: int) -> None:
        mine = self.phones[phone]
        for toy_id in list(mine.rows.get("toy", {}))[:1]:
            del mine.rows["toy"][toy_id], mine.versions["toy", toy_id]

    # ------------------------------------------------------------ the office

    @rule(toy=TOYS, user=USERS)
    def office_moves(self, toy: int, user: int) -> None:
        owner = self.users[user * 2]
        self.office(toy, "update toy set owner = $2 where id = $1", owner)
        self.model.toys[self.toy_ids[toy]].owner = owner

    @rule(toy=TOYS, value=st.integers(100, 199))
    def office_sets(self, toy: int, value: int) -> None:
        self.office(toy, "update toy set value = $2 where id = $1", value)
        self.model.toys[self.toy_ids[toy]].value = value

    def office(self, toy: int, sql: str, value: object) -> None:
        self.run_here(execute(sql, self.toy_ids[toy], value))
        self.model.toys[self.toy_ids[toy]].version += 1

    # ------------------------------------------------------------ what must hold

    def take(self, mine: Phone, reply: dict[str, Any], pull_seq: int, *, fresh: bool = True) -> None:
        """Apply an answer; J6, J7 and J8 hold at once."""
        acknowledged = mine.acknowledged
        if not mine.apply_pull(reply, pull_seq) or reply["more"]:
            return
        user = self.users[self.phones.index(mine)]
        view = self.model.view(user)
        toys = mine.rows.get("toy", {})
        if fresh:
            assert set(toys) <= set(view), "J6: a row outside the user's scope"
        for toy_id, row in toys.items():
            assert row["version"] >= self.newest.get((mine.device, toy_id), 0), "J8: an older row after a newer"
            self.newest[mine.device, toy_id] = row["version"]
        for seq in range(acknowledged + 1, mine.acknowledged + 1):
            command = self.model.commands[mine.journal[seq].id]
            assert mine.rows["command"][mine.journal[seq].id]["verdict"] == command.verdict
            if command.verdict == "applied" and command.toy in toys:
                assert toys[command.toy]["version"] >= command.version, "J7: acknowledged before its effect came"

    @invariant()
    def numbers_have_no_gap(self) -> None:
        for mine in self.phones:
            assert sorted([*mine.outbox, *mine.journal]) == list(range(1, mine.next_seq)), "J3"

    def teardown(self) -> None:
        if self.phones:
            self.run_here(self._rest())

    async def _rest(self) -> None:
        """The network is well again: everything arrives, and everybody sees the same."""
        for mine in self.phones:
            self.model.receive(mine)
            await mine.sync()
        for mine, user in zip(self.phones, self.users, strict=True):
            await mine.pull()
            await mine.pull()
            shown = {toy_id: (row["value"], row["version"]) for toy_id, row in mine.rows.get("toy", {}).items()}
            assert shown == self.model.view(user), "J5"
            assert mine.outbox == {}
        ids = list(self.model.commands)
        log = {row["id"]: row for row in await fetch("select * from command_log where id = any($1)", ids)}
        effects = await fetch(
            "select command_id, count(*) as n from toy_effect where command_id = any($1) group by 1", ids
        )
        assert {row["command_id"]: row["n"] for row in effects} == dict.fromkeys(ids, 1), "J2"
        for command_id, command in self.model.commands.items():
            assert bytes(log[command_id]["payload_raw"]) == command.raw, "J1"
            assert log[command_id]["verdict"] == command.verdict, "J4"
        for mine in self.phones:
            own = [row["seq"] for row in log.values() if row["device"] == mine.device]
            assert sorted(own) == list(range(1, mine.next_seq)), "J3"
            for outgoing in mine.journal.values():
                row = mine.rows["command"][outgoing.id]
                assert row["verdict"] == self.model.commands[outgoing.id].verdict, "J4"
                assert (row["review"] is None) == (row["verdict"] == "applied"), "J10"


async def test_any_order_of_work_and_faults(house: House) -> None:
    Machine.house, Machine.loop = house, asyncio.get_running_loop()
    options = settings(
        max_examples=int(os.environ.get("TURBIL_EXAMPLES", "8")),
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=options)
