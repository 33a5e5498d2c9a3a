"""SR-13: photographs from strangers reach triage as our own pictures, and only so many."""

from __future__ import annotations

import httpx

from app.database import fetch_value
from app.identity.actor import Role
from app.web.pictures import MAX_BYTES
from tests.app.web.test_pictures import jpeg
from tests.field.fault_reports.conftest import Triage


async def put(triage: Triage, tracking: str, content: bytes, position: int = 1, **headers: str) -> httpx.Response:
    return await triage.public.put(
        f"/api/public/reports/photos?position={position}",
        content=content,
        headers={"turbil-tracking": tracking, "content-type": "application/octet-stream", **headers},
    )


async def test_photos_reach_triage_as_our_own_jpeg(triage: Triage) -> None:
    tracking = await triage.reported()
    polyglot = jpeg() + b"<script>alert(1)</script>"
    for position in (1, 2, 2):
        assert (await put(triage, tracking, polyglot, position)).status_code == 204
    report = (await triage.reports())[0]
    assert report["photos"] == 2
    browser = await triage.as_role(Role.TECHNICIAN)
    answer = await browser.get(f"/api/fault-reports/{report['id']}/photos/2")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert b"script" not in answer.content
    assert (await browser.get(f"/api/fault-reports/{report['id']}/photos/3")).status_code == 404
    assert await fetch_value("select count(*) from access_log where action = 'fault_report.photo'") == 1
    foreign = await triage.as_role(Role.TECHNICIAN, triage.south)
    assert (await foreign.get(f"/api/fault-reports/{report['id']}/photos/2")).status_code == 404


async def test_a_photo_needs_the_secret_a_place_and_a_size(triage: Triage) -> None:
    tracking = await triage.reported()
    assert (await put(triage, "0" * 26, jpeg())).status_code == 404
    assert (await put(triage, tracking, jpeg(), 4)).status_code == 400
    assert (await put(triage, tracking, b"x" * (MAX_BYTES + 1))).status_code == 413
    refused = await put(triage, tracking, b"inte en bild")
    assert (refused.status_code, refused.json()["code"]) == (422, "fault_report.photo_unreadable")
    assert "utan den" in refused.json()["detail"]
    assert await fetch_value("select count(*) from fault_report_photo") == 0


async def test_no_photo_comes_after_the_decision(triage: Triage) -> None:
    tracking = await triage.reported()
    report = (await triage.reports())[0]
    assert (await triage.decide(report["id"], decision="reject", answer="Ring oss.")).status_code == 200
    late = await put(triage, tracking, jpeg())
    assert (late.status_code, late.json()["code"]) == (409, "fault_report.photo_late")
