"""The bundle of protocol templates: a row on the phone, and a file that its hash names for ever."""

from __future__ import annotations

import hashlib
import json

import msgspec

from app.identity.actor import Role
from field.protocols import load_templates, template_hash, template_json
from tests.field.work_orders.shop import Shop


async def test_a_technicians_phone_finds_the_bundle_and_every_template_in_it(shop: Shop) -> None:
    phone = await shop.phone(shop.technician)
    await phone.sync()
    (bundle,) = phone.rows["bundle"].values()
    answer = await (await shop.browser(shop.technician)).get(f"/api/reference/{bundle['sha256']}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert hashlib.sha256(answer.content).hexdigest() == bundle["sha256"]
    assert len(answer.content) == bundle["size"]
    templates = load_templates()
    entries = answer.json()["templates"]
    assert [entry["template"]["id"] for entry in entries] == sorted(templates)
    for entry in entries:
        template = templates[entry["template"]["id"]]
        assert entry["sha256"] == template_hash(template)
        raw = msgspec.json.encode(entry["template"])
        assert json.loads(raw) == json.loads(template_json(template))
        assert template_json(template) in answer.content, "byte for byte, so that a phone can check the hash"


async def test_others_have_no_bundle_and_an_unknown_hash_is_not_found(shop: Shop) -> None:
    phone = await shop.phone(shop.north.users[Role.DRIVER])
    await phone.sync()
    assert phone.rows.get("bundle", {}) == {}
    answer = await (await shop.office()).get(f"/api/reference/{'0' * 64}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
