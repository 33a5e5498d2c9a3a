"""The backup file: a plain tar that holds two age files, so that it can be opened without Turbil ten years from now.

::

    README.txt    how to open it with the tools age and tar
    header.json   format, time, the migrations of its database: nothing that names a person
    key.age       the file's own key, encrypted with the passphrase (scrypt)
    data.age      a tar, encrypted with that key: database.dump, files/..., manifest.json (SHA-256 of each member)

age authenticates every 64 KiB and the end of the stream: a byte that flipped and an end that is missing are both found.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import pyrage

FORMAT: Final = 1
DUMP: Final = "database.dump"
FILES: Final = "files"
_MANIFEST: Final = "manifest.json"
_BLOCK: Final = tarfile.BLOCKSIZE
_CHUNK: Final = 1024 * 1024
_README: Final = b"""A backup made by turbil. To open it without turbil:
  tar xf THIS-FILE
  age --decrypt key.age > key.txt          (asks for the passphrase)
  age --decrypt --identity key.txt data.age | tar x
database.dump is for pg_restore.
"""


class BackupError(Exception):
    """A backup cannot be made or used; one line that says what to do. What runs is as it was."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What can be read without the passphrase.

    Attributes:
        format: of the file.
        made_at: in UTC.
        migrations: name -> SHA-256 of the files that made the database's tables.
    """

    format: int
    made_at: datetime
    migrations: dict[str, str]


def write_container(
    target: IO[bytes], header: Header, passphrase: str, write_members: Callable[[Writer], None]
) -> None:
    """Write a backup to a seekable file; ``write_members`` adds the members of data.age."""
    identity = pyrage.x25519.Identity.generate()
    _add(target, "README.txt", _README)
    _add(target, "header.json", msgspec.json.format(msgspec.json.encode(header)))
    _add(target, "key.age", pyrage.passphrase.encrypt(f"{identity}\n".encode(), passphrase))
    start = target.tell()
    target.write(bytes(_BLOCK))  # its header, written when the size is known
    _encrypt(target, identity.to_public(), write_members)
    size = target.tell() - start - _BLOCK
    target.write(bytes(-size % _BLOCK + 2 * _BLOCK))
    target.seek(start)
    target.write(_info("data.age", size).tobuf(tarfile.GNU_FORMAT))


class Writer:
    """Adds members to data.age and remembers their hashes for the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._hashes: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now; one that is gone meanwhile is left out."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source:
            reader = _Hashing(source, os.fstat(source.fileno()).st_size)
            self._tar.addfile(_info(name, reader.size), reader)
        self._hashes[name] = reader.digest()

    def finish(self) -> None:
        """Add the manifest; a data.age without it is not whole."""
        content = msgspec.json.encode(self._hashes)
        self._tar.addfile(_info(_MANIFEST, len(content)), io.BytesIO(content))


class _Hashing(io.RawIOBase):
    """Reads exactly ``size`` bytes of a file that may be growing, and hashes them on the way."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._left = size
        self._hash = hashlib.sha256()
        self.size = size

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        part = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(part)
        self._hash.update(part)
        return part

    def digest(self) -> str:
        """In hex, of what was read."""
        return self._hash.hexdigest()


def read_header(source: IO[bytes]) -> Header:
    """Read the header of a backup and go back to its start.

    Raises:
        BackupError: it is no backup, or one that a newer turbil has made.
    """
    with _outer(source) as members:
        content = members("header.json").read()
    source.seek(0)
    try:
        document = msgspec.json.decode(content)
        if isinstance(document, dict) and isinstance(document.get("format"), int) and document["format"] > FORMAT:
            raise BackupError("a newer turbil has made this backup; install that version and try again.")
        return msgspec.convert(document, Header, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError("the file is damaged: its header cannot be read; take another backup.") from None


def extract(source: IO[bytes], passphrase: str, folder: Path) -> None:
    """Decrypt a backup into an empty folder and check that it is whole.

    Raises:
        BackupError: the passphrase is wrong, or the file is cut off, changed or incomplete.
    """
    with _outer(source) as members:
        try:
            secret = pyrage.passphrase.decrypt(members("key.age").read(), passphrase)
            identity = pyrage.x25519.Identity.from_str(secret.decode().strip())
        except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
            raise BackupError("the passphrase is wrong, or the file is damaged; nothing was touched.") from None
        hashes = _decrypt(members("data.age"), identity, folder)
    try:
        expected = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        raise _not_whole() from None
    hashes.pop(_MANIFEST, None)
    if hashes != expected or DUMP not in expected:
        raise _not_whole()


def _not_whole() -> BackupError:
    return BackupError("the backup is not whole: it is cut off or changed; take another one. Nothing was touched.")


# ---------------------------------------------------------------- age, between a pipe's two ends


def _encrypt(target: IO[bytes], recipient: pyrage.x25519.Recipient, write_members: Callable[[Writer], None]) -> None:
    """The tar is written in a thread while age reads it: neither is ever whole in memory or on disk."""
    reading, writing = os.pipe()

    def produce() -> None:
        with os.fdopen(writing, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            writer = Writer(tar)
            write_members(writer)
            writer.finish()

    with _beside(produce), os.fdopen(reading, "rb") as pipe:
        pyrage.encrypt_io(pipe, target, [recipient])


def _decrypt(source: IO[bytes], identity: pyrage.x25519.Identity, folder: Path) -> dict[str, str]:
    reading, writing = os.pipe()

    def produce() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pyrage.decrypt_io(source, pipe, [identity])

    hashes: dict[str, str] = {}
    try:
        with _beside(produce), os.fdopen(reading, "rb") as pipe, tarfile.open(fileobj=pipe, mode="r|") as tar:
            for member in tar:
                hashes[member.name] = _write_out(tar, member, folder)
            while pipe.read(_CHUNK):  # to the very end: age says only there whether the file was cut off
                pass
    except (pyrage.DecryptError, tarfile.TarError, OSError, EOFError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise BackupError("the disk is full; free some space and try again. Nothing was touched.") from None
        raise _not_whole() from None
    return hashes


def _write_out(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    path = folder / member.name
    if not member.isreg() or not path.resolve().is_relative_to(folder.resolve()):
        raise _not_whole()
    content = tar.extractfile(member)
    if content is None:
        raise _not_whole()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while part := content.read(_CHUNK):
            digest.update(part)
            target.write(part)
    return digest.hexdigest()


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """Run ``work`` in a thread meanwhile; what it raises is raised here, in place of what that led to."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BrokenPipeError:
            pass  # the reader gave up, and says why itself
        except BaseException as error:  # raised again in the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    except Exception:
        thread.join()
        if failures:
            raise failures[0] from None
        raise
    thread.join()
    if failures:
        raise failures[0]


# ---------------------------------------------------------------- the outer tar


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info


def _add(target: IO[bytes], name: str, content: bytes) -> None:
    target.write(_info(name, len(content)).tobuf(tarfile.GNU_FORMAT))
    target.write(content + bytes(-len(content) % _BLOCK))


@contextmanager
def _outer(source: IO[bytes]) -> Iterator[Callable[[str], IO[bytes]]]:
    try:
        with tarfile.open(fileobj=source, mode="r:") as tar:

            def member(name: str) -> IO[bytes]:
                found: Any = tar.extractfile(name)
                if found is None:
                    raise KeyError(name)
                return found  # type: ignore[no-any-return]  # a file of the tar

            yield member
    except (tarfile.TarError, KeyError, EOFError):
        raise BackupError("this is not a whole backup made by turbil; nothing was touched.") from None
