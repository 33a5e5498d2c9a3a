"""Phones, office, proxy and server put together: rounds of work under faults, each followed by rest and all checks."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Self
from uuid import UUID

import asyncpg
import httpx

from tests.simulation.custody import check_custody
from tests.simulation.driver import Driving
from tests.simulation.findings import Findings
from tests.simulation.invariants import check_all, check_heads, check_scope, check_view
from tests.simulation.office import Office
from tests.simulation.phone import Offline, Phone, sign_in
from tests.simulation.proxy import FaultProxy
from tests.simulation.server import ROOT, ServerProcess, client_for
from tests.simulation.technician import Work
from tests.simulation.world import User, World, store_world

Disaster = Literal["kill_server", "kill_both", "kill_database", "terminate_backends"]

DRAIN_SECONDS: Final = 30.0
_GIVE_UP_SECONDS: Final = 120.0
_FEW_ORDERS: Final = 3
_MOST_UNSENT: Final = 25
_PHONES_PER_STEP: Final = 1
_STEPS_PER_LOOK: Final = 6
_MOVED_IN_SQL: Final = 25
_BURST: Final = 24
_DESKS_IN_BURST: Final = 4


#: What asyncpg raises when its server goes away in the middle of something.
LOST: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Simulation:
    """Use it with ``async with``; nothing is left running.

    Args:
        data: an empty folder for the server.
        seed: decides everything that is decided by chance, but for the order in which the machine runs things.
        phones: how many; one user in ten has two.
        root: the folder of the code to serve.

    Attributes:
        findings: what was found broken, over all rounds.
        drain_max: longest time, in seconds, from the end of the faults until an outbox was empty.
    """

    def __init__(self, data: Path, seed: int, *, phones: int = 20, root: Path = ROOT) -> None:
        self.findings = Findings()
        self.drain_max = 0.0
        self.seed = seed
        self._random = random.Random(f"{seed}:disasters")
        self._count = phones
        self._data = data
        self._root = root
        self._progress = asyncio.Condition()
        self._working = False
        self._stack = contextlib.AsyncExitStack()
        self._new_phones: dict[UUID, Phone] = {}
        self._kept_of_office: list[int] = []

    async def __aenter__(self) -> Self:
        async with self._stack as stack:
            self.server = await stack.enter_async_context(ServerProcess(self._data, self._root))
            self.proxy = FaultProxy(self.server.port, f"{self.seed}:proxy")
            await self.proxy.start()
            stack.push_async_callback(self.proxy.stop)
            drivers = max(2, self._count // 7)
            technicians = self._count - drivers - self._count // 10
            connection = await self.server.connect()
            try:
                self.world: World = await store_world(connection, technicians, drivers, self.seed)
                orders = [str(row["id"]) for row in await connection.fetch("select id from work_order order by number")]
            finally:
                await connection.close()
            self.phones: list[Phone] = []
            for number in range(self._count):
                client = await stack.enter_async_context(client_for(self.proxy.port))
                phone = self._phone(f"phone{number}", self.world.users[number % len(self.world.users)], client)
                await phone.register()
                self.phones.append(phone)
            for phone in self.phones:
                phone.twin = sum(other.user is phone.user for other in self.phones) > 1
            self.work = [
                Driving(phone, self.world) if phone.user in self.world.drivers else Work(phone, self.world)
                for phone in self.phones
            ]
            self.offices: list[Office] = []
            for planner in self.world.planners:
                client = await stack.enter_async_context(client_for(self.proxy.port))
                await sign_in(client, planner)
                source = random.Random(f"{self.seed}:{planner}")
                self.offices.append(Office(client, self.world, orders, source, self.findings))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _phone(self, name: str, user: User, client: httpx.AsyncClient) -> Phone:
        return Phone(name, user, client, random.Random(f"{self.seed}:{name}"), self.findings)

    @property
    def commands(self) -> int:
        """Commands that the phones have recorded."""
        return sum(len(phone.commands) for phone in self.phones)

    # ------------------------------------------------------------ a round

    async def round(self, commands_each: int, disasters: Sequence[Disaster] = (), *, bursts: int = 2) -> None:
        """Work under faults, then rest, then look.

        Args:
            disasters: spread evenly over the work.
            bursts: how often, at rest, many orders are moved at once under the eyes of pulling phones.
        """
        start = sum(phone.acknowledged for phone in self.phones)
        total = commands_each * len(self.phones)
        self.proxy.faulty = True
        self._working = True
        for phone in self.phones:
            phone.calm = False
        async with asyncio.TaskGroup() as group:
            planners = [group.create_task(self._plan(office)) for office in self.offices]
            planners.append(group.create_task(self._look_at_log()))
            disaster = group.create_task(self._strike(start, total, disasters))
            workers = [group.create_task(self._work(work, commands_each)) for work in self.work]
            await asyncio.gather(*workers)
            self._working = False
            async with self._progress:
                self._progress.notify_all()
            await disaster
            for planner in planners:
                planner.cancel()
        self.proxy.faulty = False
        await self.proxy.settle()
        await self._drain()
        await self._pull_all()
        await self._check_views()
        await self._move_orders(bursts)
        await self._pull_all()
        await self._check_views()
        await self._check_rest()

    async def _work(self, work: Work | Driving, count: int) -> None:
        phone, failures, done = work.phone, 0, 0
        while done < count or len(phone.commands) - phone.acknowledged > _MOST_UNSENT:
            if len(phone.commands) - phone.acknowledged <= _MOST_UNSENT:
                batch = min(phone.random.randint(1, 10), count - done)
                for _ in range(batch):
                    work.do_something()
                done += batch
            failures = 0 if await self._try(phone) else failures + 1
            async with self._progress:
                self._progress.notify_all()
            if phone.stuck:
                return
            if failures:
                await _jitter(phone.random, failures)

    async def _try(self, phone: Phone) -> bool:
        try:
            await phone.sync()
        except Offline:
            return False
        return True

    async def _plan(self, office: Office) -> None:
        """A planner does one step for every few steps of the phones."""

        async def pause() -> None:
            await _jitter(self._random, 3)

        while True:
            for _ in range(_PHONES_PER_STEP):
                async with self._progress:
                    await self._progress.wait()
            needy = [
                work.phone.user for work in self.work if isinstance(work, Work) and len(work.open_orders) < _FEW_ORDERS
            ]
            await office.do_something(needy, pause)

    async def _look_at_log(self) -> None:
        """J3 in the middle of the work: in every snapshot of the database, log and ``last_seq`` agree."""
        while True:
            with contextlib.suppress(*LOST):
                connection = await self.server.connect()
                try:
                    while True:
                        for _ in range(_STEPS_PER_LOOK):
                            async with self._progress:
                                await self._progress.wait()
                        await check_heads(connection, self.findings)
                finally:
                    connection.terminate()
            async with self._progress:
                await self._progress.wait()

    # ------------------------------------------------------------ disasters

    async def _strike(self, start: int, total: int, disasters: Sequence[Disaster]) -> None:
        for number, disaster in enumerate(disasters):
            due = start + total * (number + 1) // (len(disasters) + 2)
            async with self._progress:
                while self._working and sum(phone.acknowledged for phone in self.phones) < due:
                    await self._progress.wait()
            await self._suffer(disaster)

    async def _suffer(self, disaster: Disaster) -> None:
        if disaster == "kill_database":
            self.server.kill_database()
        elif disaster == "terminate_backends":
            connection = await self.server.connect()
            try:
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid() and random() < 0.7"
                )
            finally:
                await connection.close()
        else:
            await self.server.kill(database_too=disaster == "kill_both")
            await self.server.start()

    # ------------------------------------------------------------ an older backup is read in

    async def backup(self, file: Path) -> None:
        """Back the server up while it runs; what the office does after this is lost with a restore."""
        await self.server.run("backup", str(file))
        self._kept_of_office = [len(office.sent) for office in self.offices]

    async def restore(self, file: Path) -> None:
        """Read the backup in, let the phones sync once, and look: nothing that they hold is missing (J13, SR-04)."""
        await self.server.stop()
        await self.server.run("restore", str(file))
        await self.server.start()
        self._new_phones.clear()
        for office, kept in zip(self.offices, self._kept_of_office, strict=True):
            del office.sent[kept:]
        for phone in self.phones:
            await sign_in(phone.client, phone.user.username)
            phone.restored = True
        await self._pull_all()
        await self._drain()
        await self._pull_all()
        await self._check_views()
        await self._check_rest()

    # ------------------------------------------------------------ rest

    async def _drain(self) -> None:
        """J9: with the faults gone, every outbox is empty soon."""
        began = time.monotonic()

        async def drain(phone: Phone) -> None:
            failures = 0
            while phone.unsent and not phone.stuck:
                failures = 0 if await self._try(phone) else failures + 1
                if failures:
                    await _jitter(phone.random, failures)
            self.drain_max = max(self.drain_max, time.monotonic() - began)

        for phone in self.phones:
            phone.calm = True
        try:
            async with asyncio.timeout(_GIVE_UP_SECONDS):
                await asyncio.gather(*(drain(phone) for phone in self.phones))
        except TimeoutError:
            self.drain_max = _GIVE_UP_SECONDS
        for phone in self.phones:
            self.findings.check(not phone.unsent, "J9", f"{phone.name}: {phone.unsent} commands and blobs stay behind")
        self.findings.check(self.drain_max <= DRAIN_SECONDS, "J9", f"draining took {self.drain_max:.1f} s")

    async def _pull_all(self) -> None:
        await asyncio.gather(*(self._calmly(phone.pull()) for phone in self.phones))

    async def _calmly(self, request: Awaitable[Any]) -> None:
        """A request that has no reason to fail."""
        try:
            await request
        except Offline:
            self.findings.add("J9", "a request failed though there were no faults any more")

    async def _move_orders(self, bursts: int) -> None:
        """Move orders while all phones pull, then nothing more: whoever missed a change shows it now.

        The last orders are moved in the database, as an import would, and to two people only: nobody gets a message
        that would tell as well, and most of those who lose an order get none.
        """
        connection = await self.server.connect()
        try:
            rows = await connection.fetch("select id from work_order where state not in ('closed', 'cancelled')")
            orders = [str(row["id"]) for row in rows]
            for _ in range(bursts):
                await self._move_at_desks(self._random.sample(orders, min(_BURST, len(orders))))
                await self._pull_all()
                for phone in self.phones:
                    await check_scope(connection, phone, self.findings)
            for order in self._random.sample(orders, min(_MOVED_IN_SQL, len(orders))):
                technician = self._random.choice(self.world.technicians[:2])
                await connection.execute(
                    "update work_order set assigned_to = $2, team_id = $3 where id = $1",
                    UUID(order),
                    technician.id,
                    technician.team_id,
                )
        finally:
            await connection.close()

    async def _move_at_desks(self, orders: list[str]) -> None:
        moving = iter(orders)
        busy = True

        async def no_pause() -> None:
            return None

        async def desk(office: Office) -> None:
            for order in moving:
                await self._calmly(office.reassign(order, self._random.choice(self.world.technicians), no_pause))

        async def watch(phone: Phone) -> None:
            while busy:
                await self._calmly(phone.pull())

        async def move() -> None:
            nonlocal busy
            try:
                await asyncio.gather(*(desk(office) for office in self.offices for _ in range(_DESKS_IN_BURST)))
            finally:
                busy = False

        await asyncio.gather(move(), *(watch(phone) for phone in self.phones))

    async def _check_views(self) -> None:
        """J5, for every phone against a new one of the same user."""
        for user in self.world.users:
            own = [phone for phone in self.phones if phone.user is user]
            new = self._new_phones.get(user.id)
            if new is None:
                new = self._phone(f"new of {own[0].name}", user, own[0].client)
                await new.register_install()
                self._new_phones[user.id] = new
            new.calm = True
            new.forget_rows()
            await self._calmly(new.pull(500))
            for phone in own:
                check_view(phone, new, self.findings)

    async def _check_rest(self) -> None:
        """Everything else."""
        connection = await self.server.connect()
        try:
            office = [command for desk in self.offices for command in desk.sent]
            await check_all(connection, self.phones, office, self.findings)
            await check_custody(connection, self.findings)
        finally:
            await connection.close()


async def _jitter(source: random.Random, failures: int) -> None:
    """A phone's backoff with full jitter, a hundred times faster than life."""
    await asyncio.sleep(source.uniform(0, min(0.01 * 2**failures, 0.5)))
