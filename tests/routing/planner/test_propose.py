"""The worker process: its answer is checked, its death is told, and nobody is left searching."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from routing.planner import PlannerFailed, propose, propose_change
from routing.planner.budget import Budget
from routing.planner.proposing import COMMAND, MAX_BUDGET_SECONDS, Spare
from tests.routing.planner.problems import problem, visit
from tests.routing.planner.searching import solve

ASKED = problem(visit(3), visit(1), visit(2, window=(0, 30)), visit(None, name="nowhere"))


def _program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_the_process_gives_the_same_plan_as_the_search_itself() -> None:
    plan = await propose(ASKED, 30, iterations=100)
    assert plan == solve(ASKED, Budget(seconds=600, iterations=100))
    assert plan.unpositioned == ("nowhere",)


async def test_a_worker_that_crashes_is_a_clear_error(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(PlannerFailed) as failure:
        await propose(ASKED, 1, command=_program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert failure.value.code == "planner.crashed"
    assert "the planner's worker ended with -11" in caplog.text


async def test_a_worker_that_ends_before_it_has_read_is_a_clear_error() -> None:
    """The request is larger than a pipe holds, so the writing side notices."""
    many = problem(*(visit(1 + number % 300, name=f"v{number}") for number in range(300)))
    with pytest.raises(PlannerFailed) as failure:
        await propose(many, 1, command=_program("raise SystemExit('no licence')"))
    assert failure.value.code == "planner.crashed"


@pytest.mark.parametrize("answer", ["", "no json", "{}", '{"routes": 1}'])
async def test_an_answer_that_is_no_plan_is_a_clear_error(answer: str) -> None:
    with pytest.raises(PlannerFailed) as failure:
        await propose(ASKED, 1, command=_program(f"import sys; sys.stdin.read(); print({answer!r})"))
    assert failure.value.code == "planner.crashed"


async def test_a_plan_that_the_checker_refuses_is_never_seen() -> None:
    lie = '{"routes": [], "unserved": [], "estimated": true, "solver": "liar"}'
    with pytest.raises(PlannerFailed, match="p3: forgotten") as failure:
        await propose(ASKED, 1, command=_program(f"import sys; sys.stdin.read(); print({lie!r})"))
    assert failure.value.code == "planner.unsound"


async def test_a_worker_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.planner.proposing.GRACE_SECONDS", 0.2)
    with pytest.raises(PlannerFailed) as failure:
        await propose(ASKED, 0, command=_program("import signal; signal.pause()"))
    assert failure.value.code == "planner.too_slow"


async def test_a_cancelled_caller_stops_the_process(tmp_path: Path) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    hang = f"import os, pathlib, signal; pathlib.Path({str(told)!r}).write_text(str(os.getpid())); signal.pause()"
    asking = asyncio.create_task(propose(ASKED, 60, command=_program(hang)))
    pid = int(await asyncio.to_thread(told.read_text))
    assert _is_alive(pid)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not _is_alive(pid), "the process was killed and waited for"


async def test_the_worker_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("TURBIL_DATA", "somewhere")
    reveal = "import os, sys; sys.exit(any(n.startswith('TURBIL_') or n == 'DATABASE_URL' for n in os.environ))"
    with pytest.raises(PlannerFailed, match="not a plan"):
        await propose(ASKED, 1, command=_program(reveal))


@pytest.mark.parametrize("budget", [-1, MAX_BUDGET_SECONDS + 1])
async def test_a_budget_that_nobody_would_wait_for_is_refused(budget: float) -> None:
    with pytest.raises(ValueError, match="budget_seconds"):
        await propose(ASKED, budget)


async def test_a_worker_that_is_ready_answers_the_next_urgent_question_and_no_other() -> None:
    own = Spare()
    assert own.take(COMMAND) is None
    await own.keep(wanted=True)
    assert own.take(_program("pass")) is None, "another program is never answered by it"
    first = own.take(COMMAND)
    assert first is not None
    assert own.take(COMMAND) is None, "one question each"
    first.kill()
    await first.wait()
    await own.keep(wanted=True)
    second = own._process
    assert second is not None
    await own.keep(wanted=True)
    assert own._process is second
    await own.keep(wanted=False)
    assert second.returncode is not None, "nobody is out any more: it is gone"


async def test_an_urgent_plan_comes_from_the_worker_that_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Spare()
    monkeypatch.setattr("routing.planner.proposing.spare", own)
    await own.keep(wanted=True)
    ready = own._process
    plan = await propose_change(ASKED, {"van": ("p2",)})
    assert ready is not None
    assert ready.returncode == 0, "it has answered and ended"
    assert set(plan.van_of()) == {"p1", "p2", "p3"}
