"""Errors as ``application/problem+json`` (RFC 9457), in the reader's language, never with personal data (SR-07).

Everything that is refused is a :class:`Problem`; what the framework or the database raises is translated here, and
anything unforeseen is a 500 that says nothing but its request id.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from app.database import LOST_ERRORS, DatabaseUnavailableError
from app.web.facts import Language, facts_of
from app.web.validation import explain

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger("turbil.web")


class Sentence(NamedTuple):
    """A title and what to do, in one language."""

    title: str
    detail: str


@dataclass(frozen=True)
class FieldError:
    """One field that cannot be used. ``path`` as in ``args.contact.name`` or ``rows[0].value``."""

    path: str
    message: str


class Problem(Exception):
    """A refusal that the reader is told about.

    Args:
        status: the HTTP status.
        code: a stable word for programs, for example ``session.required``.
        sv, en: (title, detail); kind, short, and saying what to do.
        errors: the fields at fault.
        extra: more members of the document, for example the current ``state`` of a row.
        headers: more headers of the answer, for example ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        sv: tuple[str, str],
        en: tuple[str, str],
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.sentences: dict[Language, Sentence] = {"sv": Sentence(*sv), "en": Sentence(*en)}
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def document(self, language: Language, request_id: str) -> dict[str, Any]:
        """The members of the problem document."""
        sentence = self.sentences[language]
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": sentence.title,
            "status": self.status,
            "detail": sentence.detail,
            "code": self.code,
        }
        if self.status >= 500:
            document["instance"] = f"urn:turbil:request:{request_id}"
        if self.errors:
            document["errors"] = [{"path": error.path, "message": error.message} for error in self.errors]
        return document | self.extra


def not_found() -> Problem:
    """404, the same whether the thing does not exist or is not the reader's to see (SR-05)."""
    return Problem(
        404,
        "not_found",
        sv=("Hittades inte", "Det du söker finns inte här. Kontrollera numret och försök igen."),
        en=("Not found", "What you are looking for is not here. Check the number and try again."),
    )


def invalid(errors: Sequence[FieldError] = ()) -> Problem:
    """400: something in the request cannot be used; ``errors`` says what."""
    return Problem(
        400,
        "request.invalid",
        sv=("Något stämmer inte", "Rätta uppgifterna och försök igen."),
        en=("Something is not right", "Correct the details and try again."),
        errors=errors,
    )


def unexpected() -> Problem:
    """500: our own fault."""
    return Problem(
        500,
        "server.error",
        sv=("Något gick fel hos oss", "Försök igen om en stund. Säg numret i instance om det händer igen."),
        en=("Something went wrong on our side", "Try again in a while. Quote the instance number if it happens again."),
    )


def unavailable() -> Problem:
    """503: the database is away or busy; nothing was saved."""
    return Problem(
        503,
        "server.busy",
        sv=("Servern hinner inte just nu", "Inget har sparats. Försök igen om en stund."),
        en=("The server is busy", "Nothing was saved. Try again in a while."),
        headers={"Retry-After": "5"},
    )


_BY_STATUS: dict[int, tuple[str, tuple[str, str], tuple[str, str]]] = {
    401: (
        "session.required",
        ("Logga in", "Du behöver logga in för att fortsätta."),
        ("Sign in", "You need to sign in to go on."),
    ),
    403: (
        "permission.missing",
        ("Inte din uppgift", "Din roll får inte göra det här. Fråga din administratör."),
        ("Not allowed", "Your role may not do this. Ask your administrator."),
    ),
    405: (
        "method.not_allowed",
        ("Går inte här", "Adressen tar inte emot den här sortens anrop."),
        ("Not possible here", "This address does not take this kind of request."),
    ),
    413: (
        "body.too_large",
        ("För mycket på en gång", "Skicka mindre åt gången."),
        ("Too much at once", "Send less at a time."),
    ),
    415: (
        "content_type.unsupported",
        ("Fel format", "Skicka uppgifterna som application/json."),
        ("Wrong format", "Send the details as application/json."),
    ),
    426: ("version.too_old", ("Appen är för gammal", "Uppdatera appen."), ("The app is too old", "Update the app.")),
    429: (
        "too_many",
        ("För många försök", "Vänta en stund och försök igen."),
        ("Too many attempts", "Wait a while and try again."),
    ),
}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem that stands for a bare HTTP status of the framework."""
    if status == 404:
        return not_found()
    if status in _BY_STATUS:
        code, sv, en = _BY_STATUS[status]
        return Problem(status, code, sv=sv, en=en, headers=headers)
    if status == 503:
        return unavailable()
    return invalid() if status < 500 else unexpected()


def problem_of(error: Exception, language: Language) -> Problem:
    """The problem that tells the reader about ``error``; a 500 when it was not foreseen."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return invalid(_field_errors(error, language))
    if isinstance(error, HTTPException):
        return of_status(error.status_code, error.headers)
    if _is_data_error(error):
        return invalid()
    if isinstance(error, (DatabaseUnavailableError, *LOST_ERRORS)):
        return unavailable()
    return unexpected()


def _is_data_error(error: Exception) -> bool:
    """A value the database cannot take (SQLSTATE class 22, or refused before it was sent): the sender's, not ours."""
    sqlstate = getattr(error, "sqlstate", None)
    if isinstance(sqlstate, str):
        return sqlstate.startswith("22")
    return type(error).__module__.startswith("asyncpg.") and type(error).__name__ == "DataError"


def _field_errors(error: ValidationException, language: Language) -> list[FieldError]:
    if not isinstance(error.extra, list):
        return []
    found = []
    for item in error.extra[:100]:
        path, message = explain(str(item.get("key", "")), str(item.get("message", "")), language)
        found.append(FieldError(path, message))
    return found


def encode(problem: Problem, language: Language, request_id: str) -> bytes:
    """The problem document as JSON bytes."""
    return msgspec.json.encode(problem.document(language, request_id))


def handle_exception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    facts = facts_of(request.scope)  # type: ignore[arg-type]  # a TypedDict to Litestar, a mapping to us
    problem = problem_of(error, facts.language)
    if problem.status >= 500 and not isinstance(error, (Problem, DatabaseUnavailableError)):
        log_unexpected(error, facts.request_id)
    elif _is_data_error(error):
        logger.warning("refused by the database: %s id=%s", type(error).__name__, facts.request_id)
    return Response(
        encode(problem, facts.language, facts.request_id),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def log_unexpected(error: BaseException, request_id: str) -> None:
    """Log where an error arose, but none of its words: they may quote a row, and with it a patient (SR-07)."""
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in _frames(error))
    sqlstate = getattr(error, "sqlstate", None)
    constraint = getattr(error, "constraint_name", None)
    cause = error.__cause__ or error.__context__
    logger.error(
        "unexpected error=%s sqlstate=%s constraint=%s cause=%s id=%s at %s",
        type(error).__name__,
        sqlstate or "-",
        constraint or "-",
        type(cause).__name__ if cause else "-",
        request_id,
        places,
    )


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(reversed(traceback.extract_tb(error.__traceback__)))[:12]


EXCEPTION_HANDLERS: ExceptionHandlersMap = {Exception: handle_exception}
