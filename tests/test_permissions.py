"""SR-05: one permission table that every route and every command stands in; a missing or unused row fails here."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler

from app.feature import Feature
from app.identity.actor import Role
from app.identity.permissions import PERMISSIONS, PHONE, PUBLIC, SIGNED_IN
from app.main import create_app
from app.web.application import Application
from offline_sync.commands import CommandType
from tests.support.http import settings_for

#: Routes that answer without a session. A new one is added here on purpose, or this test says so.
PUBLIC_ROUTES = {
    ("GET", "/healthz"),
    ("POST", "/api/session"),
    # The patient's form and page (SR-06, SR-12).
    ("POST", "/api/public/form"),
    ("POST", "/api/public/reports"),
    ("PUT", "/api/public/reports/photos"),
    ("POST", "/api/public/status"),
    ("POST", "/api/public/status/push"),
    ("POST", "/api/public/push-key"),
}

#: Permissions that only later rooms use, each with the room.
WAITING_FOR_A_ROOM = {
    "audit.read": "the auditor's screens",
}


Handlers = dict[tuple[str, str], HTTPRouteHandler]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The whole application, not running."""
    return create_app(settings_for(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def handlers(app: Application) -> Handlers:
    """(method, path) -> handler, without the framework's own OPTIONS."""
    return {
        (str(method), route.path): handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if method != "OPTIONS"
    }


@pytest.fixture(scope="module")
def commands(app: Application) -> dict[str, CommandType]:
    """Command type's name -> command type, of all rooms."""
    rooms: tuple[Feature, ...] = app.state["features"]
    return {command.name: command for room in rooms for command in room.commands}


def test_the_application_has_routes(handlers: Handlers) -> None:
    assert ("GET", "/api/session") in handlers
    assert len(handlers) > 8


def test_every_route_names_a_permission_of_the_table(handlers: Handlers) -> None:
    wrong = {place: handler.opt.get("permission") for place, handler in handlers.items()}
    assert {place: name for place, name in wrong.items() if name not in PERMISSIONS} == {}


def test_every_command_names_a_permission_of_the_table(commands: dict[str, CommandType]) -> None:
    assert {"work_order.close", "review.decide", "message.read"} <= set(commands)
    rows = {name: command.permission for name, command in commands.items()}
    for name in {name for name, command in commands.items() if "public" in command.origins}:
        assert (rows.pop(name), commands[name].origins) == (PUBLIC, {"public"}), name
    assert {name: row for name, row in rows.items() if row not in PERMISSIONS or row in {PUBLIC, PHONE}} == {}


def test_a_commands_route_asks_for_the_commands_permission(
    commands: dict[str, CommandType], handlers: Handlers
) -> None:
    for name, command in commands.items():
        if "office" in command.origins:
            assert handlers["POST", f"/api/commands/{name}"].opt["permission"] == command.permission


def test_no_route_is_public_by_accident(handlers: Handlers) -> None:
    assert {place for place, handler in handlers.items() if handler.opt["permission"] == PUBLIC} == PUBLIC_ROUTES


def test_every_permission_is_used(handlers: Handlers, commands: dict[str, CommandType]) -> None:
    used = {handler.opt["permission"] for handler in handlers.values()}
    used |= {command.permission for command in commands.values()}
    used |= {name for name in PERMISSIONS if any(f'allowed(actor, "{name}")' in text for text in _sources())}
    assert set(PERMISSIONS) - used == set(WAITING_FOR_A_ROOM)


def _sources() -> list[str]:
    root = Path(__file__).resolve().parent.parent
    return [
        file.read_text(encoding="utf-8")
        for folder in ("app", "field", "labels", "offline_sync")
        for file in (root / folder).rglob("*.py")
    ]


def test_every_role_can_do_something_and_only_the_auditor_reads_the_log() -> None:
    for role in Role:
        assert any(role in roles for name, roles in PERMISSIONS.items() if name != SIGNED_IN)
    assert PERMISSIONS["audit.read"] == {Role.AUDITOR}
