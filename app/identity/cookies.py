"""The two cookies: the session's token, and the proof that a user has signed in here before."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any

from app.web.facts import header

_KNOWN_DAYS = 400  # the most that browsers keep


class Cookies:
    """Writes and reads the cookies. ``__Host-`` on https: no other host and no plain http can set them (ASVS 3.3.3)."""

    def __init__(self, *, https: bool) -> None:
        self._secure = "; Secure" if https else ""
        prefix = "__Host-" if https else ""
        self.session_name = f"{prefix}turbil"
        self.known_name = f"{prefix}turbil-known"

    def session(self, token: str, seconds: int) -> str:
        """Set-Cookie for a session token that is good for ``seconds``."""
        return self._cookie(self.session_name, token, seconds)

    def no_session(self) -> str:
        """Set-Cookie that takes the session's cookie away."""
        return self._cookie(self.session_name, "", 0)

    def known(self, proof: str) -> str:
        """Set-Cookie for throttle.known_browser_cookie."""
        return self._cookie(self.known_name, proof, _KNOWN_DAYS * 86_400)

    def _cookie(self, name: str, value: str, seconds: int) -> str:
        return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{self._secure}"

    def read_session(self, scope: Any) -> str | None:
        """The session token that a request carries."""
        return _read(scope, self.session_name)

    def read_known(self, scope: Any) -> str | None:
        """The proof that a request carries."""
        return _read(scope, self.known_name)


def _read(scope: Any, name: str) -> str | None:
    try:
        morsel = SimpleCookie(header(scope, b"cookie")[:8192]).get(name)
    except CookieError:
        return None
    return morsel.value if morsel is not None and morsel.value else None
