"""What the layers of one request tell each other: its id, the reader's language, cookies to set."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["sv", "en"]
Scope = MutableMapping[str, Any]

_KEY = "turbil.request"


@dataclass
class RequestFacts:
    """One request.

    Attributes:
        request_id: random, told in the answer's ``X-Request-Id`` and in the log; it says nothing about a person.
        language: of the signed-in user, else of ``Accept-Language``, else Swedish.
        set_cookies: values of ``Set-Cookie`` headers to add to the answer, whatever it is.
    """

    request_id: str
    language: Language
    set_cookies: list[str] = field(default_factory=list)


def facts_of(scope: Scope) -> RequestFacts:
    """The facts of the request, made at the first call."""
    facts: RequestFacts | None = scope.get(_KEY)
    if facts is None:
        facts = RequestFacts(secrets.token_hex(8), preferred_language(header(scope, b"accept-language")))
        scope[_KEY] = facts
    return facts


def header(scope: Scope, name: bytes) -> str:
    """The request header ``name`` (lower case), or an empty string."""
    for key, value in scope.get("headers", ()):
        if key.lower() == name:
            return bytes(value).decode("latin-1")
    return ""


def preferred_language(accept_language: str) -> Language:
    """Swedish or English, whichever ``Accept-Language`` (RFC 9110 12.5.4) weighs more; Swedish when it says neither."""
    weights: dict[str, float] = {}
    for part in accept_language[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        weights[primary] = max(weight, weights.get(primary, 0.0))
    return "en" if weights.get("en", 0.0) > weights.get("sv", 0.0) else "sv"
