"""Attachments: named, sent whole or in pieces, whole on disk before the answer (J11)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import execute, fetch_row, fetch_value
from offline_sync.blobs import BlobStore, BlobTooLarge, WrongOffset
from tests.offline_sync.toy import House
from tests.support.phone import Phone

PHOTO = bytes(range(256)) * 40
NAME = hashlib.sha256(PHOTO).hexdigest()


def place_of(house: House, name: str) -> Path:
    """The file of a complete attachment."""
    return house.folder / "blobs" / name[:2] / name


async def phone_with_photo(house: House) -> Phone:
    """A phone whose pushed command names PHOTO."""
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 1}, aggregate=toy, blobs={"photo": PHOTO})
    answer = await phone.push_once()
    assert answer is not None
    assert answer["missing_blobs"] == [NAME]
    return phone


async def head(phone: Phone) -> tuple[int, str | None, str | None]:
    answer = await phone.browser.head(f"/api/blobs/{NAME}", headers=phone.blob_headers())
    return answer.status_code, answer.headers.get("upload-offset"), answer.headers.get("upload-complete")


async def test_a_blob_is_sent_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is synchronised to disk before it is under its name, and a repeat is 200."""
    order: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        order.append("sync")
        real_sync(descriptor)

    def replace(path: Path, to: Path) -> Path:
        order.append("replace")
        return real_replace(path, to)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    phone = await phone_with_photo(house)
    assert await head(phone) == (200, "0", "?0")
    assert (await phone.put_blob(NAME)).status_code == 201
    assert place_of(house, NAME).read_bytes() == PHOTO
    assert order.index("sync") < order.index("replace") < len(order) - 1
    assert (await phone.put_blob(NAME)).status_code == 200
    assert await head(phone) == (200, str(len(PHOTO)), "?1")
    assert await fetch_value("select state from blob") == "complete"
    again = await phone.post_push(phone.push_body())
    assert again.json()["missing_blobs"] == []


async def test_a_blob_is_resumed_where_it_broke_off(house: House) -> None:
    phone = await phone_with_photo(house)

    async def broken() -> AsyncIterator[bytes]:
        yield PHOTO[:3000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await house.sync.blobs.receive(phone.device, bytes.fromhex(NAME), broken(), 0)
    assert await head(phone) == (200, "3000", "?0")

    async def send(offset: int, data: bytes) -> tuple[int, str | None]:
        headers = phone.blob_headers(**{"upload-offset": str(offset)})
        answer = await phone.browser.patch(f"/api/blobs/{NAME}", content=data, headers=headers)
        return answer.status_code, answer.headers.get("upload-offset")

    assert await send(0, PHOTO) == (409, "3000")
    assert await send(5000, PHOTO[5000:]) == (409, "3000")
    assert await send(3000, PHOTO[3000:7000]) == (204, "7000")
    assert await send(7000, PHOTO[7000:]) == (201, str(len(PHOTO)))
    assert place_of(house, NAME).read_bytes() == PHOTO


async def test_other_bytes_are_refused_and_the_upload_starts_again(house: House) -> None:
    phone = await phone_with_photo(house)
    wrong = b"x" * len(PHOTO)
    answer = await phone.browser.put(f"/api/blobs/{NAME}", content=wrong, headers=phone.blob_headers())
    assert (answer.status_code, answer.json()["code"]) == (422, "blob.mismatch")
    headers = phone.blob_headers(**{"upload-offset": "0"})
    answer = await phone.browser.patch(f"/api/blobs/{NAME}", content=wrong, headers=headers)
    assert answer.status_code == 422
    assert await head(phone) == (200, "0", "?0")
    assert (await phone.put_blob(NAME)).status_code == 201


async def test_only_what_a_command_of_this_phone_names(house: House) -> None:
    phone = await phone_with_photo(house)
    other = await house.phone()
    for stranger in (other, await house.phone("technician2.norr")):
        assert (await head(stranger))[0] == 404
        answer = await phone.browser.put(f"/api/blobs/{NAME}", content=PHOTO, headers=stranger.blob_headers())
        assert answer.status_code == 404
    answer = await phone.browser.put(f"/api/blobs/{'0' * 64}", content=PHOTO, headers=phone.blob_headers())
    assert answer.status_code == 404
    answer = await phone.browser.put("/api/blobs/kort", content=PHOTO, headers=phone.blob_headers())
    assert answer.status_code == 404
    answer = await phone.browser.head(f"/api/blobs/{NAME}")
    assert answer.status_code == 401


async def test_a_wrong_announced_size_does_not_lose_the_blob(house: House) -> None:
    phone = await phone_with_photo(house)
    await execute("update blob set size = 10")
    assert (await phone.put_blob(NAME)).status_code == 201
    row = await fetch_row("select size, received from blob")
    assert row is not None
    assert tuple(row.values()) == (len(PHOTO), len(PHOTO))


async def test_a_crash_between_file_and_database_is_mended(house: House) -> None:
    phone = await phone_with_photo(house)
    path = place_of(house, NAME)
    path.parent.mkdir(parents=True)
    path.write_bytes(PHOTO)
    assert await head(phone) == (200, str(len(PHOTO)), "?1")
    assert await fetch_value("select state from blob") == "complete"


async def test_more_than_the_limit_and_a_second_writer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await phone_with_photo(house)
    store: BlobStore = house.sync.blobs
    digest = bytes.fromhex(NAME)
    monkeypatch.setattr("offline_sync.blobs.MAX_BLOB_BYTES", 5000)

    async def parts(*chunks: bytes) -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    with pytest.raises(BlobTooLarge):
        await store.receive(phone.device, digest, parts(PHOTO[:4000], PHOTO[4000:]), 0)
    monkeypatch.undo()

    async def overtaken() -> AsyncIterator[bytes]:
        yield PHOTO[4000:5000]
        await store.receive(phone.device, digest, parts(PHOTO), None)
        yield PHOTO[5000:]

    with pytest.raises(WrongOffset):
        await store.receive(phone.device, digest, overtaken(), 4000)
    assert (await store.read(digest)) == PHOTO


async def test_a_renumbered_phone_may_send_the_photos_it_took_along(house: House) -> None:
    """Case 28: the command is in already, its photo is not."""
    phone = await phone_with_photo(house)
    clone = Phone(phone.browser, phone.device, phone.push_key, phone.epoch, phone.storage_id)
    clone.outbox, clone.next_seq = dict(phone.outbox), phone.next_seq
    phone.record("toy.make", {"value": 1})
    await phone.push_once()
    clone.record("toy.make", {"value": 2})
    await clone.sync()
    assert clone.device != phone.device
    assert await fetch_value("select state from blob") == "complete"


async def test_a_file_that_outlived_its_row_is_not_asked_for_again(house: House) -> None:
    """Case 27: after a restore the phone no longer has the bytes, but the folder may."""
    phone, toy = await house.phone(), await house.toy()
    path = place_of(house, NAME)
    path.parent.mkdir(parents=True)
    path.write_bytes(PHOTO)
    phone.record("toy.set", {"value": 1}, aggregate=toy, blobs={"photo": PHOTO})
    answer = await phone.push_once()
    assert answer is not None
    assert answer["missing_blobs"] == []
    assert await fetch_value("select state from blob") == "complete"
