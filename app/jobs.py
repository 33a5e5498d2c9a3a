"""Work that follows a state change: rows of the job table, written in the same transaction as the change itself.

A job is claimed by pushing its ``run_at`` into the future (a lease), so a handler that talks to a slow service holds no
transaction open, and a job whose worker died comes back when the lease ends. Handlers are therefore called *at least*
once and must bear a repeat. Why an own table: docs/decisions/own-job-table.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.database import execute, fetch, new_id, on_commit
from app.feature import Feature, JobHandler
from app.web.problems import log_unexpected

log = logging.getLogger("turbil.jobs")

LEASE: Final = timedelta(seconds=120)
MAX_ATTEMPTS: Final = 6
POLL_SECONDS: Final = 1.0
BATCH: Final = 10
KEEP_FINISHED: Final = timedelta(days=2)

_wake: set[asyncio.Event] = set()


class RetryLater(Exception):
    """The job should be tried again; ``seconds`` when the other side said how long to wait, else None for back-off."""

    def __init__(self, code: str, seconds: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


def _wake_runners() -> None:
    for event in _wake:
        event.set()


async def enqueue(
    kind: str, args: Mapping[str, Any], *, once_key: str | None = None, run_at: datetime | None = None
) -> None:
    """Add a job inside the unit of work of the change that it follows: both commit or neither does.

    Args:
        kind: a key of a feature's ``jobs``.
        args: JSON values only; ids rather than content, never personal data.
        once_key: a second job with the same key is not added.
        run_at: earliest time, UTC; now when None.
    """
    await execute(
        "insert into job (id, kind, args, once_key, run_at) values ($1, $2, $3, $4, coalesce($5, now()))"
        " on conflict (once_key) do nothing",
        new_id(),
        kind,
        dict(args),
        once_key,
        run_at,
    )
    on_commit(_wake_runners)


def back_off(attempts: int) -> timedelta:
    """Time until the next try: doubling from 5 s to 10 min, with jitter so that many jobs do not come back at once."""
    seconds = min(600.0, 5.0 * 2**attempts)
    return timedelta(seconds=random.uniform(seconds / 2, seconds))  # noqa: S311 - spreading load, not a secret


async def run_due(handlers: Mapping[str, JobHandler], limit: int = BATCH) -> int:
    """Claim and run the jobs that are due. Returns how many were tried. Several workers may call it at once."""
    claimed = await fetch(
        "update job set run_at = now() + $1, attempts = attempts + 1 where id in"
        " (select id from job where state = 'waiting' and run_at <= now() and kind = any($2)"
        "  order by run_at limit $3 for update skip locked)"
        " returning id, kind, args, attempts",
        LEASE,
        list(handlers),
        limit,
    )
    for job in claimed:
        await _run_one(handlers[job["kind"]], job["id"], job["kind"], job["args"], job["attempts"])
    return len(claimed)


async def _run_one(handler: JobHandler, job_id: Any, kind: str, args: dict[str, Any], attempts: int) -> None:
    try:
        await handler(args)
    except Exception as error:  # one bad job must not stop the others
        later = error if isinstance(error, RetryLater) else None
        code = later.code if later else type(error).__name__
        if attempts >= MAX_ATTEMPTS:
            await execute(
                "update job set state = 'given_up', last_error = $2, finished_at = now() where id = $1", job_id, code
            )
            log.error("job given up kind=%s attempts=%s code=%s", kind, attempts, code)
            return
        wait = timedelta(seconds=later.seconds) if later and later.seconds is not None else back_off(attempts)
        await execute(
            "update job set run_at = $2, last_error = $3 where id = $1", job_id, datetime.now(UTC) + wait, code
        )
        if later is None:
            log_unexpected(error, f"job:{kind}")
        return
    await execute("update job set state = 'done', last_error = '', finished_at = now() where id = $1", job_id)


class JobRunner:
    """Runs the features' jobs and repeated work inside the server process.

    Repeated work (``Feature.every``) runs in every worker, so its handlers must bear that: they take an advisory
    lock or write with a key that can exist once.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        self._handlers: dict[str, JobHandler] = {}
        self._slow: dict[str, JobHandler] = {}
        self._every: dict[str, int] = {"jobs.prune": 3600}
        for feature in features:
            self._handlers.update(feature.jobs)
            self._slow.update(feature.slow_jobs)
            self._every.update(feature.every)
        self._handlers["jobs.prune"] = prune
        self._tasks: list[asyncio.Task[None]] = []
        self._events: list[asyncio.Event] = []

    async def start(self) -> None:
        """Start working in the background until ``stop``."""
        self._begin(self._handlers, BATCH, "jobs")
        if self._slow:
            # One at a time, so that none waits with its lease running.
            self._begin(self._slow, 1, "slow jobs")
        for kind, seconds in self._every.items():
            self._tasks.append(asyncio.create_task(self._repeat(kind, seconds), name=f"every:{kind}"))

    async def stop(self) -> None:
        """Stop; a job in progress is cancelled and comes back when its lease ends."""
        _wake.difference_update(self._events)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _begin(self, handlers: Mapping[str, JobHandler], limit: int, name: str) -> None:
        event = asyncio.Event()
        _wake.add(event)
        self._events.append(event)
        self._tasks.append(asyncio.create_task(self._work(handlers, limit, event), name=name))

    async def _work(self, handlers: Mapping[str, JobHandler], limit: int, event: asyncio.Event) -> None:
        while True:
            event.clear()
            try:
                busy = await run_due(handlers, limit) == limit
            except Exception as error:  # the database may be restarting: the next round tries again
                log_unexpected(error, "jobs")
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await event.wait()

    async def _repeat(self, kind: str, seconds: int) -> None:
        while True:
            try:
                await self._handlers[kind]({})
            except Exception as error:
                log_unexpected(error, f"job:{kind}")
            await asyncio.sleep(seconds)


async def prune(_args: dict[str, Any]) -> None:
    """Forget jobs that finished days ago; given-up jobs stay until somebody has looked at them."""
    await execute("delete from job where state = 'done' and finished_at < now() - $1::interval", KEEP_FINISHED)
