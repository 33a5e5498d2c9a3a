"""A simulated phone: outbox, push, pull and blobs as docs/sync.md section 5 tells, and nothing of the product's code.

What a real phone keeps on disk is kept over every failure here; what it has in memory is thrown away with each failed
request. Everything the server says is checked against what the protocol promises.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx
import msgspec

from tests.simulation.findings import Findings
from tests.simulation.outbox import Blob, Command, utc_text
from tests.simulation.rows import Rows, Versions
from tests.simulation.world import PASSWORD, User, random_id

PROTO: Final = "fieldsync/1"
_MOST_COMMANDS: Final = 50
_MOST_BYTES: Final = 240_000
_PATIENCE: Final = 20.0
_MOST_CHUNKS: Final = 2000
#: This share of the phones has a clock that is wrong, by ten seconds to three years (R7, SR-23).
_WRONG_CLOCKS: Final = 0.25


class Offline(Exception):
    """The request failed in transport: the phone tries again later."""


async def sign_in(client: httpx.AsyncClient, username: str) -> None:
    """Sign in; the cookie stays with the client."""
    answer = await client.post("/api/session", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text


@dataclass
class Phone:
    """One install and one user.

    Attributes:
        acknowledged: the highest seq whose effects are on the phone, as a pull told.
        sent: the highest seq that a push has had a verdict for, or that is on its way.
        calm: it neither loses patience nor restarts, and asks for one thing at a time.
        restored: a backup was read in: the next new epoch is expected, once.
        clock_off: how wrong its clock is.
        twin: its user has another phone.
        stuck: the server has said something after which nothing can be sent any more.
    """

    name: str
    user: User
    client: httpx.AsyncClient
    random: random.Random
    findings: Findings
    device: str = ""
    push_key: str = ""
    epoch: str = ""
    commands: list[Command] = field(default_factory=list)
    acknowledged: int = 0
    sent: int = 0
    verdicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    rows: Rows = field(default_factory=Rows)
    shadow: Rows | None = None
    cookie: str | None = None
    pull_seq: int = 0
    stuck: bool = False
    calm: bool = False
    restored: bool = False
    clock_off: timedelta = timedelta()
    twin: bool = False

    def __post_init__(self) -> None:
        self.storage_id = str(random_id(self.random))
        self.versions = Versions(self.findings, self.name)
        if self.random.random() < _WRONG_CLOCKS:
            self.clock_off = timedelta(seconds=self.random.choice((-1, 1)) * 10 ** self.random.uniform(1, 8))
        self.undone: set[str] = set()

    async def register(self) -> None:
        """Sign in and register this install."""
        await sign_in(self.client, self.user.username)
        await self.register_install()

    async def register_install(self) -> None:
        """Register this install for the user who is signed in."""
        body = {"build": "simulation", "schema": 1, "storage_id": self.storage_id}
        answer = await self.client.post("/api/sync/device", json=body)
        assert answer.status_code == 201, answer.text
        document = answer.json()
        self.device, self.push_key, self.epoch = document["device"], document["push_key"], document["epoch"]

    def forget_rows(self) -> None:
        """Hold no rows and no cookie, as a new phone."""
        self.rows, self.shadow, self.cookie = Rows(), None, None

    # ------------------------------------------------------------ recording

    def record(
        self,
        type_name: str,
        args: dict[str, Any],
        aggregate: str | None = None,
        *,
        version: int = 1,
        base_rv: int | None = None,
        photos: Sequence[bytes] = (),
    ) -> Command:
        """Commit a command to the outbox, its photos with it."""
        seq = len(self.commands) + 1
        names: list[dict[str, Any]] = []
        for photo in photos:
            digest = hashlib.sha256(photo).hexdigest()
            self.blobs[digest] = Blob(photo, seq)
            names.append({"sha256": digest, "size": len(photo), "mime": "image/jpeg", "role": "photo"})
        command_id = str(random_id(self.random))
        envelope = {
            "seq": seq,
            "id": command_id,
            "type": type_name,
            "v": version,
            "aggregate": aggregate,
            "base_rv": base_rv,
            "at": utc_text(self.clock_off),
            "mono_ms": asyncio.get_running_loop().time() * 1000,
            "args": args,
            "blobs": names,
        }
        command = Command(
            seq,
            command_id,
            type_name,
            aggregate,
            args,
            msgspec.json.encode(envelope),
            tuple(name["sha256"] for name in names),
        )
        self.commands.append(command)
        if type_name == "work_order.undo":
            self.undone.add(args["command_id"])
        return command

    @property
    def unsent(self) -> int:
        """Commands whose effects are not on the phone yet, and blobs that the server does not have."""
        return len(self.commands) - self.acknowledged + len(self.blobs)

    # ------------------------------------------------------------ transport

    async def sync(self) -> None:
        """Push, pull, blobs, once. At times the pull does not wait for the push, as with two triggers at once.

        Raises:
            Offline: some request failed.
        """
        if not self.calm and self.random.random() < 0.15:
            results = await asyncio.gather(self.push(), self.pull(), return_exceptions=True)
            for result in results:
                if isinstance(result, BaseException):
                    raise result
        await self.push()
        await self.pull()
        await self.send_blobs()

    async def _post(self, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
        # Now and then the phone loses patience; the request goes on without it.
        hasty = not self.calm and self.random.random() < 0.03
        patience = self.random.uniform(0.02, 0.2) if hasty else _PATIENCE
        try:
            answer = await self.client.post(
                path, content=body, headers={"content-type": "application/json", **headers}, timeout=patience
            )
            document = msgspec.json.decode(answer.content)
        except (httpx.HTTPError, msgspec.DecodeError):
            raise Offline from None
        if not isinstance(document, dict) or answer.status_code >= 500:
            raise Offline
        return answer.status_code, document

    async def push(self) -> None:
        """Send the commands after the last one sent, at most 50.

        Raises:
            Offline: no verdicts came.
        """
        if not self.calm and self.random.random() < 0.1:
            self.sent = self.acknowledged  # started again: what was sent lately is forgotten
        batch: list[Command] = []
        size = 0
        most = self.random.choice((3, 10, _MOST_COMMANDS, _MOST_COMMANDS))
        for command in self.commands[self.sent :][:most]:
            size += len(command.raw)
            if batch and size > _MOST_BYTES:
                break
            batch.append(command)
        if not batch or self.stuck:
            return
        push_id = str(random_id(self.random))
        head = msgspec.json.encode(
            {
                "proto": PROTO,
                "push_id": push_id,
                "device": self.device,
                "epoch": self.epoch,
                "build": "simulation",
                "schema": 1,
                "sent_at": utc_text(self.clock_off),
            }
        )
        body = head[:-1] + b',"commands":[' + b",".join(command.raw for command in batch) + b"]}"
        status, reply = await self._post("/api/sync/push", body, Authorization=f"Bearer {self.push_key}")
        if reply.get("proto") != PROTO or reply.get("push_id") != push_id:
            self.findings.check(status != 401, "J14", f"{self.name}: the push key was refused")
            self.findings.check(status in {401, 200}, "J9", f"{self.name}: push answered {status} {reply.get('code')}")
            raise Offline
        self._check_epoch(reply)
        if reply.get("error") == "gap":
            expected = reply["expected"]
            self.findings.check(
                expected > self.acknowledged,
                "J13",
                f"{self.name}: server wants {expected} after ack {self.acknowledged}",
            )
            self.sent = expected - 1
            raise Offline
        if reply.get("error"):
            self.findings.add("J3", f"{self.name}: {reply['error']} though this phone was never cloned")
            self.stuck = True
            return
        self._read_verdicts(batch, reply)
        self.sent = max(self.sent, batch[-1].seq)

    def _read_verdicts(self, batch: list[Command], reply: dict[str, Any]) -> None:
        told = [(result["seq"], result["id"]) for result in reply["results"]]
        self.findings.check(
            told == [(command.seq, command.id) for command in batch], "J4", f"{self.name}: not one verdict per command"
        )
        self.findings.check(reply["last_seq"] >= batch[-1].seq, "J3", f"{self.name}: push stored, last_seq behind")
        by_id = {command.id: command for command in batch}
        for result in reply["results"]:
            verdict = result["verdict"], result["code"]
            first = self.verdicts.setdefault(result["id"], verdict)
            # What another driver did earlier may be heard of later, and revise what was said (sync rule R4).
            revisable = by_id[result["id"]].type.startswith(("stop.", "round."))
            self.findings.check(
                first == verdict or first[0] == "parked" or revisable,
                "J4",
                f"{self.name}: verdict {first} became {verdict}",
            )
            self.verdicts[result["id"]] = verdict

    def _check_epoch(self, reply: dict[str, Any]) -> None:
        if self.restored and reply["epoch"] != self.epoch:
            self._begin_epoch(reply["epoch"])
        self.findings.check(reply["epoch"] == self.epoch, "J13", f"{self.name}: another epoch without a restore")

    def _begin_epoch(self, epoch: str) -> None:
        """Send everything again: what the backup lacks is new to the server, the rest gets its first verdict."""
        self.epoch, self.restored = epoch, False
        self.sent = self.acknowledged = 0
        self.verdicts.clear()
        self.versions = Versions(self.findings, self.name)

    async def pull(self, limit: int | None = None) -> bool:
        """Pull until the last chunk. True when something was new.

        Raises:
            Offline: it broke off; what came is kept.
        """
        news = False
        for _ in range(_MOST_CHUNKS):
            self.pull_seq += 1
            issued = self.pull_seq
            request: dict[str, Any] = {
                "proto": PROTO,
                "device": self.device,
                "epoch": self.epoch,
                "storage_id": self.storage_id,
                "cookie": self.cookie,
                "pull_seq": issued,
                "schema": 1,
                "limit": limit or self.random.choice((9, 40, 200, 500)),
                "digest": None if self.shadow is not None or self.cookie is None else self.rows.digest,
                "pinned": [],
            }
            status, reply = await self._post("/api/sync/pull", msgspec.json.encode(request))
            if status != 200 or reply.get("proto") != PROTO:
                self.findings.check(
                    status in {200, 409}, "J9", f"{self.name}: pull answered {status} {reply.get('code')}"
                )
                raise Offline
            if issued != self.pull_seq:
                raise Offline  # a newer pull is under way: this answer is not applied
            self._apply(reply)
            news = news or bool(reply["patch"]) or reply["clear"]
            if not reply["more"]:
                return news
        self.findings.add("J9", f"{self.name}: the pull does not come to an end")
        return news

    def _apply(self, reply: dict[str, Any]) -> None:
        """One chunk and its cookie, in one transaction of the phone's store."""
        self._check_epoch(reply)
        self.findings.check(reply["state"] == "active", "J9", f"{self.name}: the phone is {reply['state']}")
        if reply["clear"]:
            self.shadow = Rows()
        target = self.rows if self.shadow is None else self.shadow
        for line in reply["patch"]:
            if line["op"] == "del":
                target.delete(line["kind"], line["id"])
                continue
            target.put(line["kind"], line["id"], line["rv"], line["row"])
            if self.shadow is None:
                self.versions.show(line["kind"], line["id"], line["rv"], line["row"])
        self.cookie = reply["cookie"]
        if not reply["more"] and self.shadow is not None:
            self.rows, self.shadow = self.shadow, None
            for (kind, row_id), (rv, row) in self.rows.held.items():
                self.versions.show(kind, row_id, rv, row)
        if reply["last_seq"] is not None:
            self._acknowledge(reply["last_seq"])

    def _acknowledge(self, last_seq: int) -> None:
        self.findings.check(
            self.acknowledged <= last_seq <= len(self.commands),
            "J3",
            f"{self.name}: last_seq {last_seq}, acknowledged {self.acknowledged}, recorded {len(self.commands)}",
        )
        for command in self.commands[self.acknowledged : last_seq]:
            self._check_effect(command)
        self.acknowledged = max(self.acknowledged, min(last_seq, len(self.commands)))
        # Acknowledged or not: what the server does not have by now has to be sent again.
        self.sent = max(self.acknowledged, min(self.sent, last_seq))

    def _check_effect(self, command: Command) -> None:
        """J7: an acknowledged command has its verdict and its effect on the phone already."""
        row = self.rows.row("command", command.id)
        if row is None:
            self.findings.add("J7", f"{self.name}: {command.type} {command.seq} acknowledged without its verdict")
            return
        order = self.rows.row("work_order", command.aggregate) if command.aggregate else None
        if row["verdict"] != "applied" or order is None or command.id in self.undone:
            return
        lines = {entry["id"] for entry in command.args.get("time_entries", ())}
        known = {entry["id"] for entry in order["time_entries"]}
        # A close that the user's other phone has told already adds only what is new (sync case 21).
        may_be_merged = self.twin and command.type == "work_order.close"
        self.findings.check(
            lines <= known or may_be_merged,
            "J7",
            f"{self.name}: {command.type} {command.seq} acknowledged, lines missing",
        )
        if command.type == "work_order.close":
            self.findings.check(
                order["state"] == "closed", "J7", f"{self.name}: close {command.seq} acknowledged, row {order['state']}"
            )

    # ------------------------------------------------------------ blobs

    async def send_blobs(self) -> None:
        """Send the bytes of commands that the server knows, smallest first.

        Raises:
            Offline: one did not arrive.
        """
        due = [(name, blob) for name, blob in self.blobs.items() if blob.seq <= self.sent]
        for name, blob in sorted(due, key=lambda item: len(item[1].data)):
            await self._send_blob(name, blob)

    async def _send_blob(self, name: str, blob: Blob) -> None:
        headers = {"Authorization": f"Bearer {self.push_key}", "Content-Type": "application/octet-stream"}
        path = f"/api/blobs/{name}"
        try:
            half = len(blob.data) // 2
            if self.random.random() < 0.3 and blob.offset == 0:
                chunk = blob.data[:half]
                answer = await self.client.patch(path, content=chunk, headers={**headers, "Upload-Offset": "0"})
            elif blob.offset:
                headers["Upload-Offset"] = str(blob.offset)
                answer = await self.client.patch(path, content=blob.data[blob.offset :], headers=headers)
            else:
                answer = await self.client.put(path, content=blob.data, headers=headers)
        except httpx.HTTPError:
            raise Offline from None
        if answer.status_code in {204, 409} and "upload-offset" in answer.headers:
            blob.offset = int(answer.headers["upload-offset"])
            return
        if answer.status_code == 422:
            blob.offset = 0
            return
        # A captive portal's 200 is no upload: only the protocol's own header counts.
        if answer.status_code in {200, 201} and answer.headers.get("upload-complete") == "?1":
            del self.blobs[name]
            return
        self.findings.check(
            answer.status_code in {200, 502, 503, 500}, "J11", f"{self.name}: blob answered {answer.status_code}"
        )
        raise Offline
