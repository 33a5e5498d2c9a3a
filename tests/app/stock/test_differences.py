"""The rules of stock-taking, on the vectors that the phone's twin is held to, and what may be put right (R-180)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.stock.differences import Finding, Known, adjust_refusal, belongs, finding_of, status_after
from labels.device_index.format import STATUSES

HERE, OTHER = UUID(int=1), UUID(int=2)
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "stock_findings.json").read_text("utf-8")
)
HOMES = {"here": HERE, "other": OTHER, None: None}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['status']} {vector['home']}")
def test_what_a_scan_means(vector: dict[str, Any]) -> None:
    device = None if vector["status"] is None else Known(vector["status"], HOMES[vector["home"]])
    assert finding_of(device, HERE) == vector["finding"]
    assert device is None or belongs(device, HERE) == vector["belongs"]


def test_every_state_is_among_the_vectors() -> None:
    assert {vector["status"] for vector in VECTORS if vector["home"] == "here"} == set(STATUSES)


@pytest.mark.parametrize(
    ("finding", "deed", "device", "held", "code"),
    [
        ("missing", "lost", Known("in_stock", HERE), False, None),
        ("missing", "lost", Known("reserved", HERE), False, "stock.reserved"),
        ("missing", "lost", Known("in_transit", HERE), False, "stock.moved_on"),
        ("missing", "lost", Known("in_stock", OTHER), False, "stock.moved_on"),
        ("missing", "placed_here", Known("in_stock", HERE), False, "stock.wrong_deed"),
        ("elsewhere", "lost", Known("in_stock", OTHER), False, "stock.wrong_deed"),
        ("elsewhere", "placed_here", Known("in_stock", OTHER), False, None),
        ("unexpected", "placed_here", Known("lost", OTHER), False, None),
        ("unexpected", "placed_here", Known("with_holder", HERE), True, "stock.held"),
        ("unexpected", "placed_here", Known("with_holder", HERE), False, None),
        ("unexpected", "placed_here", Known("scrapped", HERE), False, "stock.scrapped"),
        ("unexpected", "placed_here", Known("in_transit", HERE), False, "stock.in_van"),
        ("unexpected", "placed_here", Known("collected", HERE), False, "stock.in_van"),
        ("expected", "placed_here", Known("in_stock", HERE), False, "stock.wrong_deed"),
    ],
)
def test_what_may_be_put_right(finding: Finding, deed: Any, device: Known, held: bool, code: str | None) -> None:
    assert adjust_refusal(finding, deed, device, HERE, held=held) == code


@pytest.mark.parametrize("status", STATUSES)
def test_a_device_put_right_stands_on_the_shelf_or_is_lost(status: str) -> None:
    assert status_after("lost", status) == "lost"
    after = status_after("placed_here", status)
    assert finding_of(Known(after, HERE), HERE) == "expected"
