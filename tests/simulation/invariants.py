"""The invariants of docs/sync.md section 7, checked from outside: over HTTP and in the database, at rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tests.simulation.findings import Findings
from tests.simulation.office import OfficeCommand
from tests.simulation.phone import Phone
from tests.simulation.rows import Key

#: Refusals that keep nothing but the command itself.
_NOTHING_KEPT: Final = {"work_order.team_unknown"}


@dataclass(frozen=True)
class Logged:
    """A line of the command log.

    ``revised``: what came later has changed its verdict since (sync rule R4). ``merged``: the same work was told before
    by its author's other phone, and what that had not told was added (sync case 21).
    """

    raw: bytes
    seq: int
    device: str
    verdict: str
    code: str
    revised: bool
    merged: bool

    @property
    def kept_facts(self) -> bool:
        """True when the handler ran: time, parts and visit of the command are in their tables."""
        if self.verdict == "applied":
            return True
        return self.verdict == "recorded" and self.code.startswith("work_order.") and self.code not in _NOTHING_KEPT


async def check_all(connection: Any, phones: list[Phone], office: Iterable[OfficeCommand], findings: Findings) -> None:
    """Check everything that can be checked at rest, but for J5 (``check_view``).

    Args:
        connection: an asyncpg connection to the server's database.
        office: every office command with its final answer.
    """
    logged = await _check_log(connection, phones, findings)
    await _check_effects(connection, phones, logged, findings)
    await _check_orders(connection, findings)
    await _check_office(connection, list(office), findings)
    for phone in phones:
        _check_verdicts(phone, logged, findings)
        await check_scope(connection, phone, findings)
    await _check_reviews(connection, phones, logged, findings)
    await _check_blobs(connection, phones, findings)


async def _check_log(connection: Any, phones: list[Phone], findings: Findings) -> dict[str, Logged]:
    """J1 and J3: the log holds every command once, byte for byte, numbered without a gap, and nothing else."""
    devices = [UUID(phone.device) for phone in phones]
    rows = await connection.fetch(
        "select c.id, c.device, c.seq, c.payload_raw, c.payload_sha256 = sha256(c.payload_raw) as sealed, s.verdict,"
        " s.code, exists (select from command_revision r where r.command_id = c.id) as revised,"
        " coalesce(c.result ->> 'merged' = 'true', false) as merged"
        " from command_log c join command_standing s on s.command_id = c.id where c.device = any($1)",
        devices,
    )
    logged = {
        str(row["id"]): Logged(
            row["payload_raw"],
            row["seq"],
            str(row["device"]),
            row["verdict"],
            row["code"],
            row["revised"],
            row["merged"],
        )
        for row in rows
    }
    findings.check(all(row["sealed"] for row in rows), "J1", "a payload and its hash disagree")
    for phone in phones:
        for command in phone.commands:
            line = logged.get(command.id)
            if line is None:
                findings.add("J1", f"{phone.name}: {command.type} {command.seq} is not in the log")
                continue
            findings.check(line.raw == command.raw, "J1", f"{phone.name}: {command.seq} was changed")
            findings.check(
                (line.device, line.seq) == (phone.device, command.seq),
                "J3",
                f"{phone.name}: {command.seq} is {line.seq}",
            )
    recorded = sum(len(phone.commands) for phone in phones)
    findings.check(len(logged) <= recorded, "J2", f"{len(logged)} commands in the log, {recorded} recorded")
    await check_heads(connection, findings)
    for phone in phones:
        own = sum(line.device == phone.device for line in logged.values())
        findings.check(own == len(phone.commands), "J3", f"{phone.name}: {own} of {len(phone.commands)} in the log")
    forks = await connection.fetchval("select count(*) from command_fork")
    findings.check(forks == 0, "J3", f"{forks} forked commands though no phone was cloned")
    return logged


async def check_heads(connection: Any, findings: Findings) -> None:
    """J3 at any moment: one statement sees one snapshot, and in it no phone's ``last_seq`` differs from its log."""
    rows = await connection.fetch(
        "select d.id, d.last_seq, c.highest from sync_device d cross join lateral"
        " (select coalesce(max(seq), 0) as highest from command_log where device = d.id) c"
        " where d.last_seq <> c.highest"
    )
    for row in rows:
        findings.add("J3", f"device {row['id']}: last_seq {row['last_seq']}, log {row['highest']}")


async def _check_effects(connection: Any, phones: list[Phone], logged: dict[str, Logged], findings: Findings) -> None:
    """J2: each command's lines and visits are there once if it was judged by its handler, and not at all if not."""
    commands = {UUID(command.id): command for phone in phones for command in phone.commands}
    ids = list(commands)
    entries: dict[UUID, dict[str, int]] = {}
    for row in await connection.fetch("select id, command_id, minutes from time_entry where command_id = any($1)", ids):
        entries.setdefault(row["command_id"], {})[str(row["id"])] = row["minutes"]
    parts = Counter(
        row["command_id"]
        for row in await connection.fetch("select command_id from part_used where command_id = any($1)", ids)
    )
    visits = Counter(
        row["command_id"]
        for row in await connection.fetch("select command_id from visit where command_id = any($1)", ids)
    )
    for command_id, command in commands.items():
        line = logged.get(command.id)
        if line is None:
            continue
        kept = line.kept_facts and command.type in {"work_order.report", "work_order.close"}
        expected = {entry["id"]: entry["minutes"] for entry in command.args["time_entries"]} if kept else {}
        there = entries.get(command_id, {})
        if line.merged:
            findings.check(
                there.items() <= expected.items(), "J2", f"{command.type} {command.id}: merged, time {there}"
            )
            findings.check(visits[command_id] == 0, "J2", f"{command.type} {command.id}: merged, and a visit")
            continue
        if there != expected:
            invariant = "J1" if set(expected) - set(there) else "J2"
            findings.add(
                invariant, f"{command.type} {command.id} {line.verdict} {line.code}: time {there} not {expected}"
            )
        wanted = len(command.args["parts"]) if kept else 0
        findings.check(parts[command_id] == wanted, "J2", f"{command.type} {command.id}: {parts[command_id]} parts")
        wanted = 1 if kept and command.type == "work_order.close" else 0
        findings.check(visits[command_id] == wanted, "J2", f"{command.type} {command.id}: {visits[command_id]} visits")


async def _check_orders(connection: Any, findings: Findings) -> None:
    """J2: one winner per closed or cancelled order, one message per occasion, one order per registration."""
    rows = await connection.fetch(
        "select w.number, w.state, count(c.id) filter (where c.type = 'work_order.close') as closes,"
        " count(c.id) filter (where c.type = 'work_order.cancel') as cancels"
        " from work_order w left join command_log c on c.aggregate = w.id and c.verdict = 'applied'"
        " and c.type in ('work_order.close', 'work_order.cancel') and c.result ->> 'merged' is null"
        # Not the world's own history, of which the log knows nothing.
        " where w.id in (select aggregate from command_log)"
        " and (w.closed_at is null or w.closed_at > now() - interval '2 days') group by w.id"
    )
    for row in rows:
        wanted = {"closed": (1, 0), "cancelled": (0, 1)}.get(row["state"], (0, 0))
        found = row["closes"], row["cancels"]
        findings.check(found == wanted, "J2", f"order {row['number']} is {row['state']}: closed, cancelled {found}")
    doubled = await connection.fetchval(
        "select count(*) from (select 1 from message where kind in ('work_order.closed', 'work_order.cancelled')"
        " group by work_order_id, kind, recipient_id having count(*) > 1) twice"
    )
    findings.check(doubled == 0, "J2", f"{doubled} messages came twice")
    untold = await connection.fetchval(
        "select count(*) from command_log c where c.type = 'work_order.close' and c.verdict = 'applied' and not exists"
        " (select from message m where m.work_order_id = c.aggregate and m.kind = 'work_order.closed')"
    )
    findings.check(untold == 0, "J1", f"{untold} closings were told to nobody")
    unregistered = await connection.fetchval(
        "select count(*) from command_log c left join work_order w on w.id = c.aggregate"
        " where c.type = 'work_order.register' and (c.verdict = 'applied') <> (w.id is not null)"
        " and c.verdict <> 'refused'"
    )
    findings.check(unregistered == 0, "J1", f"{unregistered} registrations and orders disagree")


async def _check_office(connection: Any, commands: list[OfficeCommand], findings: Findings) -> None:
    """SR-01 and SR-02 for the office: what was answered 200 is in the log once, what was refused changed nothing."""
    rows = await connection.fetch(
        "select id, verdict from command_log where id = any($1)", [UUID(command.id) for command in commands]
    )
    verdicts = {str(row["id"]): row["verdict"] for row in rows}
    for command in commands:
        wanted = "applied" if command.status == 200 else None
        found = verdicts.get(command.id)
        invariant = "J1" if wanted and not found else "J2"
        findings.check(found == wanted, invariant, f"office {command.type} answered {command.status}, log {found}")


def _check_verdicts(phone: Phone, logged: dict[str, Logged], findings: Findings) -> None:
    """J4: the phone shows the log's verdict, and the push answered with it."""
    for command in phone.commands:
        line, row = logged.get(command.id), phone.rows.row("command", command.id)
        if line is None:
            continue
        shown = None if row is None else (row["verdict"], row["code"])
        findings.check(
            shown == (line.verdict, line.code), "J4", f"{phone.name}: {command.seq} {line.verdict} shown as {shown}"
        )
        told = phone.verdicts.get(command.id)
        findings.check(
            told is None or line.revised or told[0] == "parked" or told == (line.verdict, line.code),
            "J4",
            f"{phone.name}: {command.seq} {line.verdict} was answered {told}",
        )


async def check_scope(connection: Any, phone: Phone, findings: Findings) -> None:
    """J6: the phone's orders, devices, messages, rounds and stops are its user's of now, no more and no less."""
    user = phone.user.id
    orders = await connection.fetch(
        "select id, device_id from work_order where assigned_to = $1 and (case when state in ('closed', 'cancelled')"
        " then coalesce(closed_at, cancelled_at) > now() - interval '1 day' else coalesce(planned_on <="
        " (now() at time zone 'Europe/Stockholm')::date + 3, true) end)",
        user,
    )
    messages = await connection.fetch("select id from message where recipient_id = $1", user)
    rounds = await connection.fetch(
        "select id from van_round where driver_id = $1 and on_day = (now() at time zone 'Europe/Stockholm')::date"
        " and state in ('published', 'in_progress', 'returned')",
        user,
    )
    stops = await connection.fetch("select id from stop where round_id = any($1)", [row["id"] for row in rounds])
    for kind, wanted in (
        ("work_order", {str(row["id"]) for row in orders}),
        ("device", {str(row["device_id"]) for row in orders if row["device_id"]}),
        ("message", {str(row["id"]) for row in messages}),
        ("round", {str(row["id"]) for row in rounds}),
        ("stop", {str(row["id"]) for row in stops}),
    ):
        held = {row_id for (held_kind, row_id) in phone.rows.held if held_kind == kind}
        findings.check(not held - wanted, "J6", f"{phone.name}: {kind} not its own: {sorted(held - wanted)[:3]}")
        findings.check(not wanted - held, "J5", f"{phone.name}: {kind} missing: {sorted(wanted - held)[:3]}")


async def _check_reviews(connection: Any, phones: list[Phone], logged: dict[str, Logged], findings: Findings) -> None:
    """J10: what was not applied waits for a person, and the phone says so."""
    undecided = {command_id for command_id, line in logged.items() if line.verdict != "applied"}
    rows = await connection.fetch(
        "select distinct on (command_id) command_id, state, count(*) over (partition by command_id) as items"
        " from review_item where command_id = any($1) order by command_id, created_at desc, id desc",
        [UUID(command_id) for command_id in logged],
    )
    items = {str(row["command_id"]): row["items"] for row in rows}
    states = {str(row["command_id"]): row["state"] for row in rows}
    # A revision that brought a command back closes its item.
    brought_back = {name for name in items if logged[name].revised and states[name] == "decided"} - undecided
    findings.check(
        set(items) - brought_back == undecided,
        "J10",
        f"{len(undecided)} not applied, {len(items)} with a review item, {len(brought_back)} brought back",
    )
    doubled = [name for name, count in items.items() if count > 1 and not logged[name].revised]
    findings.check(not doubled, "J2", f"{len(doubled)} commands with two review items")
    for phone in phones:
        for command in phone.commands:
            row = phone.rows.row("command", command.id)
            if command.id in undecided and row is not None:
                visible = row["review"] is not None and row["review"]["state"] == states.get(command.id) and row["text"]
                findings.check(bool(visible), "J10", f"{phone.name}: {command.seq} {row['verdict']} without a reason")


async def _check_blobs(connection: Any, phones: list[Phone], findings: Findings) -> None:
    """J11: every attachment that a command names has arrived whole, for every phone has sent all."""
    named = {name for phone in phones for command in phone.commands for name in command.blobs}
    rows = await connection.fetch("select encode(sha256, 'hex') as name, state from blob")
    states = {row["name"]: row["state"] for row in rows}
    missing = [name for name in named if states.get(name) != "complete"]
    findings.check(not missing, "J11", f"{len(missing)} of {len(named)} attachments are not complete")
    findings.check(set(states) == named, "J11", "an attachment that no command names, or the other way round")


def check_view(phone: Phone, fresh: Phone, findings: Findings) -> None:
    """J5: a phone that has lived through everything holds what a new phone of the same user gets from nothing.

    The verdicts are each phone's own, so kind ``command`` is left to J4.
    """
    held, wanted = _shared(phone), _shared(fresh)
    for key in held.keys() | wanted.keys():
        if held.get(key) != wanted.get(key):
            findings.add("J5", f"{phone.name}: {key} is {_difference(held.get(key), wanted.get(key))}")


def _shared(phone: Phone) -> dict[Key, tuple[int, dict[str, Any]]]:
    return {key: value for key, value in phone.rows.held.items() if key[0] != "command"}


def _difference(held: tuple[int, dict[str, Any]] | None, wanted: tuple[int, dict[str, Any]] | None) -> str:
    if held is None or wanted is None:
        return "too few" if held is None else "too much"
    fields = [name for name in held[1].keys() | wanted[1].keys() if held[1].get(name) != wanted[1].get(name)]
    return f"version {held[0]} not {wanted[0]}; other fields: {sorted(fields)}"
