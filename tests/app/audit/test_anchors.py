"""Anchors outside the database: signed, linked, once a day."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.audit.anchors import AnchorError, AnchorFile, Anchors
from app.audit.chain import verify
from app.audit.jobs import anchor
from app.database import fetch_value
from tests.app.audit.conftest import WriteCommands

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def three(data: Path) -> Anchors:
    anchors = Anchors(data)
    for number in (1, 2, 3):
        anchors.write(number=number, head=bytes([number]) * 32, rows=number * 10, now=NOW + timedelta(days=number))
    return anchors


def test_statements_come_back_in_order(tmp_path: Path) -> None:
    statements = three(tmp_path).read_all()
    assert [statement.number for statement in statements] == [1, 2, 3]
    assert statements[0].hash == "01" * 32
    assert statements[2].at == NOW + timedelta(days=3)


def test_key_and_anchors_are_the_owners_alone(tmp_path: Path) -> None:
    anchors = three(tmp_path)
    for file in [*anchors.files(), tmp_path / "keys" / "audit_anchor.pem"]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_changed_statement_is_seen(tmp_path: Path) -> None:
    file = three(tmp_path).files()[1]
    content = msgspec.json.decode(file.read_bytes(), type=AnchorFile)
    forged = AnchorFile(statement=content.statement.replace('"number":2', '"number":1'), signature=content.signature)
    file.write_bytes(msgspec.json.encode(forged))
    with pytest.raises(AnchorError, match="was changed"):
        Anchors(tmp_path).read_all()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"statement":"","signature":"zz"}', b"\xff"])
def test_nonsense_is_one_line_not_a_crash(tmp_path: Path, content: bytes) -> None:
    file = three(tmp_path).files()[0]
    file.write_bytes(content)
    with pytest.raises(AnchorError, match=file.name):
        Anchors(tmp_path).read_all()


def test_a_missing_anchor_in_the_middle_is_seen(tmp_path: Path) -> None:
    three(tmp_path).files()[1].unlink()
    with pytest.raises(AnchorError, match="missing before"):
        Anchors(tmp_path).read_all()


def test_a_missing_key_is_said_and_no_new_one_made(tmp_path: Path) -> None:
    anchors = three(tmp_path)
    (tmp_path / "keys" / "audit_anchor.pem").unlink()
    with pytest.raises(AnchorError, match="restore it"):
        anchors.read_all()
    with pytest.raises(AnchorError, match="restore it"):
        anchors.write(number=4, head=bytes(32), rows=1, now=NOW)


async def test_one_anchor_a_day(write_commands: WriteCommands, tmp_path: Path) -> None:
    await write_commands(2)
    assert await anchor(tmp_path, NOW)
    assert await fetch_value("select count(*) from audit_entry") == 2, "what is left is chained first"
    assert not await anchor(tmp_path, NOW + timedelta(hours=1)), "servers restart more often than days pass"
    assert await anchor(tmp_path, NOW + timedelta(hours=24))
    report = await verify(tmp_path)
    assert (report.ok, report.anchors, report.anchored_at) == (True, 2, NOW + timedelta(hours=24))


async def test_verify_tells_of_a_changed_anchor(write_commands: WriteCommands, tmp_path: Path) -> None:
    await write_commands(2)
    await anchor(tmp_path, NOW)
    file = Anchors(tmp_path).files()[0]
    file.write_bytes(file.read_bytes().replace(b"10-25", b"10-26"))
    report = await verify(tmp_path)
    assert not report.ok
    assert file.name in report.first_fault
