"""Where complete attachments lie: a folder, or a bucket of an S3-compatible storage (TURBIL_BLOBS).

The name of an attachment is the SHA-256 of its bytes, so putting the same one twice is harmless and nothing is ever
changed. What is under way lies on the server's own disk in either case (blobs.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from app.settings import Settings

#: A storage that is away makes a phone wait so long; then its upload fails, and it comes again by itself.
_PATIENCE: Final = timedelta(seconds=20)
_RETRIES: Final = 2


class BlobStorageAway(Exception):
    """The storage does not answer: the phone keeps the bytes and sends them again (503)."""


class BlobFiles(Protocol):
    """Complete attachments by their hash."""

    async def size(self, digest: bytes) -> int | None:
        """Bytes of the attachment, None when it is not there."""

    async def place(self, digest: bytes, partial: Path) -> None:
        """Make a finished file durable under its name; ``partial`` is gone afterwards."""

    async def read(self, digest: bytes) -> bytes:
        """The bytes.

        Raises:
            FileNotFoundError: it is not there.
        """


class FolderFiles:
    """A folder: ``ab/abcd…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: bytes) -> Path:
        """Where an attachment lies."""
        return self._folder / _name(digest)

    async def size(self, digest: bytes) -> int | None:
        """See BlobFiles."""
        return await asyncio.to_thread(_size, self.path(digest))

    async def place(self, digest: bytes, partial: Path) -> None:
        """See BlobFiles."""
        await asyncio.to_thread(_put_in_place, partial, self.path(digest))

    async def read(self, digest: bytes) -> bytes:
        """See BlobFiles."""
        return await asyncio.to_thread(self.path(digest).read_bytes)


class BucketFiles:
    """A bucket: the same names below a prefix. S3 answers a put when the object is durable."""

    def __init__(self, store: S3Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def key(self, digest: bytes) -> str:
        """The object's key."""
        return f"{self._prefix}{_name(digest)}"

    async def size(self, digest: bytes) -> int | None:
        """See BlobFiles."""
        with contextlib.suppress(NotFoundError, FileNotFoundError), _told_away():
            return int((await self._store.head_async(self.key(digest)))["size"])
        return None

    async def place(self, digest: bytes, partial: Path) -> None:
        """See BlobFiles."""
        content = await asyncio.to_thread(partial.read_bytes)
        with _told_away():
            await self._store.put_async(self.key(digest), content, use_multipart=False)
        await asyncio.to_thread(partial.unlink, missing_ok=True)

    async def read(self, digest: bytes) -> bytes:
        """See BlobFiles."""
        try:
            with _told_away():
                found = await self._store.get_async(self.key(digest))
                return bytes(await found.bytes_async())
        except NotFoundError as error:
            raise FileNotFoundError from error

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Every attachment as its file name (``ab/abcd…``) and bytes, for a backup. Blocks: call it in a thread."""
        for chunk in self._store.list(self._prefix or None):
            for item in chunk:
                yield item["path"].removeprefix(self._prefix), bytes(self._store.get(item["path"]).bytes())

    def put_all(self, folder: Path) -> int:
        """Put every file below ``folder`` into the bucket, for a restore. Blocks. Returns how many."""
        count = 0
        for path in sorted(folder.glob("??/*")):
            self._store.put(f"{self._prefix}{path.relative_to(folder).as_posix()}", path, use_multipart=False)
            count += 1
        return count


def open_blob_files(settings: Settings) -> FolderFiles | BucketFiles:
    """The storage that the settings name; nothing is connected to yet."""
    if settings.blobs is None:
        return FolderFiles(settings.data / "blobs")
    bucket, _, prefix = settings.blobs.removeprefix("s3://").partition("/")
    prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    store = S3Store(
        bucket,
        endpoint=endpoint or None,
        region=os.environ.get("AWS_REGION", "eu-north-1"),
        access_key_id=os.environ.get("AWS_ACCESS_KEY_ID"),
        secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY"),
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": _PATIENCE},
        retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
    )
    return BucketFiles(store, prefix)


@contextlib.contextmanager
def _told_away() -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise
    except BaseError as error:
        raise BlobStorageAway from error


def _name(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name}"


def _size(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return None


def _put_in_place(partial: Path, final: Path) -> None:
    """Make the file durable under its name: its bytes first, then its entry in the folder."""
    final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (partial, final.parent.parent):
        sync_to_disk(path)
    partial.replace(final)
    sync_to_disk(final.parent)


def sync_to_disk(path: Path) -> None:
    """Let the disk say that it has the file's bytes, or the folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
