"""Which failures are the transport's, which the sender's and which ours."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg

from app.database import (
    LOST_ERRORS,
    DatabaseUnavailableError,
    DeadlockDetectedError,
    LockNotAvailableError,
    SerializationError,
)

ATTEMPTS: Final = 12

#: Two transactions met: one of them starts again, and nothing of it has happened yet.
COLLISIONS: Final[tuple[type[Exception], ...]] = (SerializationError, DeadlockDetectedError, LockNotAvailableError)

#: A value that no column takes: it came from the sender.
_DATA_ERRORS: Final = (asyncpg.DataError, asyncpg.exceptions._base.DataError)  # noqa: SLF001 - has no public name

#: The connection or the server went away: nothing can be said about the command, so nothing is answered.
_LOST: Final[tuple[type[Exception], ...]] = (
    DatabaseUnavailableError,
    *LOST_ERRORS,
)

Result = TypeVar("Result")


def is_data_error(error: BaseException) -> bool:
    """True when PostgreSQL or its driver refused a value."""
    return isinstance(error, _DATA_ERRORS)


def is_transient(error: BaseException) -> bool:
    """True when trying again can help: a failure of the transport, not of the command."""
    return isinstance(error, (*COLLISIONS, *_LOST)) and not is_data_error(error)


async def retry_collisions(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run ``work``, one whole transaction, again as long as it collides with another."""
    for attempt in range(ATTEMPTS):
        try:
            return await work()
        except COLLISIONS:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")
