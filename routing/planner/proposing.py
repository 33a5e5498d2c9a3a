"""Asks worker processes for a plan, and lets nobody see one that the checker has not passed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from routing.planner.budget import REPLAN, Budget, Progress, Request, Way, ways_for
from routing.planner.checker import check
from routing.planner.easing import ease
from routing.planner.plan import Plan, plan_cost
from routing.planner.problem import Problem

log = logging.getLogger("turbil.planner")

#: Starting Python and the solver, beyond the time for the search itself.
GRACE_SECONDS: Final = 20.0
#: Searches at the same time; more of them wait. Each takes a core.
AT_ONCE: Final = 2
MAX_BUDGET_SECONDS: Final = 60.0
#: Up to here one search finds what there is to find.
SMALL_VISITS: Final = 15
#: The longest line that a worker may answer: a plan of a thousand stops is about a tenth of it.
LINE_BYTES: Final = 4 * 1024 * 1024

COMMAND: Final = (sys.executable, "-m", "routing.planner.worker")
_ROOT: Final = Path(__file__).resolve().parents[2]
_places = asyncio.Semaphore(AT_ONCE)

FailureCode: TypeAlias = Literal["planner.crashed", "planner.too_slow", "planner.unsound"]
CostTold: TypeAlias = Callable[[int], None]


class PlannerFailed(Exception):
    """There is no plan this time. The work itself is untouched, and the same question may be asked again.

    Attributes:
        code: ``planner.crashed`` (the worker ended without an answer), ``planner.too_slow`` (it was stopped long after
            its budget), ``planner.unsound`` (the checker refused its plan).
    """

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code


async def propose(
    problem: Problem,
    budget_seconds: float = 2.0,
    *,
    iterations: int | None = None,
    seed: int = 1,
    told: CostTold | None = None,
    command: Sequence[str] = COMMAND,
) -> Plan:
    """Find a good plan in processes of its own, within about ``budget_seconds``.

    Beyond ``SMALL_VISITS`` two processes search side by side, one from VROOM's seed and one from nothing (large ones
    both in parts), and the better plan is taken. When the caller is cancelled the processes are stopped before the
    cancellation goes on. Visits that cannot be served are in ``Plan.unserved`` with a reason; they make nothing fail.

    Args:
        budget_seconds: by the clock, starting the processes included, 0 to ``MAX_BUDGET_SECONDS``. Small problems are
            done long before.
        iterations: of one search, for a result that is the same on every machine.
        seed: of the random choices.
        told: hears of the cost (``plan_cost``) of each better plan.
        command: the worker to start; another one in tests.

    Returns:
        A plan that the checker has found nothing wrong with.

    Raises:
        PlannerFailed: no worker answered with a sound plan.
        ValueError: the budget is negative or too large.
    """
    if not 0 <= budget_seconds <= MAX_BUDGET_SECONDS:
        raise ValueError(f"budget_seconds={budget_seconds}: 0 to {MAX_BUDGET_SECONDS:.0f}")
    best = _Best(told)
    requests = [
        Request(
            problem,
            Budget(seconds=budget_seconds, iterations=iterations, seed=seed + turn),
            way,
            asked_at=time.time() if iterations is None else None,
        )
        for turn, way in enumerate(_ways(problem, iterations))
    ]
    try:
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(_sound(request, problem, command, best.hear)) for request in requests]
    except* OSError as failures:
        # The process could not be started at all.
        raise PlannerFailed("planner.crashed", str(failures.exceptions[0])) from failures
    answers = [task.result() for task in asked]
    plans = [answer for answer in answers if isinstance(answer, Plan)]
    if not plans:
        raise next(answer for answer in answers if isinstance(answer, PlannerFailed))
    return min(plans, key=lambda plan: plan_cost(problem, plan))


async def propose_change(
    problem: Problem, lists: Mapping[str, Sequence[str]], *, command: Sequence[str] = COMMAND
) -> Plan:
    """Put new visits into the lists of vans that are out, see ``replan``; in a process of its own, in about a second,
    or half of one when ``spare`` has one ready.

    Raises:
        PlannerFailed: the worker did not answer with a sound plan.
    """
    own = {van_id: tuple(ids) for van_id, ids in lists.items()}
    # A list that is behind time is held to what it can still keep.
    eased = ease(problem, own)
    answer = await _sound(Request(problem, REPLAN, "replan", own), eased, command, None, spare.take(command))
    if isinstance(answer, PlannerFailed):
        raise answer
    return answer


class Spare:
    """A worker that has started and waits for its question: half a second that nobody has to wait for."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def keep(self, *, wanted: bool, command: Sequence[str] = COMMAND) -> None:
        """Have one ready, or none: for as long as vans are out, say. Asked for again now and then."""
        ready = self._process is not None and self._process.returncode is None
        if wanted and not ready:
            self._process = await _start(command)
        elif not wanted and self._process is not None:
            process, self._process = self._process, None
            await _stop(process)

    def take(self, command: Sequence[str]) -> Process | None:
        """The one that is ready, for one question; None when there is none."""
        process, self._process = (self._process, None) if command is COMMAND else (None, self._process)
        return process if process is not None and process.returncode is None else None


#: The server's.
spare: Final = Spare()


def _ways(problem: Problem, iterations: int | None) -> tuple[Way, ...]:
    if iterations is not None or len(problem.visits) <= SMALL_VISITS:
        return ("cold",)
    return ways_for(len(problem.visits))


class _Best:
    """Tells of the best of several searches, and only when it is better."""

    def __init__(self, told: CostTold | None) -> None:
        self._told = told
        self._cost: int | None = None

    def hear(self, cost: int) -> None:
        if self._told is not None and (self._cost is None or cost < self._cost):
            self._cost = cost
            self._told(cost)


async def _sound(
    request: Request,
    problem: Problem,
    command: Sequence[str],
    told: CostTold | None,
    ready: Process | None = None,
) -> Plan | PlannerFailed:
    """One worker's plan, or why there is none: the other worker's may be sound."""
    try:
        async with contextlib.AsyncExitStack() as stack:
            if ready is None:
                await stack.enter_async_context(_places)
            process = ready or await _start(command)
            patience = request.budget.seconds + GRACE_SECONDS
            answer = await _ask(process, msgspec.msgpack.encode(request), patience, told)
        try:
            plan = msgspec.json.decode(answer, type=Plan)
        except msgspec.DecodeError as fault:
            raise PlannerFailed("planner.crashed", f"the worker's answer is not a plan: {fault}") from None
        faults = check(problem, plan)
        if faults:
            log.error("a plan of the %s search is unsound: %s", request.way, "; ".join(faults[:5]))
            raise PlannerFailed("planner.unsound", "; ".join(faults[:5]))
    except PlannerFailed as failed:
        return failed
    return plan


async def _start(command: Sequence[str]) -> Process:
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=_ROOT, env=_environment(), limit=LINE_BYTES
    )


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


async def _ask(process: Process, request: bytes, patience_seconds: float, told: CostTold | None) -> bytes:
    try:
        async with asyncio.timeout(patience_seconds):
            _, last, complaint = await asyncio.gather(
                _send(process, request), _last_line(process, told), _complaint(process)
            )
            await process.wait()
    except TimeoutError:
        raise PlannerFailed("planner.too_slow", f"no answer after {patience_seconds:.0f} s") from None
    except ValueError:
        raise PlannerFailed("planner.crashed", "the worker's answer is too long") from None
    finally:
        # Too slow, cancelled, or the server is closing: no search goes on that nobody waits for.
        await _stop(process)
    if process.returncode != 0:
        final = complaint.decode(errors="replace").strip().splitlines()[-1:]
        log.error("the planner's worker ended with %s: %s", process.returncode, "".join(final))
        raise PlannerFailed("planner.crashed", f"the worker ended with {process.returncode}")
    return last


async def _send(process: Process, request: bytes) -> None:
    if process.stdin is None:
        return
    # A worker that ends before it has read says why in its exit code.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(request)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


async def _last_line(process: Process, told: CostTold | None) -> bytes:
    last = b""
    if process.stdout is None:
        return last
    async for line in process.stdout:
        if line.startswith(b'{"cost":'):
            if told is not None:
                told(msgspec.json.decode(line, type=Progress).cost)
        elif line.strip():
            last = line
    return last


async def _complaint(process: Process) -> bytes:
    return b"" if process.stderr is None else await process.stderr.read()


def _environment() -> dict[str, str]:
    """The server's environment without its secrets; one thread, for the search has only one core to use."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TURBIL_", "DATABASE_URL"))}
    return {**ours, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
