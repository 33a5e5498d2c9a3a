"""Asks a worker process for a plan, and lets nobody see one that the checker has not passed."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from routing.planner.checker import check
from routing.planner.problem import Plan, Problem

log = logging.getLogger("turbil.planner")

#: Starting Python and the solver, beyond the time for the search itself.
GRACE_SECONDS: Final = 20.0
#: Searches at the same time; more of them wait. Each takes a core.
AT_ONCE: Final = 2
MAX_BUDGET_SECONDS: Final = 60.0

COMMAND: Final = (sys.executable, "-m", "routing.planner.worker")
_ROOT: Final = Path(__file__).resolve().parents[2]
_places = asyncio.Semaphore(AT_ONCE)

FailureCode: TypeAlias = Literal["planner.crashed", "planner.too_slow", "planner.unsound"]


class PlannerFailed(Exception):
    """There is no plan this time. The work itself is untouched, and the same question may be asked again.

    Attributes:
        code: ``planner.crashed`` (the worker ended without an answer), ``planner.too_slow`` (it was stopped long after
            its budget), ``planner.unsound`` (the checker refused its plan).
    """

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code


async def propose_order(
    problem: Problem,
    budget_seconds: float = 2.0,
    *,
    iterations: int | None = None,
    seed: int = 1,
    command: Sequence[str] = COMMAND,
) -> Plan:
    """Find a good order for the visits in a process of its own, within about ``budget_seconds`` of search.

    When the caller is cancelled the process is stopped before the cancellation goes on. Visits that cannot be served
    are in ``Plan.unserved`` with a reason; they never make this fail.

    Args:
        budget_seconds: of search by the clock, 0 to ``MAX_BUDGET_SECONDS``; starting the process takes about half a
            second more. Small problems are done long before.
        iterations: of the search, for a result that is the same on every machine.
        seed: of the random choices.
        command: the worker to start; another one in tests.

    Returns:
        A plan that the checker has found nothing wrong with.

    Raises:
        PlannerFailed: the worker crashed, hung, or answered something that is not a sound plan.
        ValueError: the budget is negative or too large.
    """
    if not 0 <= budget_seconds <= MAX_BUDGET_SECONDS:
        raise ValueError(f"budget_seconds={budget_seconds}: 0 to {MAX_BUDGET_SECONDS:.0f}")
    request = msgspec.json.encode(
        {"problem": problem, "budget": {"seconds": budget_seconds, "iterations": iterations, "seed": seed}}
    )
    async with _places:
        answer = await _ask(command, request, budget_seconds + GRACE_SECONDS)
    try:
        plan = msgspec.json.decode(answer, type=Plan)
    except msgspec.DecodeError as fault:
        raise PlannerFailed("planner.crashed", f"the worker's answer is not a plan: {fault}") from None
    faults = check(problem, plan)
    if faults:
        raise PlannerFailed("planner.unsound", "; ".join(faults[:5]))
    return plan


async def _ask(command: Sequence[str], request: bytes, patience_seconds: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=_ROOT, env=_environment()
    )
    try:
        async with asyncio.timeout(patience_seconds):
            answer, complaint = await process.communicate(request)
    except TimeoutError:
        raise PlannerFailed("planner.too_slow", f"no answer after {patience_seconds:.0f} s") from None
    finally:
        # Too slow, cancelled, or the server is closing: no search goes on that nobody waits for.
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:]
        log.error("the planner's worker ended with %s: %s", process.returncode, "".join(last))
        raise PlannerFailed("planner.crashed", f"the worker ended with {process.returncode}")
    return answer


def _environment() -> dict[str, str]:
    """The server's environment without its secrets; one thread, for the search has only one core to use."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TURBIL_", "DATABASE_URL"))}
    return {**ours, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
