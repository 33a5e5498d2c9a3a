"""The checks of the simulation see what they should: each is shown a broken state without any server."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import pytest

from offline_sync.digest import Digest
from tests.simulation.findings import Findings
from tests.simulation.invariants import check_view
from tests.simulation.phone import Phone
from tests.simulation.rows import Rows, Versions
from tests.simulation.server import client_for
from tests.simulation.world import User


def _phone() -> Phone:
    user = User(uuid4(), "prov.tekniker0", uuid4())
    return Phone("phone", user, client_for(1), random.Random(1), Findings(), epoch="e")


def _reply(**values: Any) -> dict[str, Any]:
    reply = {
        "epoch": "e",
        "state": "active",
        "clear": False,
        "more": False,
        "last_seq": None,
        "cookie": "c",
        "patch": [],
    }
    return reply | values


def test_the_digest_is_the_servers() -> None:
    row_id, rows = uuid4(), Rows()
    rows.put("device", str(row_id), 5, {})
    rows.put("device", str(row_id), 7, {})
    digest = Digest().replace("device", row_id, None, 7)
    assert rows.digest == {"n": digest.n, "xor": digest.hex}


def test_a_version_that_comes_back_is_found() -> None:
    findings = Findings()
    versions = Versions(findings, "phone")
    for rv in (3, 9, 3):
        versions.show("device", "d", rv, {})
    assert findings.counts == {"J8": 1}


def test_one_content_under_two_versions_is_found() -> None:
    findings = Findings()
    versions = Versions(findings, "phone")
    for rv in (8, 16):
        versions.show("work_order", "w", rv, {"rv": 1, "attachment_pending": False})
    assert findings.counts == {"J5": 1}


async def test_an_acknowledgement_without_verdict_is_found() -> None:
    phone = _phone()
    phone.record("message.read", {"message_ids": []})
    phone._apply(_reply(last_seq=1))
    assert phone.findings.counts == {"J7": 1}


async def test_an_acknowledgement_without_effect_is_found() -> None:
    phone = _phone()
    entry = {"id": "t1", "minutes": 5}
    command = phone.record("work_order.report", {"time_entries": [entry], "parts": []}, "w")
    order = {"rv": 1, "attachment_pending": False, "state": "started", "time_entries": []}
    lines = [
        {"op": "put", "kind": "command", "id": command.id, "rv": 1, "row": {"verdict": "applied", "code": ""}},
        {"op": "put", "kind": "work_order", "id": "w", "rv": 8, "row": order},
    ]
    phone._apply(_reply(last_seq=1, patch=lines))
    assert phone.findings.counts == {"J7": 1}


async def test_an_acknowledgement_of_what_was_never_recorded_is_found() -> None:
    phone = _phone()
    phone._apply(_reply(last_seq=4))
    assert phone.findings.counts == {"J3": 1}


async def test_rows_filled_anew_are_not_seen_before_the_last_chunk() -> None:
    phone = _phone()
    phone.rows.put("device", "old", 1, {})
    line = {"op": "put", "kind": "device", "id": "new", "rv": 2, "row": {}}
    phone._apply(_reply(clear=True, more=True, patch=[line]))
    assert set(phone.rows.held) == {("device", "old")}
    phone._apply(_reply())
    assert set(phone.rows.held) == {("device", "new")}
    assert not phone.findings


@pytest.mark.parametrize("broken", [None, (9, {"x": 1}), (1, {"x": 2})])
async def test_a_phone_that_differs_from_a_new_one_is_found(broken: tuple[int, dict[str, Any]] | None) -> None:
    phone, new = _phone(), _phone()
    new.rows.put("device", "d", 1, {"x": 1})
    if broken is not None:
        phone.rows.put("device", "d", *broken)
    findings = Findings()
    check_view(phone, new, findings)
    assert findings.counts == {"J5": 1}
