"""Attachments: content-addressed files that a command names (docs/sync.md section 3).

The hash decides alone: a blob is complete when its bytes have the hash it is named by, whatever size was announced.
A complete blob is on disk under its name before the answer leaves, and before the database says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from uuid import UUID, uuid4

from app.database import execute, fetch_row, unit_of_work
from app.settings import Settings
from offline_sync.blob_files import BlobFiles, BlobStorageAway, open_blob_files
from offline_sync.envelope import MAX_BLOB_BYTES
from offline_sync.repository import poke_touched


class BlobUnknown(Exception):
    """No command of this phone names the hash."""


class BlobTooLarge(Exception):
    """More than ``MAX_BLOB_BYTES``."""


class BlobMismatch(Exception):
    """The bytes have another hash; what had arrived is dropped and the phone starts again at 0."""


class WrongOffset(Exception):
    """The upload goes on somewhere else. ``offset``: bytes that are here."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True)
class BlobState:
    """How much of a blob is here. ``size`` in bytes is the announced size until it is complete."""

    offset: int
    size: int
    complete: bool


class BlobStore:
    """Takes attachments in, and gives them out.

    Args:
        files: where complete ones lie.
        partial: a folder of the server's own disk for what is under way: ``<device>-<hash>``.
    """

    def __init__(self, files: BlobFiles, partial: Path) -> None:
        self._files = files
        self._folder = partial
        # Who writes to a partial file now. A phone that lost its connection comes back while the old request still
        # waits for bytes: the newest request takes over, and the old one ends at its next chunk.
        self._writers: dict[Path, object] = {}

    def _partial(self, device_id: UUID, digest: bytes) -> Path:
        return self._folder / f"{device_id}-{digest.hex()}"

    async def state(self, device_id: UUID, digest: bytes) -> BlobState:
        """How much of a blob has arrived from this phone.

        Raises:
            BlobUnknown: no command of this phone names the hash.
        """
        row = await fetch_row(
            "select b.size, b.state from blob b where b.sha256 = $1 and exists (select 1 from command_blob n"
            " join command_log c on c.id = n.command_id where n.sha256 = b.sha256 and (c.device = $2 or exists"
            " (select 1 from command_fork f join sync_device d on d.id = f.device"
            "  where f.command_id = c.id and d.id = $2 and d.user_id = c.author)))",
            digest,
            device_id,
        )
        if row is None:
            raise BlobUnknown
        if row["state"] == "complete":
            return BlobState(row["size"], row["size"], complete=True)
        size = await self._files.size(digest)
        if size is not None:
            # The server died between putting the file in its place and saying so.
            await self._complete(digest, size)
            return BlobState(size, size, complete=True)
        offset = await asyncio.to_thread(_size, self._partial(device_id, digest))
        return BlobState(offset or 0, row["size"], complete=False)

    async def still_missing(self, names: Iterable[str]) -> list[str]:
        """Those of the hashes (hex) that are not here; a file without its row is adopted.

        After a restore (case 27) the rows are those of the backup, while files that came later may still lie here: the
        phone, which let go of the bytes when it was told that they had arrived, could not send them again.
        """
        missing = []
        for name in names:
            digest = bytes.fromhex(name)
            try:
                size = await self._files.size(digest)
            except BlobStorageAway:
                # The push itself never waits for the storage; the upload will tell.
                size = None
            if size is None:
                missing.append(name)
            else:
                await self._complete(digest, size)
        return missing

    async def keep(self, content: bytes) -> bytes:
        """Put content of our own beside the attachments, under its hash. Returns the hash."""
        digest = sha256(content).digest()
        partial = self._folder / uuid4().hex
        await asyncio.to_thread(_write_whole, partial, content)
        await self._files.place(digest, partial)
        return digest

    async def read(self, digest: bytes) -> bytes:
        """The bytes of a complete attachment.

        Raises:
            FileNotFoundError: it is not here.
            BlobStorageAway: see there.
        """
        return await self._files.read(digest)

    async def receive(
        self, device_id: UUID, digest: bytes, chunks: AsyncIterator[bytes], offset: int | None
    ) -> BlobState:
        """Take in bytes, from ``offset`` on or (None) from the start, keeping what came before a broken connection.

        Raises:
            BlobUnknown, BlobTooLarge, BlobMismatch: see there.
            WrongOffset: bytes are missing between, or are here already.
        """
        state = await self.state(device_id, digest)
        if state.complete:
            return state
        if offset is not None and offset != state.offset:
            raise WrongOffset(state.offset)
        partial = self._partial(device_id, digest)
        writer = object()
        self._writers[partial] = writer
        try:
            length = await self._write(partial, writer, chunks, offset or 0)
        finally:
            if self._writers.get(partial) is writer:
                del self._writers[partial]
        if await asyncio.to_thread(_has_digest, partial, digest):
            await self._files.place(digest, partial)
            await self._complete(digest, length)
            return BlobState(length, length, complete=True)
        if offset is None or length >= state.size:
            await asyncio.to_thread(partial.unlink, missing_ok=True)
            raise BlobMismatch
        return BlobState(length, state.size, complete=False)

    async def _write(self, partial: Path, writer: object, chunks: AsyncIterator[bytes], offset: int) -> int:
        descriptor = await asyncio.to_thread(_open, partial, offset)
        length = offset
        try:
            async for chunk in chunks:
                if self._writers.get(partial) is not writer:
                    raise WrongOffset(length)
                if length + len(chunk) > MAX_BLOB_BYTES:
                    raise BlobTooLarge
                await asyncio.to_thread(_write_all, descriptor, chunk)
                length += len(chunk)
        finally:
            os.close(descriptor)
        return length

    async def _complete(self, digest: bytes, size: int) -> None:
        async with unit_of_work():
            await execute(
                "update blob set state = 'complete', received = $2, size = $2, completed_at = now()"
                " where sha256 = $1 and state = 'pending'",
                digest,
                size,
            )
            await poke_touched()


def open_blobs(settings: Settings) -> BlobStore:
    """The attachments of this server."""
    return BlobStore(open_blob_files(settings), settings.data / "blobs" / "partial")


def _size(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return None


def _open(partial: Path, offset: int) -> int:
    """The partial file, open for writing at ``offset``; what lies after it is cut off."""
    partial.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return descriptor


def _write_whole(partial: Path, content: bytes) -> None:
    descriptor = _open(partial, 0)
    try:
        _write_all(descriptor, content)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _has_digest(path: Path, digest: bytes) -> bool:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        return file_digest(file, "sha256").digest() == digest
    return False
