"""The guard before every route: a session, and a role that the route's permission names (SR-05)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.identity.actor import Actor
from app.identity.cookies import Cookies
from app.identity.permissions import PHONE, PUBLIC, SIGNED_IN, allowed
from app.identity.sessions import SignedIn, find_session
from app.web.facts import Language, facts_of
from app.web.problems import Problem, of_status

_SIGNED_IN: Final = "turbil.signed_in"

#: What a user may do whose password must be changed first: the handler says opt={"password": "any"}.
_ANY: Final = "any"


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let the request through, or refuse it.

    A route that names no permission is a fault in the code and lets nobody in; the framework's own OPTIONS, which tell
    only the methods, are for everyone.

    Raises:
        Problem: 401 session.required, 403 permission.missing or 403 password.must_change.
    """
    scope: Any = connection.scope
    if scope["method"] == "OPTIONS" and "permission" not in handler.opt:
        return
    permission = handler.opt["permission"]
    if permission in {PUBLIC, PHONE}:
        return
    signed_in = await signed_in_of(connection)
    if signed_in is None:
        raise of_status(401)
    facts_of(scope).language = cast("Language", signed_in.actor.language)
    if signed_in.must_change_password and handler.opt.get("password") != _ANY:
        raise Problem(
            403,
            "password.must_change",
            sv=("Byt lösenord först", "Välj ett eget lösenord, sedan är du igång."),
            en=("Change your password first", "Choose a password of your own, then you are ready."),
        )
    if permission != SIGNED_IN and not allowed(signed_in.actor, permission):
        raise of_status(403)


async def signed_in_of(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """The session of a request, looked up once; a token that is due is replaced with the answer.

    PHONE routes may ask too: a session beside the push key is welcome there, but not demanded.
    """
    scope: Any = connection.scope
    if _SIGNED_IN not in scope:
        cookies = cookies_of(connection)
        signed_in = await find_session(cookies.read_session(scope))
        if signed_in is not None and signed_in.next_token is not None:
            seconds = int((signed_in.expires_at - datetime.now(UTC)).total_seconds())
            facts_of(scope).set_cookies.append(cookies.session(signed_in.next_token, max(seconds, 1)))
        scope[_SIGNED_IN] = signed_in
    return cast("SignedIn | None", scope[_SIGNED_IN])


def cookies_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Cookies:
    """The application's cookies."""
    return cast("Cookies", connection.app.state["cookies"])


async def provide_signed_in(request: Request[Any, Any, Any]) -> SignedIn:
    """Dependency ``signed_in``."""
    signed_in = await signed_in_of(request)
    if signed_in is None:
        raise of_status(401)
    return signed_in


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Dependency ``actor``."""
    return (await provide_signed_in(request)).actor
