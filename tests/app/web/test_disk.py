"""SR-20: a nearly full disk refuses writes, and only writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.database import Database
from app.web.disk import Disk
from app.web.problems import Problem
from tests.app.web.conftest import note, works_on_full_disk
from tests.support.http import client, running_app


async def test_writes_are_refused_and_reads_go_on(database: Database, tmp_path: Path) -> None:
    async with (
        running_app(database, tmp_path, features=(), routes=(note, works_on_full_disk), free_space_bytes=2**50) as app,
        client(app) as browser,
    ):
        refused = await browser.post("/api/test/note", json={})
        assert refused.status_code == 507
        assert refused.headers["retry-after"] == "60"
        assert refused.json()["code"] == "disk.full"
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.post("/api/test/unhurried")).status_code == 200


def test_a_folder_that_is_not_there_yet_is_asked_for_by_its_parent(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "later" / "still", 0)
    disk.ensure_free_space()
    assert disk.free() > 0
    with pytest.raises(Problem) as refused:
        Disk(tmp_path, 2**60).ensure_free_space()
    assert refused.value.status == 507
