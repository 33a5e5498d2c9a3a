"""Primary keys: UUID version 7 (RFC 9562, 5.7), made here so that PostgreSQL 15 to 17 serve as well as 18."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_COUNTER_BITS = 12
_COUNTER_END = 1 << _COUNTER_BITS
_TAIL_BITS = 62

_lock = threading.Lock()
_last_millisecond = 0
_counter = 0


def new_id() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, a 12-bit counter, 62 random bits.

    Strictly rising within the process (RFC 9562, 6.2, method 1), also from several threads and when the clock is set
    back: the time then stands still until the clock has caught up. More than 4,096 in one millisecond borrow from the
    next. The tail is random each time, so that two processes do not collide.
    """
    global _last_millisecond, _counter
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_millisecond:
            _last_millisecond = now
            # The counter starts in its lower half, which leaves room for at least 2,048 identifiers.
            _counter = secrets.randbits(_COUNTER_BITS - 1)
        else:
            _counter += 1
            if _counter == _COUNTER_END:
                _last_millisecond += 1
                _counter = 0
        head = (_last_millisecond << 16) | (0x7 << 12) | _counter
    return UUID(int=(head << 64) | (0b10 << _TAIL_BITS) | secrets.randbits(_TAIL_BITS))
