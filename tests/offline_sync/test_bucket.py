"""Attachments in an S3-compatible storage: the same promises as on the disk (TURBIL_BLOBS)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database import Database, fetch_value
from app.settings import Settings, SettingsError, load_settings
from offline_sync.blob_files import BlobStorageAway, BucketFiles, open_blob_files
from tests.offline_sync.toy import open_house
from tests.support.bucket import Bucket, bucket
from tests.support.phone import Refused

PHOTO = bytes(range(256)) * 40
DIGEST = hashlib.sha256(PHOTO).digest()
NAME = DIGEST.hex()
KEY = f"bilder/{NAME[:2]}/{NAME}"


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket, and the settings that lead to it."""
    with bucket() as held:
        monkeypatch.setenv("AWS_ENDPOINT_URL", held.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hemlig")
        monkeypatch.setenv("TURBIL_BLOBS", "s3://turbil/bilder")
        yield held


async def test_a_photo_is_in_the_bucket_before_the_answer(database: Database, tmp_path: Path, storage: Bucket) -> None:
    async with open_house(database, tmp_path, blobs="s3://turbil/bilder") as house:
        phone, toy = await house.phone(), await house.toy()
        phone.record("toy.set", {"value": 1}, aggregate=toy, blobs={"photo": PHOTO})
        await phone.push_once()
        half = await phone.browser.patch(
            f"/api/blobs/{NAME}", content=PHOTO[:3000], headers=phone.blob_headers(**{"upload-offset": "0"})
        )
        assert half.status_code == 204
        assert storage.objects == {}, "what is under way lies with the server"
        rest = await phone.browser.patch(
            f"/api/blobs/{NAME}", content=PHOTO[3000:], headers=phone.blob_headers(**{"upload-offset": "3000"})
        )
        assert rest.status_code == 201
        assert storage.objects == {KEY: PHOTO}
        assert await fetch_value("select state from blob") == "complete"
        assert list((tmp_path / "blobs" / "partial").iterdir()) == []
        assert await house.sync.blobs.read(DIGEST) == PHOTO


async def test_a_storage_that_is_away_loses_nothing(database: Database, tmp_path: Path, storage: Bucket) -> None:
    async with open_house(database, tmp_path, blobs="s3://turbil/bilder") as house:
        phone, toy = await house.phone(), await house.toy()
        phone.record("toy.set", {"value": 1}, aggregate=toy, blobs={"photo": PHOTO})
        storage.away = True
        pushed = await phone.push_once()
        assert pushed is not None
        assert pushed["results"][0]["verdict"] == "applied", "the work does not wait for the storage"
        with pytest.raises(Refused) as away:
            await phone.put_blob(NAME)
        assert (away.value.answer.status_code, away.value.answer.json()["code"]) == (503, "blob.storage_away")
        assert await fetch_value("select state from blob") == "pending"
        storage.away = False
        assert (await phone.put_blob(NAME)).status_code == 201
        assert storage.objects[KEY] == PHOTO


async def test_the_bucket_by_itself(storage: Bucket, tmp_path: Path) -> None:
    files = open_blob_files(load_settings())
    assert isinstance(files, BucketFiles)
    assert await files.size(DIGEST) is None
    with pytest.raises(FileNotFoundError):
        await files.read(DIGEST)
    partial = tmp_path / "partial"
    partial.write_bytes(PHOTO)
    await files.place(DIGEST, partial)
    assert not partial.exists()
    assert (await files.size(DIGEST), await files.read(DIGEST)) == (len(PHOTO), PHOTO)
    assert dict(files.all()) == {f"{NAME[:2]}/{NAME}": PHOTO}
    folder = tmp_path / "blobs"
    other = hashlib.sha256(b"annan").hexdigest()
    (folder / other[:2]).mkdir(parents=True)
    (folder / other[:2] / other).write_bytes(b"annan")
    assert files.put_all(folder) == 1
    assert storage.objects[f"bilder/{other[:2]}/{other}"] == b"annan"


async def test_wrong_keys_are_told_as_a_storage_that_is_away(storage: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "annan")
    files = open_blob_files(Settings(blobs="s3://turbil"))
    with pytest.raises(BlobStorageAway):
        await files.size(DIGEST)


@pytest.mark.parametrize(
    ("blobs", "key", "says"),
    [("https://x", "test", "s3://bucket"), ("s3:///mapp", "test", "s3://bucket"), ("s3://b", "", "AWS_ACCESS_KEY_ID")],
)
def test_a_setting_that_cannot_be_used_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, blobs: str, key: str, says: str
) -> None:
    monkeypatch.setenv("TURBIL_BLOBS", blobs)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(SettingsError, match=says):
        load_settings()
