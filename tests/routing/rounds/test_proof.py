"""A proof is for exactly its items: vectors that the phone's code is tested with too, and what the server refuses."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.database import PostgresError, execute, fetch_row, fetch_value
from routing.rounds.proof import canonical, items_hash, proof_items
from tests.routing.rounds.shop import (
    Shop,
    at,
    collected,
    complete,
    delivered,
    holders,
    load,
    make_delivery,
    open_reviews,
    proof_of,
    row_of,
    someone,
)
from tests.support.builders import make_article

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "proof_items.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vectors(vector: dict[str, Any]) -> None:
    items = proof_items(vector["delivered"], vector["collected"])
    assert items == vector["items"]
    assert canonical(items).decode() == vector["canonical"]
    assert items_hash(items) == vector["sha256"] == sha256(vector["canonical"].encode()).hexdigest()


def test_the_vectors_are_many_and_all_different() -> None:
    assert len(VECTORS) >= 12
    hashes = [vector["sha256"] for vector in VECTORS if "not bound" not in vector["name"]]
    assert len(set(hashes)) == len(hashes)


def test_stored_items_give_the_same_hash_whatever_the_order_of_their_keys() -> None:
    for vector in VECTORS:
        turned = [dict(reversed(item.items())) for item in vector["items"]]
        assert items_hash(turned) == vector["sha256"]


async def test_a_stored_proof_is_rehashed_from_its_own_items_and_never_changes(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    item = delivered(stop.tasks[0], order.device_number)
    assert (await shop.push(phone, "stop.complete", complete(20, [item]), stop.id))["verdict"] == "applied"
    row = await fetch_row("select items, items_sha256, signer_name, at from proof_of_delivery")
    assert row is not None
    assert row["items_sha256"] == items_hash(row["items"]) == proof_of([item])["items_sha256"]
    assert (row["signer_name"], row["at"]) == ("Testa Kvittens", at(20))
    for change in ("update proof_of_delivery set signer_name = 'Annan'", "delete from proof_of_delivery"):
        with pytest.raises(PostgresError, match="never change"):
            await execute(change)


async def test_a_proof_of_other_items_is_recorded_and_delivers_nothing(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    item = delivered(stop.tasks[0], order.device_number)
    for proof in (
        proof_of([{**item, "quantity": 2}]),
        proof_of([{**item, "device_number": "999999"}]),
        proof_of([item, item]),
        proof_of([item], [collected("999999")]),
        proof_of([]),
    ):
        verdict = await shop.push(phone, "stop.complete", complete(20, [item], proof=proof), stop.id)
        assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.proof_other_items")
    assert await fetch_value("select count(*) from proof_of_delivery") == 0
    assert await holders(order.device_id) == []
    assert (await row_of("stop", stop.id))["state"] == "planned"
    assert len(await open_reviews(stop.id)) == 5, "nothing is lost"


async def test_no_proof_an_empty_one_and_one_without_a_name_are_recorded(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    item = delivered(stop.tasks[0], order.device_number)
    failed = [{"task_id": str(stop.tasks[0]), "code": "refused", "note": ""}]
    picture = {"sha256": "ab" * 32, "size": 3, "mime": "image/png"}
    for args, code in (
        (complete(20, [item], proof=None), "stop.no_proof"),
        (complete(20, failed=failed, proof=proof_of([])), "stop.proof_empty"),
        (complete(20, [item], proof=proof_of([item], signer_name=" ")), "stop.no_signer"),
        (complete(20, [item], proof=proof_of([item], method="signature")), "stop.proof_no_picture"),
        (complete(20, [item], proof=proof_of([item], method="photo", blob=picture)), "stop.proof_no_picture"),
        (complete(20), "stop.nothing_said"),
    ):
        verdict = await shop.push(phone, "stop.complete", args, stop.id)
        assert (verdict["verdict"], verdict["code"]) == ("recorded", code)
    assert (await row_of("stop", stop.id))["state"] == "planned"
    assert await holders(order.device_id) == []


async def test_a_signature_comes_as_a_blob_of_the_command(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    ink = b"en namnteckning"
    blob = {"sha256": sha256(ink).hexdigest(), "size": len(ink), "mime": "image/png"}
    item = delivered(stop.tasks[0], order.device_number)
    args = complete(20, [item], proof=proof_of([item], method="signature", blob=blob, signer_name=""))
    verdict = await shop.push(phone, "stop.complete", args, stop.id, blobs={"signature": ink})
    assert verdict["verdict"] == "applied"
    stored = await fetch_value("select blob_sha256 from proof_of_delivery")
    assert bytes(stored) == sha256(ink).digest()
    assert await fetch_value("select state from blob") == "complete"


async def test_collecting_alone_needs_no_proof_and_quantities_are_proved(shop: Shop) -> None:
    person = await someone(shop.north)
    article = await make_article(shop.north, individually_numbered=False, name="Hygienstol")
    order = await make_delivery(shop.north, person_id=person, article_id=article, quantity=4)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.load", load(stop.tasks[0], 5, quantity=4), stop.id)
    assert (await row_of("stop_task", stop.tasks[0]))["state"] == "loaded"
    verdict = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0], quantity=4)]), stop.id)
    assert verdict["verdict"] == "applied"
    task = await row_of("stop_task", stop.tasks[0])
    assert (task["state"], task["done_quantity"]) == ("done", 4)
    held = await fetch_row("select quantity, person_id from holding where article_id = $1", article)
    assert held is not None
    assert tuple(held) == (4, person)
    assert (await row_of("customer_order", order.order_id))["state"] == "delivered"
