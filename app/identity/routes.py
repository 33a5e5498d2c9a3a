"""Signing in and out, the own password and language; teams and colleagues."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from app.database import Record
from app.identity import passwords, repository, sessions, throttle
from app.identity.access import cookies_of, signed_in_of
from app.identity.actor import Actor, Role
from app.identity.permissions import PUBLIC, SIGNED_IN
from app.identity.schemas import (
    CustomerItem,
    LanguageChoice,
    PasswordChange,
    SessionAnswer,
    SessionRegion,
    SessionUser,
    SignIn,
    TeamItem,
    TeamList,
    TechnicianItem,
    TechnicianList,
)
from app.identity.sessions import SignedIn
from app.web.facts import Language, facts_of
from app.web.problems import FieldError, Problem

# Compared with when there is no such user, so that the same work is done (SR-29).
_NOBODY = UUID(int=0)

#: Whose phones hold patients' addresses while there is no network; what the others read is not kept on the disk.
_WITH_PIN = (Role.TECHNICIAN, Role.DRIVER)

_SESSION_OPT = {"permission": SIGNED_IN, "password": "any", "disk": "any"}


@post(
    "/api/session",
    operation_id="sign_in",
    status_code=200,
    opt={"permission": PUBLIC, "disk": "any"},
    summary="Sign in with user name and password",
)
async def sign_in(data: JSONBody[SignIn], request: Request[Any, Any, Any]) -> SessionAnswer:
    """Start a new session with a new token, whatever the request carried; a session it carried ends (fixation)."""
    cookies = cookies_of(request)
    scope: Any = request.scope
    username = data.username.strip()
    user = await repository.user_by_name(username)
    proof = throttle.known_browser(
        cookies.read_known(scope), user["id"] if user else _NOBODY, user["password_hash"] if user else ""
    )
    address = request.client.host if request.client else ""
    reservation = await throttle.reserve(throttle.keys_for(username, address, proof if user else None))
    _refuse_while_waiting(reservation)
    stored = user["password_hash"] if user and user["active"] else None
    if not await passwords.verify_password(stored, data.password) or user is None:
        raise _wrong_password()
    await throttle.take_back(reservation)
    previous = await signed_in_of(request)
    if previous is not None:
        await sessions.revoke_session(previous)
    return await _begin_session(request, user, known=proof is not None)


@get("/api/session", operation_id="read_session", opt=_SESSION_OPT, summary="Who is signed in")
async def read_session(signed_in: NamedDependency[SignedIn], request: Request[Any, Any, Any]) -> SessionAnswer:
    """The signed-in user with roles, teams and customers of now."""
    return await _answer(request, signed_in)


@delete("/api/session", operation_id="sign_out", opt=_SESSION_OPT, summary="Sign out")
async def sign_out(signed_in: NamedDependency[SignedIn], request: Request[Any, Any, Any]) -> None:
    """End the session everywhere. Unsent work on the phone is not touched (SR-03)."""
    await sessions.revoke_session(signed_in)
    _set_cookies(request, cookies_of(request).no_session())


@post(
    "/api/session/password",
    operation_id="change_password",
    status_code=200,
    opt=_SESSION_OPT,
    summary="Change the own password",
)
async def change_password(
    data: JSONBody[PasswordChange], signed_in: NamedDependency[SignedIn], request: Request[Any, Any, Any]
) -> SessionAnswer:
    """Store a new password, end all other sessions of the user and go on with a new one."""
    language = facts_of(cast("Any", request.scope)).language
    user_id = signed_in.actor.user_id
    reservation = await throttle.reserve(throttle.own_password_keys(user_id))
    _refuse_while_waiting(reservation)
    user = await repository.user_by_id(user_id)
    if user is None or not await passwords.verify_password(user["password_hash"], data.current):
        raise _refused_password("current", "wrong", language)
    await throttle.take_back(reservation)
    try:
        passwords.check_rule(data.new, signed_in.username)
    except passwords.PasswordRefused as refused:
        raise _refused_password("new", refused.code, language) from None
    if data.new == data.current:
        raise _refused_password("new", "same", language)
    await repository.update_password(user_id, await passwords.hash_password(data.new), must_change=False)
    await sessions.revoke_user(user_id)
    changed = await repository.user_by_id(user_id)
    return await _begin_session(request, cast("Record", changed), known=False)


@put("/api/session/language", operation_id="choose_language", opt=_SESSION_OPT, summary="Choose the own language")
async def choose_language(
    data: JSONBody[LanguageChoice], signed_in: NamedDependency[SignedIn], request: Request[Any, Any, Any]
) -> SessionAnswer:
    """Store the language that the user reads."""
    await repository.update_language(signed_in.actor.user_id, data.language)
    return await _answer(request, signed_in, language=data.language)


@get("/api/teams", operation_id="list_teams", opt={"permission": "colleague.read"}, summary="Teams of the region")
async def list_teams(actor: NamedDependency[Actor]) -> TeamList:
    """All teams of the actor's region."""
    return TeamList(items=_teams(await repository.teams_in_region(actor.region_id)))


@get(
    "/api/technicians",
    operation_id="list_technicians",
    opt={"permission": "colleague.read"},
    summary="Technicians of the region",
)
async def list_technicians(actor: NamedDependency[Actor], team: FromQuery[UUID | None] = None) -> TechnicianList:
    """The technicians of the actor's region, or of one team of it."""
    rows = await repository.technicians_in_region(actor.region_id, team)
    return TechnicianList(
        items=[
            TechnicianItem(id=row["id"], name=row["name"], teams=row["teams"], open_orders=row["open_orders"])
            for row in rows
        ]
    )


async def _begin_session(request: Request[Any, Any, Any], user: Record, *, known: bool) -> SessionAnswer:
    """Make a session, hand out its cookies, answer it."""
    cookies = cookies_of(request)
    token = await sessions.start_session(user["id"])
    signed_in = await sessions.find_session(token)
    if signed_in is None:
        raise _wrong_password()  # deactivated between two statements
    _set_cookies(request, cookies.session(token, sessions.HOURS_AT_MOST * 3600))
    if not known:
        proof = throttle.known_browser_cookie(user["id"], user["password_hash"])
        facts_of(cast("Any", request.scope)).set_cookies.append(cookies.known(proof))
    return await _answer(request, signed_in)


def _set_cookies(request: Request[Any, Any, Any], cookie: str) -> None:
    """Set this cookie, instead of a rotation that was on its way."""
    facts_of(cast("Any", request.scope)).set_cookies[:] = [cookie]


def _teams(rows: list[Record]) -> list[TeamItem]:
    return [TeamItem(id=row["id"], name=row["name"]) for row in rows]


async def _answer(
    request: Request[Any, Any, Any], signed_in: SignedIn, *, language: str | None = None
) -> SessionAnswer:
    actor = signed_in.actor
    region = await repository.region_of(actor.region_id)
    customers = await repository.customers_of(actor)
    return SessionAnswer(
        user=SessionUser(
            id=actor.user_id,
            username=signed_in.username,
            name=actor.name,
            language=language or actor.language,
            must_change_password=signed_in.must_change_password,
            roles=sorted(actor.roles),
            teams=_teams(await repository.teams_of(actor)),
            customers=[CustomerItem(id=row["id"], number=row["number"], name=row["name"]) for row in customers],
        ),
        region=SessionRegion(code=region["code"], name=region["name"]),
        demo=bool(request.app.state["demo"]),
        pin=request.app.state["settings"].pin and actor.has(*_WITH_PIN),
    )


def _refuse_while_waiting(reservation: throttle.Reservation) -> None:
    if reservation.wait:
        raise Problem(
            429,
            "session.slow_down",
            sv=("För många försök", f"Vänta {reservation.wait} sekunder och försök igen."),
            en=("Too many attempts", f"Wait {reservation.wait} seconds and try again."),
            headers={"Retry-After": str(reservation.wait)},
        )


def _wrong_password() -> Problem:
    """The same for an unknown user, a wrong password and a deactivated user (SR-29)."""
    return Problem(
        401,
        "session.wrong_password",
        sv=("Det gick inte att logga in", "Kontrollera användarnamn och lösenord och försök igen."),
        en=("Could not sign in", "Check your user name and password and try again."),
    )


_PASSWORD_MESSAGES = {
    "wrong": ("Det nuvarande lösenordet stämmer inte.", "The current password is not right."),
    "short": (f"Minst {passwords.SHORTEST} tecken behövs.", f"At least {passwords.SHORTEST} characters are needed."),
    "long": (f"Högst {passwords.LONGEST} tecken.", f"At most {passwords.LONGEST} characters."),
    "username": ("Välj något annat än användarnamnet.", "Choose something other than the user name."),
    "same": ("Välj ett nytt lösenord.", "Choose a new password."),
}


def _refused_password(path: str, reason: str, language: Language) -> Problem:
    message = _PASSWORD_MESSAGES[reason][0 if language == "sv" else 1]
    return Problem(
        400,
        f"password.{reason}",
        sv=("Lösenordet byttes inte", _PASSWORD_MESSAGES[reason][0]),
        en=("The password was not changed", _PASSWORD_MESSAGES[reason][1]),
        errors=[FieldError(path, message)],
    )
