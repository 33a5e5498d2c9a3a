"""Fault reports of each target for the tables of SR-05, and good commands about fresh ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute
from labels.payload import token_hash
from tests.security.house import CANARIES, MISSING, House

#: A report per target for the routes of the matrix.
REPORT_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": MISSING}


async def make_report(house: House, target: str, report_id: UUID | None = None) -> UUID:
    """A report about the target's device; the own prescriber was referred to the own one."""
    region = house.world.south if target == "foreign" else house.north
    report, command = report_id or uuid4(), uuid4()
    await execute(
        "insert into command_log (id, region_id, type, v, payload_raw, payload_sha256, at, at_est, received_at,"
        " verdict) values ($1, $2, 'fault_report.submit', 1, '', '', now(), now(), now(), 'applied')",
        command,
        region.region_id,
    )
    await execute(
        "insert into fault_report (id, region_id, device_id, source, state, topic, text, contact_name, same_hash,"
        " received_at, command_id, referred_to) values ($1, $2, $3, 'label', 'received', 'broken', 'Den gnisslar.', $4,"
        " $5, now(), $6, $7)",
        report,
        region.region_id,
        house.places[target].device,
        CANARIES[target].contact["contact_name"],
        report.bytes,
        command,
        house.user("R").id if target == "own" else None,
    )
    await execute(
        "insert into fault_report_photo (id, region_id, fault_report_id, position, sha256, size)"
        " values ($1, $2, $3, 1, $4, 1)",
        uuid4(),
        region.region_id,
        report,
        report.bytes * 2,
    )
    await execute(
        "insert into fault_report_link (token_hash, fault_report_id) values ($1, $2)",
        token_hash(tracking_of(report)),
        report,
    )
    return report


def tracking_of(report: UUID) -> str:
    """The secret of a report made here."""
    return f"{report.int % 10**26:026d}"


async def report_command(house: House, _name: str, target: str) -> dict[str, Any]:
    """A decision about a fresh report."""
    report = MISSING if target == "missing" else await make_report(house, target)
    args = {"decision": "reject", "answer": "Ring oss."}
    return {"id": str(uuid4()), "aggregate": str(report), "args": args}


def place_photos(data: Path) -> None:
    """Put a file where each report's photograph should lie."""
    for report in REPORT_IDS.values():
        name = (report.bytes * 2).hex()
        path = data / "blobs" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
