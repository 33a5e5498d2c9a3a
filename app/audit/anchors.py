"""Anchors: signed statements, outside the database, of how far the chain had come (SR-09).

The chain alone cannot show that its end was cut off, nor that all of it was computed anew; an anchor can. One file
a day in ``TURBIL_DATA/anchors``; each names the hash of the file before it, so one missing in the middle is seen too.
Copy the folder to where the database's operator cannot write: that is what makes it worth having.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed: the chain's head when the anchor was made.

    Attributes:
        number: the newest batch.
        hash: its hash, in hex.
        rows: commands chained so far.
        at: when, in UTC.
        previous: SHA-256 of the anchor file before this one in hex, "" for the first.
    """

    number: int
    hash: str
    rows: int
    at: datetime
    previous: str


class AnchorFile(msgspec.Struct, frozen=True, kw_only=True):
    """An anchor as it lies on disk: the statement's exact text, and its Ed25519 signature in hex."""

    statement: str
    signature: str


class AnchorError(Exception):
    """An anchor, or the key, cannot be used; one line that names the file."""


@dataclass(frozen=True)
class Anchors:
    """The anchors and their key in the data folder."""

    data: Path

    @property
    def folder(self) -> Path:
        """Where the anchors lie."""
        return self.data / "anchors"

    @property
    def _key_file(self) -> Path:
        return self.data / "keys" / "audit_anchor.pem"

    def files(self) -> list[Path]:
        """All anchors, oldest first."""
        return sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []

    def write(self, *, number: int, head: bytes, rows: int, now: datetime) -> Path:
        """Sign and store an anchor; answers its file."""
        files = self.files()
        previous = hashlib.sha256(files[-1].read_bytes()).hexdigest() if files else ""
        statement = Statement(number=number, hash=head.hex(), rows=rows, at=now.astimezone(UTC), previous=previous)
        text = msgspec.json.encode(statement)
        signature = self._private_key().sign(text)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = self.folder / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%S.%fZ}.json"
        content = msgspec.json.encode(AnchorFile(statement=text.decode(), signature=signature.hex()))
        _write_durably(name, content)
        return name

    def read_all(self) -> list[Statement]:
        """All statements, oldest first, after checking signatures and that none is missing in between.

        Raises:
            AnchorError: one does not hold.
        """
        files = self.files()
        if not files:
            return []
        key = self._public_key()
        statements: list[Statement] = []
        previous = ""
        for file in files:
            content = file.read_bytes()
            try:
                anchor = msgspec.json.decode(content, type=AnchorFile)
                key.verify(bytes.fromhex(anchor.signature), anchor.statement.encode())
                statement = msgspec.json.decode(anchor.statement, type=Statement)
            except (msgspec.DecodeError, ValueError, InvalidSignature):
                raise AnchorError(f"The anchor {file.name} was changed: its signature does not hold.") from None
            if statement.previous != previous:
                raise AnchorError(f"An anchor is missing before {file.name}.")
            previous = hashlib.sha256(content).hexdigest()
            statements.append(statement)
        return statements

    def _private_key(self) -> Ed25519PrivateKey:
        """The signing key, made at the first use, readable by its owner alone."""
        if not self._key_file.exists():
            if self.files():
                raise AnchorError("The key audit_anchor.pem is missing although there are anchors; restore it.")
            self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(
                self._key_file,
                Ed25519PrivateKey.generate().private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                ),
            )
        key = serialization.load_pem_private_key(self._key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise AnchorError("The key audit_anchor.pem is not an Ed25519 key.")
        return key

    def _public_key(self) -> Ed25519PublicKey:
        if not self._key_file.exists():
            raise AnchorError("The key audit_anchor.pem is missing although there are anchors; restore it.")
        return self._private_key().public_key()


def _write_durably(path: Path, content: bytes) -> None:
    """Write a new file for its owner's eyes, whole or not at all."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
