"""The job table: in the transaction of the change, at least once, never blocking, never for ever."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.database import Database, execute, fetch_row, fetch_value, unit_of_work
from app.feature import Feature
from app.jobs import MAX_ATTEMPTS, JobRunner, RetryLater, back_off, enqueue, prune, run_due


async def add(kind: str, args: dict[str, Any], **options: Any) -> None:
    """Enqueue in a transaction of its own: outside one it is refused."""
    async with unit_of_work():
        await enqueue(kind, args, **options)


async def test_job_lives_and_dies_with_its_transaction(database: Database) -> None:
    """A rolled back change leaves no job, a committed one leaves exactly one."""

    async def fail_after_enqueue() -> None:
        async with unit_of_work():
            await enqueue("a", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_enqueue()
    assert await fetch_value("select count(*) from job") == 0
    async with unit_of_work():
        await enqueue("a", {"n": 1})
    assert await fetch_value("select count(*) from job") == 1


async def test_once_key_keeps_the_first(database: Database) -> None:
    """The same key twice is one job, so a repeated command causes no second push."""
    await add("a", {"n": 1}, once_key="k")
    await add("a", {"n": 2}, once_key="k")
    assert await fetch_value("select args->>'n' from job") == "1"


async def test_runs_due_jobs_once_even_with_two_workers(database: Database) -> None:
    """Claims skip locked rows and push the lease, so two workers never run one job at a time."""
    seen: list[int] = []

    async def handler(args: dict[str, Any]) -> None:
        seen.append(args["n"])

    for n in range(20):
        await add("a", {"n": n})
    await add("a", {"n": 99}, run_at=datetime.now(UTC) + timedelta(hours=1))
    await add("unknown", {"n": 98})
    done = await asyncio.gather(*(run_due({"a": handler}, limit=7) for _ in range(4)))
    assert sum(done) == 20
    assert sorted(seen) == list(range(20))
    assert await fetch_value("select count(*) from job where state = 'done'") == 20


async def test_failed_job_backs_off_and_is_given_up(database: Database) -> None:
    """A failing job waits longer each time and stays visible when nobody tries any more."""

    async def broken(_args: dict[str, Any]) -> None:
        raise ValueError("with a secret")

    await add("a", {})
    for attempt in range(1, MAX_ATTEMPTS + 1):
        await execute("update job set run_at = now() - interval '1 second'")
        assert await run_due({"a": broken}) == 1
        row = await fetch_row("select attempts, state, last_error, run_at > now() as later from job")
        assert row is not None
        assert row["attempts"] == attempt
        assert row["last_error"] == "ValueError", "the text of an error may hold anything, so only its name is kept"
        assert row["state"] == ("given_up" if attempt == MAX_ATTEMPTS else "waiting")
        assert row["later"] or attempt == MAX_ATTEMPTS
    assert await run_due({"a": broken}) == 0


async def test_retry_later_keeps_the_time_the_other_side_asked_for(database: Database) -> None:
    """Retry-After of a push service is respected."""

    async def busy(_args: dict[str, Any]) -> None:
        raise RetryLater("push.429", 600)

    await add("a", {})
    await run_due({"a": busy})
    row = await fetch_row("select last_error, run_at - now() as wait from job")
    assert row is not None
    assert row["last_error"] == "push.429"
    assert timedelta(seconds=590) < row["wait"] <= timedelta(seconds=600)


def test_back_off_grows_and_is_bounded() -> None:
    """Jitter stays within half to full of a doubling delay, ten minutes at most."""
    for attempts in range(1, 12):
        assert min(600, 5 * 2**attempts) / 2 <= back_off(attempts).total_seconds() <= min(600, 5 * 2**attempts)


async def test_runner_wakes_at_commit_and_repeats(database: Database) -> None:
    """The runner hears of a new job at once and runs repeated work."""
    ran, ticked = asyncio.Event(), asyncio.Event()

    async def handler(_args: dict[str, Any]) -> None:
        ran.set()

    async def tick(_args: dict[str, Any]) -> None:
        ticked.set()

    runner = JobRunner([Feature(name="f", jobs={"a": handler, "t": tick}, every={"t": 3600})])
    await runner.start()
    try:
        async with unit_of_work():
            await enqueue("a", {})
        async with asyncio.timeout(5):
            await ran.wait()
            await ticked.wait()
    finally:
        await runner.stop()


async def test_prune_forgets_only_finished_jobs(database: Database) -> None:
    """Given-up jobs wait for a person."""
    for key in ("done", "given_up", "waiting"):
        await add("a", {}, once_key=key)
        await execute(
            "update job set state = $1, finished_at = now() - interval '3 days' where once_key = $2", key, key
        )
    await prune({})
    assert await fetch_value("select string_agg(state, ',' order by state) from job") == "given_up,waiting"


async def test_slow_work_holds_up_no_other(database: Database) -> None:
    """A plan that is searched for, and a push that is sent meanwhile."""
    begun, sent, let_go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_args: dict[str, Any]) -> None:
        begun.set()
        await let_go.wait()

    async def quick(_args: dict[str, Any]) -> None:
        sent.set()

    runner = JobRunner([Feature(name="f", jobs={"quick": quick}, slow_jobs={"slow": slow})])
    await runner.start()
    try:
        async with unit_of_work():
            await enqueue("slow", {})
        async with asyncio.timeout(10):
            await begun.wait()
            async with unit_of_work():
                await enqueue("quick", {})
            await sent.wait()
        let_go.set()
    finally:
        await runner.stop()
