"""A simulated phone: its own outbox and rows, speaking push, pull and blobs over HTTP as the real client does.

    phone = await Phone.register(browser)                    # a signed-in httpx.AsyncClient
    command = phone.record("toy.set", {"value": 3}, aggregate=row_id)
    await phone.sync()                                       # push everything, pull until ``more`` is false
    phone.rows["toy"][row_id]["value"], phone.verdicts[command]["verdict"]

It keeps the rules of docs/sync.md section 5: nothing leaves the outbox but by a pull that acknowledges its ``seq``, a
patch is applied only when it answers the newest pull, ``clear`` fills a shadow that is swapped in at the last chunk.
Faults are made by the caller: ``push_once`` and ``pull_once`` can lose the answer, ``post_push`` sends any bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from offline_sync.digest import Digest

Rows = dict[str, dict[UUID, dict[str, Any]]]
Versions = dict[tuple[str, UUID], int]


@dataclass
class Outgoing:
    """A command on the phone: its bytes never change, but for a new ``seq`` after a fork."""

    seq: int
    id: UUID
    raw: bytes
    blobs: dict[str, bytes] = field(default_factory=dict)


class Refused(Exception):
    """The server answered something else than success."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code} {answer.text[:300]}")
        self.answer = answer


@dataclass
class Phone:
    """One install of one user.

    Attributes:
        browser: the client whose cookies are the session; push uses only the push key.
        outbox: not acknowledged yet, by seq. ``journal``: acknowledged.
        rows, versions: what the phone shows, without overlay.
        verdicts: command id -> last line of a push answer.
        conflicts: answers of the server that should not happen; tests assert that it stays empty.
    """

    browser: httpx.AsyncClient
    device: UUID
    push_key: str
    epoch: str
    storage_id: UUID
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    schema: int = 1
    outbox: dict[int, Outgoing] = field(default_factory=dict)
    journal: dict[int, Outgoing] = field(default_factory=dict)
    next_seq: int = 1
    acknowledged: int = 0
    cookie: str | None = None
    pull_seq: int = 0
    rows: Rows = field(default_factory=dict)
    versions: Versions = field(default_factory=dict)
    shadow: tuple[Rows, Versions] | None = None
    verdicts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    state: str = "active"
    mono: float = 0.0

    @classmethod
    async def register(cls, browser: httpx.AsyncClient, **options: Any) -> Phone:
        """Register an install for the signed-in user of ``browser``."""
        storage_id = uuid4()
        answer = await browser.post(
            "/api/sync/device", json={"build": "test", "schema": 1, "storage_id": str(storage_id)}
        )
        if answer.status_code != 201:
            raise Refused(answer)
        body = answer.json()
        return cls(browser, UUID(body["device"]), body["push_key"], body["epoch"], storage_id, **options)

    # ------------------------------------------------------------ outbox

    def record(
        self,
        type_name: str,
        args: Mapping[str, Any],
        *,
        aggregate: UUID | None = None,
        version: int = 1,
        command_id: UUID | None = None,
        base_rv: int | None = None,
        at: datetime | str | None = None,
        blobs: Mapping[str, bytes] | None = None,
    ) -> UUID:
        """Save a command; returns its id. ``blobs``: role -> bytes."""
        command_id = command_id or uuid4()
        self.mono += 1000.0
        moment = at if at is not None else self.now()
        document = {
            "seq": self.next_seq,
            "id": str(command_id),
            "type": type_name,
            "v": version,
            "aggregate": str(aggregate) if aggregate else None,
            "base_rv": base_rv,
            "at": moment.isoformat() if isinstance(moment, datetime) else moment,
            "mono_ms": self.mono,
            "args": args,
            "blobs": [
                {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "mime": "image/jpeg", "role": role}
                for role, data in (blobs or {}).items()
            ],
        }
        raw = json.dumps(document, ensure_ascii=False).encode()
        self.outbox[self.next_seq] = Outgoing(
            self.next_seq,
            command_id,
            raw,
            {hashlib.sha256(data).hexdigest(): data for data in (blobs or {}).values()},
        )
        self.next_seq += 1
        return command_id

    def push_body(self, limit: int = 50, *, push_id: str | None = None) -> bytes:
        """The next push, oldest command first, with the commands' own bytes."""
        commands = [self.outbox[seq].raw for seq in sorted(self.outbox)][:limit]
        head = {
            "proto": "fieldsync/1",
            "push_id": push_id or uuid4().hex,
            "device": str(self.device),
            "epoch": self.epoch,
            "build": "test",
            "schema": self.schema,
            "sent_at": self.now().isoformat(),
        }
        return json.dumps(head).encode()[:-1] + b', "commands": [' + b", ".join(commands) + b"]}"

    async def post_push(self, body: bytes) -> httpx.Response:
        """Send a push without looking at the answer, which needs only the push key."""
        return await self.browser.post(
            "/api/sync/push",
            content=body,
            headers={"authorization": f"Bearer {self.push_key}", "content-type": "application/json"},
        )

    async def push_once(self, limit: int = 50, *, lose_answer: bool = False) -> dict[str, Any] | None:
        """One push. None when there is nothing to send or the answer was lost."""
        if not self.outbox:
            return None
        answer = await self.post_push(self.push_body(limit))
        if lose_answer:
            return None
        return self.accept_push(answer)

    def accept_push(self, answer: httpx.Response) -> dict[str, Any]:
        """Take in the answer to a push; it removes nothing from the outbox (R8)."""
        body: dict[str, Any] = answer.json()
        if answer.status_code == 409 and body.get("error") == "gap":
            self.go_back_to(body["expected"])
            return body
        if answer.status_code == 409 and body.get("error") == "fork":
            self.become(UUID(body["new_device"]["device"]), body["new_device"]["push_key"])
            return body
        if answer.status_code != 202:
            raise Refused(answer)
        self.epoch, self.state = body["epoch"], body["state"]
        for line in body["results"]:
            self.verdicts[UUID(line["id"])] = line
        return body

    def go_back_to(self, expected: int) -> None:
        """The server lost commands (a restored backup): send them again from the journal."""
        for seq in [seq for seq in self.journal if seq >= expected]:
            self.outbox[seq] = self.journal.pop(seq)
        self.acknowledged = min(self.acknowledged, expected - 1)

    def become(self, device: UUID, push_key: str) -> None:
        """Take a new identity: renumber the outbox from 1, with the same command ids, and start from nothing."""
        waiting = [self.outbox[seq] for seq in sorted(self.outbox)]
        self.device, self.push_key, self.outbox, self.journal = device, push_key, {}, {}
        for seq, outgoing in enumerate(waiting, start=1):
            raw = outgoing.raw.replace(f'"seq": {outgoing.seq},'.encode(), f'"seq": {seq},'.encode(), 1)
            self.outbox[seq] = Outgoing(seq, outgoing.id, raw, outgoing.blobs)
        self.next_seq = len(waiting) + 1
        self.acknowledged, self.cookie, self.pull_seq, self.shadow = 0, None, 0, None

    # ------------------------------------------------------------ rows

    def digest(self) -> dict[str, Any]:
        """The digest of the rows that the cookie stands for."""
        digest = Digest()
        for (kind, row_id), rv in (self.shadow[1] if self.shadow else self.versions).items():
            digest = digest.replace(kind, row_id, None, rv)
        return {"n": digest.n, "xor": digest.hex}

    def pull_body(self, limit: int = 500) -> dict[str, Any]:
        """The next pull; it takes a new ``pull_seq``."""
        self.pull_seq += 1
        return {
            "proto": "fieldsync/1",
            "device": str(self.device),
            "epoch": self.epoch,
            "storage_id": str(self.storage_id),
            "cookie": self.cookie,
            "pull_seq": self.pull_seq,
            "schema": self.schema,
            "limit": limit,
            "digest": self.digest(),
            "pinned": [],
        }

    async def post_pull(self, body: Mapping[str, Any]) -> httpx.Response:
        """Send a pull without looking at the answer."""
        return await self.browser.post("/api/sync/pull", json=body)

    async def pull_once(self, limit: int = 500, *, lose_answer: bool = False) -> dict[str, Any] | None:
        """One chunk. None when the answer was lost."""
        body = self.pull_body(limit)
        answer = await self.post_pull(body)
        if lose_answer:
            return None
        if answer.status_code != 200:
            raise Refused(answer)
        reply: dict[str, Any] = answer.json()
        self.apply_pull(reply, body["pull_seq"])
        return reply

    def apply_pull(self, reply: Mapping[str, Any], pull_seq: int) -> bool:
        """Apply a chunk and its cookie, if it answers the newest pull. False when it was too late."""
        if pull_seq != self.pull_seq:
            return False
        self.state = reply["state"]
        if reply["clear"]:
            self.shadow = {}, {}
        rows, versions = self.shadow or (self.rows, self.versions)
        for item in reply["patch"]:
            kind, row_id = item["kind"], UUID(item["id"])
            if item["op"] == "put":
                rows.setdefault(kind, {})[row_id] = item["row"]
                versions[kind, row_id] = item["rv"]
            else:
                rows.get(kind, {}).pop(row_id, None)
                versions.pop((kind, row_id), None)
        self.cookie = reply["cookie"]
        if not reply["more"] and self.shadow is not None:
            (self.rows, self.versions), self.shadow = self.shadow, None
        if reply["last_seq"] is not None:
            self.acknowledge(reply["last_seq"])
        return True

    def acknowledge(self, last_seq: int) -> None:
        """The effects of everything up to ``last_seq`` are on the phone."""
        self.acknowledged = max(self.acknowledged, last_seq)
        for seq in [seq for seq in self.outbox if seq <= last_seq]:
            self.journal[seq] = self.outbox.pop(seq)

    async def pull(self, limit: int = 500) -> int:
        """Pull until nothing more comes; returns the number of chunks."""
        for chunks in range(1, 10_000):
            reply = await self.pull_once(limit)
            assert reply is not None
            if not reply["more"]:
                return chunks
        raise AssertionError("the pull never ends")

    async def sync(self, limit: int = 500) -> None:
        """Commands first, then blobs, then rows."""
        sent = -1
        while self.outbox and sent != len(self.outbox):
            sent = len(self.outbox)
            answer = await self.push_once()
            if answer and answer.get("error"):
                sent = -1
                continue
            for name in (answer or {}).get("missing_blobs", ()):
                await self.put_blob(name)
            await self.pull(limit)
        if sent == -1 or not self.outbox:
            await self.pull(limit)

    # ------------------------------------------------------------ blobs

    def blob_bytes(self, name: str) -> bytes:
        """The bytes of a blob that a command of this phone holds."""
        for outgoing in [*self.outbox.values(), *self.journal.values()]:
            if name in outgoing.blobs:
                return outgoing.blobs[name]
        raise KeyError(name)

    def blob_headers(self, **more: str) -> dict[str, str]:
        """The push key, and a body of plain bytes."""
        return {"authorization": f"Bearer {self.push_key}", "content-type": "application/octet-stream", **more}

    async def put_blob(self, name: str) -> httpx.Response:
        """Send a blob whole."""
        answer = await self.browser.put(
            f"/api/blobs/{name}", content=self.blob_bytes(name), headers=self.blob_headers()
        )
        if answer.status_code not in {200, 201}:
            raise Refused(answer)
        return answer
