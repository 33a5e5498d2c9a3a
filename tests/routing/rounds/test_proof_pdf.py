"""The proof on paper: sealed, never bound to other items, and marked when it was taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest

from app.database import execute, fetch_value
from app.identity.actor import Role
from routing.rounds.lifecycle import StopState, reopen_fault
from routing.rounds.proof import items_hash
from routing.rounds.proof_pdf import ProofPage, SealBroken, draw
from tests.routing.rounds.shop import (
    Shop,
    complete,
    delivered,
    holders,
    make_delivery,
    proof_of,
    row_of,
    someone,
)

NOON = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
ITEMS: list[dict[str, Any]] = [
    {"action": "deliver", "task_id": "t1", "device_number": "104901", "quantity": 1},
    {
        "action": "collect",
        "task_id": "t2",
        "device_number": "104902",
        "quantity": 1,
        "hygiene": "clean",
        "parts": [{"component_id": "c1", "quantity": 1}],
    },
]
PAGE = ProofPage(
    proof_id="0199a1b2-0000-7000-8000-000000000001",
    round_name="Norrturen",
    stop=3,
    recipient="Tolvan Testdata",
    address="Tolvgatan 12, 972 12 Luleå",
    signer_name="Testa Kvittens",
    method="name",
    driver_name="Testförare",
    items=ITEMS,
    items_sha256=items_hash(ITEMS),
    names={"t1": "Rullstol", "t2": "Säng", "c1": "K-104902 Sänggrind"},
    at=NOON,
    received_at=NOON,
)


def words(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def test_the_page_says_who_what_when_and_the_seal_and_is_the_same_each_time() -> None:
    text = words(draw(PAGE))
    for part in ("Testa Kvittens", "104901 Rullstol", "K-104902 Sänggrind", "2026-11-24 12.05", PAGE.items_sha256):
        assert part in text
    assert "ÅTERTAGEN" not in text
    assert draw(PAGE) == draw(PAGE)


@pytest.mark.parametrize("change", [{"quantity": 2}, {"device_number": "104999"}, {"task_id": "t9"}])
def test_other_items_are_never_printed_as_proven(change: dict[str, Any]) -> None:
    with pytest.raises(SealBroken):
        draw(replace(PAGE, items=[{**ITEMS[0], **change}, ITEMS[1]]))
    with pytest.raises(SealBroken):
        draw(replace(PAGE, items=ITEMS[:1]))


def test_many_items_go_on_over_pages_and_a_taken_back_proof_says_so_with_the_reason() -> None:
    items = [{**ITEMS[0], "device_number": str(100_000 + number)} for number in range(90)]
    page = replace(PAGE, items=items, items_sha256=items_hash(items), taken_back=(NOON, "Fel dörr"))
    content = draw(page)
    assert len(pypdfium2.PdfDocument(content)) > 1
    assert "ÅTERTAGEN 2026-11-24 12.05: Fel dörr" in words(content)
    assert all(str(100_000 + number) in words(content) for number in range(90))


def test_only_a_settled_stop_is_opened_again_and_never_without_a_reason() -> None:
    assert [state for state in StopState if reopen_fault(state, reason=True) is None] == ["done", "partial"]
    assert reopen_fault(StopState.DONE, reason=False) == "stop.reopen_why"


async def test_the_office_reads_it_and_the_log_says_so_and_opens_the_stop_again_with_a_trace(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    item = delivered(stop.tasks[0], order.device_number)
    address = f"/api/stops/{stop.id}/proof"
    office = await shop.office(role=Role.CUSTOMER_SERVICE)
    assert (await office.get(address)).status_code == 404
    await shop.push(phone, "stop.complete", complete(20, [item]), stop.id)
    answer = await office.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "Testa Kvittens" in words(answer.content)
    assert proof_of([item])["items_sha256"] in words(answer.content)
    assert "Tolvan" not in answer.headers["content-disposition"]
    assert await fetch_value("select count(*) from access_log where action = 'proof.read'") == 1
    for role, status in ((Role.WAREHOUSE, 403), (Role.TECHNICIAN, 403)):
        assert (await (await shop.office(role=role)).get(address)).status_code == status
    assert (await (await shop.office(shop.south)).get(address)).status_code == 404

    refused = await shop.send("stop.reopen", {"reason": " "}, stop.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "stop.reopen_why")
    await shop.ok("stop.reopen", {"reason": "Lämnades på fel dörr."}, stop.id)
    assert (await row_of("stop", stop.id))["state"] == "planned"
    assert await holders(order.device_id) == []
    assert "Lämnades på fel dörr." in words((await office.get(address)).content), "the trace"
    await phone.sync()
    assert phone.rows["stop"][stop.id]["proof"] is None
    again = await shop.push(phone, "stop.complete", complete(40, [item]), stop.id)
    assert again["verdict"] == "applied"
    assert "ÅTERTAGEN" not in words((await office.get(address)).content)


async def test_a_protected_recipient_is_not_named_on_paper_either(shop: Shop) -> None:
    """SR-40."""
    person = await someone(shop.north, last_name="Hemligsson", protected_identity=True, street="Dolda vägen 1")
    order = await make_delivery(shop.north, person_id=person)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    item = delivered(stop.tasks[0], order.device_number)
    await shop.push(phone, "stop.complete", complete(20, [item]), stop.id)
    text = words((await (await shop.office()).get(f"/api/stops/{stop.id}/proof")).content)
    assert not any(word in text for word in ("Hemligsson", "Dolda", "Testa Kvittens"))


async def test_a_proof_whose_items_were_changed_behind_the_rules_is_refused(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0], order.device_number)]), stop.id)
    await execute("alter table proof_of_delivery disable trigger user")
    await execute("update proof_of_delivery set items = jsonb_set(items, '{0,quantity}', '2')")
    answer = await (await shop.office()).get(f"/api/stops/{stop.id}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "proof.seal_broken")
