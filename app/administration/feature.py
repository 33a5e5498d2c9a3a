"""What administration hands to main."""

from __future__ import annotations

from typing import Final

from app.administration import arguments, phones, users
from app.administration.routes import ROUTES
from app.administration.sentences import SENTENCES
from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler


def _command(name: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=name,
        version=1,
        arguments=struct,
        handler=handler,
        permission="user.manage",
        aggregate_kind="sync_device" if name.startswith("phone.") else "user",
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _command("user.invite", arguments.InviteUser, users.invite, "Lagt till en användare"),
    _command("user.change", arguments.ChangeUser, users.change, "Ändrat en användares uppgifter"),
    _command("user.set_roles", arguments.SetRoles, users.set_roles, "Ändrat en användares roller"),
    _command("user.deactivate", arguments.DeactivateUser, users.deactivate, "Stängt av en användare"),
    _command("user.reactivate", arguments.ReactivateUser, users.reactivate, "Öppnat en användares konto igen"),
    _command("user.reset_password", arguments.ResetPassword, users.reset_password, "Återställt ett lösenord"),
    _command("phone.revoke", arguments.RevokePhone, phones.revoke, "Stängt ute en telefon"),
    _command("phone.restore", arguments.RestorePhone, phones.restore, "Släppt in en telefon igen"),
)


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="administration", commands=COMMANDS, routes=ROUTES, sentences=SENTENCES)
