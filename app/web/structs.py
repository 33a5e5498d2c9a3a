"""The two kinds of structs that cross the wire: what we are sent (strict) and what we answer.

Subclasses repeat ``frozen=True`` for the type checker: ``class SignIn(Body, frozen=True)``.
"""

from __future__ import annotations

import msgspec


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of request bodies: a field we do not know is refused, never ignored (SR-25)."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Base of answers."""
