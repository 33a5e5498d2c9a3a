"""The console script ``turbil``. Every command is documented in docs/cli.md; a test keeps that true."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import uvicorn

from app.administration.repository import customers_by_number
from app.audit.verification import verify
from app.backup import BackupError
from app.backup import commands as backup
from app.database import Database, DatabaseError, fetch, fetch_value, migrate, open_beside, open_database
from app.demo import run as demo
from app.identity import passwords, service
from app.identity.actor import Role
from app.identity.sessions import revoke_sync_device
from app.importing.addresses import import_addresses
from app.importing.service import ImportRefused, import_folder
from app.main import create_app, openapi_document
from app.registry.regions import create_region
from app.settings import Settings, SettingsError, load_settings
from app.web.server import server_config
from offline_sync.repository import renew_epoch, set_device_state
from offline_sync.seal_key import rotate_seal_key

_PASSWORD_FAULTS = {
    "short": f"it needs at least {passwords.SHORTEST} characters",
    "long": f"it may have at most {passwords.LONGEST} characters",
    "username": "it must not be the user name",
}


class CommandError(Exception):
    """The command cannot be carried out; the message is one line that says what to do."""


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="turbil", description="Field work, van rounds and labels for aid centres.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    commands.add_parser("serve", help="start the server")
    demo_parser = commands.add_parser("demo", help="start the server with made-up data in a folder of its own")
    demo_parser.add_argument("--scale", choices=sorted(demo.SCALES), default="default", help="how much data")
    demo_parser.add_argument("--seed", type=int, default=1, help="another seed gives other data")
    commands.add_parser("migrate", help="bring the database to this version's tables and stop")

    region = commands.add_parser("region", help="regions: add").add_subparsers(
        dest="region_command", required=True, metavar="action"
    )
    add = region.add_parser("add", help="add a region with its service policy; an empty database starts with this")
    add.add_argument("code", help="for example norrbotten; a code with a built-in policy gets that policy")
    add.add_argument("--name", required=True, help="the region's name for people")
    add.add_argument("--team", action="append", default=[], help="a service department; may be given several times")

    user = commands.add_parser("user", help="users: add, password, deactivate").add_subparsers(
        dest="user_command", required=True, metavar="action"
    )
    add = user.add_parser("add", help="add a user; the first administrator is made this way")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="full name, shown to colleagues")
    add.add_argument("--region", required=True, help="the region's code, for example norrbotten")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--team", help="the team's name, for technicians, drivers and planners")
    add.add_argument("--customer", action="append", default=[], metavar="NUMBER", help="for prescribers; several times")
    for action, text in (("password", "set a new password"), ("deactivate", "sign a user out everywhere and for good")):
        user.add_parser(action, help=text).add_argument("username")

    phone = commands.add_parser("phone", help="phones: list, lost, wipe, active").add_subparsers(
        dest="phone_command", required=True, metavar="action"
    )
    phone.add_parser("list", help="the phones of a user").add_argument("username")
    for action, text in (
        ("lost", "shut a phone out; what it still delivers is quarantined"),
        ("wipe", "shut a phone out and clear its readable data; its unsent work is still taken"),
        ("active", "let a phone in again"),
    ):
        phone.add_parser(action, help=text).add_argument("id", type=UUID)
    commands.add_parser("restored", help="say that a backup was read in, so that phones send again what it lacks")

    seal = commands.add_parser("seal", help="the key of sealed envelopes: rotate").add_subparsers(
        dest="seal_command", required=True, metavar="action"
    )
    seal.add_parser("rotate", help="give out a new key; what was sealed to the old ones can still be opened")

    backup.add_parsers(commands)

    importing = commands.add_parser("import", help="read the register, or addresses, from files, all or nothing")
    importing.add_argument(
        "folder", type=Path, help="with articles.csv, customers.csv, persons.csv and so on; or the word addresses"
    )
    importing.add_argument("file", type=Path, nargs="?", help="after addresses: the .gpkg or .csv file")
    importing.add_argument("--region", required=True, help="the region's code, for example norrbotten")
    importing.add_argument("--check", action="store_true", help="report what would happen, and change nothing")

    openapi = commands.add_parser("openapi", help="write the OpenAPI document of the HTTP interface")
    openapi.add_argument("file", type=Path)

    audit = commands.add_parser("audit", help="the audit log").add_subparsers(
        dest="audit_command", required=True, metavar="action"
    )
    audit.add_parser("verify", help="check the hash chain and its anchors")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. Exit code 0 when it worked, 1 when it could not, 2 for a wrong command line."""
    options = build_parser().parse_args(arguments)
    try:
        raise SystemExit(_run(options))
    except (SettingsError, DatabaseError, BackupError, CommandError) as error:
        print(f"turbil: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        return asyncio.run(_serve(load_settings()))
    if options.command == "demo":
        settings = load_settings(demo=True)
        settings = replace(settings, data=settings.data / "demo")
        return asyncio.run(_serve(settings, lambda: demo.prepare(settings, options.scale, options.seed)))
    settings = load_settings()
    if options.command == "openapi":
        document = msgspec.json.format(msgspec.json.encode(openapi_document(create_app(settings))))
        try:
            options.file.write_bytes(document + b"\n")
        except OSError as error:
            raise CommandError(f"{options.file} cannot be written ({error.strerror}).") from None
        return 0
    if options.command == "seal":
        print(f"turbil: phones now seal to the key {rotate_seal_key(settings.data / 'keys')}; the old ones are kept.")
        return 0
    if options.command in {"backup", "restore"}:
        return asyncio.run(backup.run(options, settings))
    works: dict[str, Callable[[], Awaitable[int]]] = {
        "migrate": _migrated,
        "audit": lambda: _verify(settings.data),
        "phone": lambda: _phone(options),
        "restored": _restored,
        "region": lambda: _add_region(options),
        "user": lambda: _user(options),
        "import": lambda: _import(options),
    }
    return asyncio.run(_with_database(settings, works[options.command]))


def _log(settings: Settings) -> None:
    """Warnings and worse to standard error; a real server also says one line per request, without addresses."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if not settings.demo:
        logging.getLogger("turbil").setLevel(logging.INFO)


async def _serve(settings: Settings, prepare: Callable[[], Awaitable[str]] | None = None) -> int:
    _log(settings)
    listener = _listen(settings)
    async with _opened(settings) as database:
        notice = await prepare() if prepare else ""
        config = server_config(create_app(settings, database=database), settings.proxies)
        await _Server(config, f"{notice}Turbil: {settings.public_url}").serve(sockets=[listener])
    return 0


class _Server(uvicorn.Server):
    """uvicorn, but SIGTERM is an orderly end: uvicorn itself raises it again and dies before the database is closed."""

    def __init__(self, config: uvicorn.Config, notice: str) -> None:
        super().__init__(config)
        self._notice = notice

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say where once the address answers."""
        await super().startup(sockets)
        if not self.should_exit:
            print(self._notice, flush=True)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ask the server to finish when the process is asked to end."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP: only then does asyncio switch Nagle's algorithm off, which held answers back for up to 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise CommandError(
            f"port {settings.port} on {settings.host} cannot be used ({os.strerror(error.errno or 0)});"
            " stop what uses it or choose another with TURBIL_PORT."
        ) from None
    return listener


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = await open_database(settings)
    try:
        await migrate()
        yield database
    finally:
        await database.close()


async def _with_database(settings: Settings, work: Callable[[], Awaitable[int]]) -> int:
    database = await open_beside(settings)
    try:
        await migrate()
        return await work()
    finally:
        await database.close()


async def _migrated() -> int:
    print("turbil: the database is up to date.")
    return 0


async def _verify(data: Path) -> int:
    report = await verify(data)
    print(msgspec.json.encode(report).decode())
    return 0 if report.ok else 1


async def _add_region(options: argparse.Namespace) -> int:
    try:
        await create_region(code=options.code, name=options.name, teams=options.team)
    except ValueError as error:
        raise CommandError(str(error)) from None
    print(f"turbil: {options.code}: done.")
    return 0


async def _phone(options: argparse.Namespace) -> int:
    if options.phone_command == "list":
        for row in await fetch(
            "select d.id, d.state, d.last_seen from sync_device d join user_account u on u.id = d.user_id"
            " where lower(u.username) = lower($1) order by d.last_seen desc",
            options.username,
        ):
            print(f"{row['id']}  {row['state']:<6}  last seen {row['last_seen']:%Y-%m-%d %H:%M} UTC")
        return 0
    if not await fetch_value("select exists (select 1 from sync_device where id = $1)", options.id):
        raise CommandError(f"there is no phone {options.id}; turbil phone list NAME shows a user's phones.")
    await set_device_state(options.id, options.phone_command)
    if options.phone_command != "active":
        await revoke_sync_device(options.id)
    print(f"turbil: {options.id}: {options.phone_command}.")
    return 0


async def _restored() -> int:
    await renew_epoch()
    print("turbil: a new epoch has begun; phones send again what the backup lacks.")
    return 0


async def _import(options: argparse.Namespace) -> int:
    try:
        if options.file is not None:
            if options.folder != Path("addresses") or options.check:
                raise CommandError("a file comes after the word addresses, and without --check.")
            print((await import_addresses(options.file, options.region)).text())
            return 0
        report = await import_folder(options.folder, options.region, check_only=options.check)
    except ImportRefused as error:
        raise CommandError(str(error)) from None
    print(report.text())
    return 1 if report.faults.count else 0


async def _user(options: argparse.Namespace) -> int:
    try:
        if options.user_command == "add":
            await _add_user(options)
        else:
            await _change_user(options)
    except passwords.PasswordRefused as error:
        raise CommandError(f"the password cannot be used: {_PASSWORD_FAULTS[error.code]}.") from None
    except service.UserExists:
        raise CommandError(f"the user name {options.username!r} is taken.") from None
    except service.UsernameRefused:
        raise CommandError("a user name has 1 to 60 letters, digits or one of . _ - @ and no spaces.") from None
    print(f"turbil: {options.username}: done.")
    return 0


async def _change_user(options: argparse.Namespace) -> None:
    user_id = await fetch_value("select id from user_account where lower(username) = lower($1)", options.username)
    if user_id is None:
        raise CommandError(f"there is no user {options.username!r}.")
    if options.user_command == "password":
        await service.set_password(user_id, _ask_password(), must_change=True)
    else:
        await service.deactivate(user_id)


async def _add_user(options: argparse.Namespace) -> None:
    region_id = await fetch_value("select id from region where code = $1", options.region)
    if region_id is None:
        known = ", ".join(row["code"] for row in await fetch("select code from region order by code")) or "none yet"
        raise CommandError(f"there is no region {options.region!r}; the regions are: {known}.")
    team_id = None
    if options.team:
        team_id = await fetch_value("select id from team where region_id = $1 and name = $2", region_id, options.team)
        if team_id is None:
            raise CommandError(f"there is no team {options.team!r} in {options.region}.")
    if options.customer and options.role != Role.PRESCRIBER:
        raise CommandError("customers belong to the role prescriber; leave --customer out.")
    customers = await customers_by_number(region_id, options.customer)
    for number in options.customer:
        if number not in customers:
            raise CommandError(f"there is no customer {number!r} in {options.region}; turbil import adds customers.")
    user_id = await service.create_user(
        region_id=region_id, username=options.username, name=options.name, password=_ask_password()
    )
    await service.add_membership(user_id, Role(options.role), team_id=team_id, customer_ids=customers.values())


def _ask_password() -> str:
    """The new password: typed twice at a terminal, or one line on standard input for scripts."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("the two passwords differ; nothing was changed.")
    return first


if __name__ == "__main__":
    main()
