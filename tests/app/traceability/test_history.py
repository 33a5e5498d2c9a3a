"""A device's history holds what every room recorded and names no holder; its chain names each, and is logged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from app.database import execute, fetch, new_id
from app.identity.actor import Role
from tests.labels.conftest import Shop
from tests.support.builders import make_device, make_holding, make_person, make_work_order

BEGIN = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


async def page(shop: Shop, number: str, role: Role = Role.PLANNER, **query: Any) -> dict[str, Any]:
    answer = await shop.clients[role].get(f"/api/devices/{number}/history", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_life(shop: Shop) -> None:
    """A device that was bought, lent, adapted, repaired, blocked, called back, counted and taken home."""
    north = shop.north
    device = await make_device(
        north, number="104901", serial="G024-0100", batch="B7", purchased_on=date(2025, 1, 2), status="with_holder"
    )
    person = await make_person(north)
    holding = await make_holding(north, device, at=BEGIN, person_id=person)
    await execute("update holding set ends_at = $2 where id = $1", holding, BEGIN + timedelta(days=30))
    await make_holding(north, device, at=BEGIN + timedelta(days=40), party_id=north.care_unit_id)
    await make_work_order(
        north,
        device_id=device,
        person_id=person,
        fault_text="Tolvan har ont i armen.",
        registered_at=BEGIN + timedelta(days=3),
        started_at=BEGIN + timedelta(days=4),
        started_by=north.users[Role.TECHNICIAN].id,
        done_at=BEGIN + timedelta(days=4),
        closed_at=BEGIN + timedelta(days=5),
        performed_by=north.users[Role.TECHNICIAN].id,
        outcome="repaired",
        state="closed",
    )
    await execute(
        "insert into special_adaptation (id, region_id, device_id, number, made_on, text, safety_note)"
        " values ($1, $2, $3, 'SA-1', '2025-03-20', 'Kortat armstöd.', 'Högst 90 kg.')",
        new_id(),
        north.region_id,
        device,
    )
    await execute(
        "insert into device_label (id, region_id, device_id, version, token_hash, created_at, revoked_at)"
        " values ($1, $2, $3, 1, $4, $5, $6)",
        new_id(),
        north.region_id,
        device,
        b"x" * 32,
        BEGIN - timedelta(days=9),
        BEGIN - timedelta(days=8),
    )
    await execute(
        "insert into maintenance_occasion (id, region_id, device_id, due_on, state, technician_id, performed_on,"
        " next_pm, label_how, labelled_at, labelled_by, opened_at, ended_at)"
        " values ($1, $2, $3, '2025-05-01', 'archived', $4, '2025-05-02', '2026-05-02', 'scan', $5, $4, $5, $5)",
        new_id(),
        north.region_id,
        device,
        north.users[Role.TECHNICIAN].id,
        datetime(2025, 5, 2, 12, tzinfo=UTC),
    )
    await execute(
        "insert into device_return (id, region_id, device_id, state, contamination, received_at, received_by,"
        " cleaned_at, cleaned_by, inspected_at, inspected_by, result, disposition)"
        " values ($1, $2, $3, 'done', 'none', $4, $5, $4, $5, $4, $5, 'ok', 'stock')",
        new_id(),
        north.region_id,
        device,
        BEGIN + timedelta(days=31),
        north.users[Role.WAREHOUSE].id,
    )
    for name, args, aggregate in (
        ("device.block", {"reason": "Spricka i ramen"}, device),
        ("device.unblock", {"note": "Svetsad"}, device),
        ("safety_notice.set", {"title": "Bromsen kan lossna", "action": "Byt vajern", "numbers": ["104901"]}, new_id()),
    ):
        answer = await shop.send(name, args, aggregate)
        assert answer.status_code == 200, answer.text
    notice = (await shop.planner.get("/api/safety-notices")).json()["items"][0]["id"]
    assert (await shop.send("safety_notice.done", {"device_number": "104901"}, notice)).status_code == 200
    assert (await shop.send("safety_notice.lift", {}, notice)).status_code == 200


async def test_the_history_is_whole_in_order_and_without_a_holder(shop: Shop) -> None:
    await a_life(shop)
    whole = await page(shop, "104901")
    kinds = [fact["kind"] for fact in whole["items"]]
    assert kinds == [
        "notice_lifted",
        "notice_done",
        "notice_set",
        "unblocked",
        "blocked",
        "pm_labelled",
        "maintained",
        "handed_out",
        "returned",
        "inspected",
        "cleaned",
        "handed_back",
        "adapted",
        "order_closed",
        "order_started",
        "order_registered",
        "handed_out",
        "label_ended",
        "label_made",
        "purchased",
    ]
    assert [fact["at"] for fact in whole["items"]] == sorted((fact["at"] for fact in whole["items"]), reverse=True)
    closed = whole["items"][kinds.index("order_closed")]
    assert (closed["what"], closed["by_name"]) == ("repaired", "Test technician.norr")
    assert "SA-1" in str(whole)
    assert "90 kg" in str(whole)
    # Neither a name nor what somebody wrote about a person: least data, and nothing to log.
    for word in ("Tolvan", "191212", "ont i armen"):
        assert word not in str(whole)
    assert await fetch("select from access_log") == []
    # In pages of four it is the same list, each fact once.
    paged: list[dict[str, Any]] = []
    cursor = ""
    while True:
        part = await page(shop, "104901", limit=4, cursor=cursor)
        paged += part["items"]
        if part["next_cursor"] is None:
            break
        cursor = part["next_cursor"]
    assert paged == whole["items"]
    assert (await page(shop, "104901", Role.TECHNICIAN)) == whole
    assert (await shop.planner.get("/api/devices/104901/history?cursor=x")).status_code == 400


async def test_the_chain_names_who_had_it_hides_the_protected_and_is_logged_once_per_person(shop: Shop) -> None:
    await a_life(shop)
    answer = await shop.planner.get("/api/devices/104901/chain")
    links = answer.json()["items"]
    assert [(link["kind"], link["name"]) for link in links] == [
        ("unrecorded", ""),
        ("holder", "Tolvan Testdata"),
        ("unrecorded", ""),
        ("holder", f"Boendet {shop.north.code}"),
    ]
    assert all(one["ends_at"] == two["starts_at"] for one, two in pairwise(links))
    assert links[-1]["ends_at"] is None
    logged = await fetch("select action from access_log")
    assert [row["action"] for row in logged] == ["device.chain"]
    await execute("update person set protected_identity = true")
    hidden = await shop.planner.get("/api/devices/104901/chain")
    assert "Tolvan" not in hidden.text
    assert hidden.json()["items"][1]["name"] == "Skyddad identitet"
    for role in (Role.TECHNICIAN, Role.WAREHOUSE, Role.PRESCRIBER, Role.DRIVER):
        assert (await shop.clients[role].get("/api/devices/104901/chain")).status_code == 403
