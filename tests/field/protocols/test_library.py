"""The shipped templates must be usable on the day they are installed, in both languages, and keep their name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from field.protocols import Item, Template, TemplateError, load_templates, parse_template, template_hash, template_json

SHIPPED = load_templates()


def every_item(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from every_item(item.item)


def test_the_three_protocols_ship() -> None:
    assert sorted(SHIPPED) == ["electric_bed", "manual_wheelchair", "patient_lift"]


@pytest.mark.parametrize("template", SHIPPED.values(), ids=SHIPPED)
def test_shipped_template_is_complete(template: Template) -> None:
    items = list(every_item(template.item))
    questions = [item for item in items if item.type not in {"group", "display"}]
    assert 12 <= len(questions) <= 24
    assert template.interval_months == 12
    assert template.applies_to.iso_classes
    assert any(item.enable_when for item in items)
    assert any(item.approval and item.unit for item in items)
    assert any(item.role == "photo" for item in items)
    assert [item.required for item in items if item.role == "signature"] == [True]
    for item in items:
        texts = [item.text, *(option.text for option in item.answer_option)]
        texts += [item.hint] if item.hint else []
        assert all(text.sv.strip() and text.en.strip() for text in texts), item.link_id
        if item.type in {"decimal", "integer"}:
            assert item.unit is not None, item.link_id
            assert item.plausible is not None, item.link_id


def test_hash_names_the_content_and_not_its_layout() -> None:
    template = SHIPPED["electric_bed"]
    loose = json.loads(template_json(template))
    loose["item"][0]["item"][0]["carryOver"] = False
    again = parse_template(json.dumps(dict(reversed(loose.items())), indent=3))
    assert template_hash(again) == template_hash(template)
    assert template_hash(template) == hashlib.sha256(template_json(template)).hexdigest()
    loose["version"] = 2
    assert template_hash(parse_template(json.dumps(loose))) != template_hash(template)


def test_canonical_json_reads_back() -> None:
    for template in SHIPPED.values():
        assert parse_template(template_json(template)) == template


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b"\xff",
        b'{"id":"a","version":1,"title":{"sv":"a","en":"a"},"source":"s","item":[],"colour":1}',
    ],
)
def test_unreadable_template_is_refused(data: bytes) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(data)
    assert caught.value.code == "bad_json"
