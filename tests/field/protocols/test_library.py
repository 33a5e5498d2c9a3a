"""The shipped templates must be usable on the day they are installed, in both languages, and keep their name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from field.protocols import (
    Item,
    Template,
    TemplateError,
    judge,
    load_templates,
    parse_template,
    template_hash,
    template_json,
)
from field.protocols.memory import remembered

SHIPPED = load_templates()


def every_item(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from every_item(item.item)


#: Months of each shipped protocol: slings every six months, all else every year.
MONTHS = {
    "cpap": 12,
    "electric_bed": 12,
    "electrical_safety": 12,
    "manual_wheelchair": 12,
    "patient_lift": 12,
    "powered_wheelchair": 12,
    "sling": 6,
}


def test_the_seven_protocols_ship() -> None:
    assert {name: template.interval_months for name, template in SHIPPED.items()} == MONTHS


@pytest.mark.parametrize("template", SHIPPED.values(), ids=SHIPPED)
def test_shipped_template_is_complete(template: Template) -> None:
    items = list(every_item(template.item))
    questions = [item for item in items if item.type not in {"group", "display"}]
    assert 12 <= len(questions) <= 24
    # Electrical safety is for no class of its own: a plan names it.
    assert bool(template.applies_to.iso_classes) == (template.id != "electrical_safety")
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


@pytest.mark.parametrize(
    ("answers", "failing"),
    [
        # The fixed cord's limit, and the two of a detachable one (peers' extract of the standard).
        ({"identity.class": "one", "identity.cord": "fixed", "earth.fixed": "0.3"}, set()),
        ({"identity.class": "one", "identity.cord": "fixed", "earth.fixed": "0.301"}, {"earth.fixed"}),
        (
            {"identity.class": "one", "identity.cord": "detachable", "earth.appliance": "0.25", "earth.cord": "0.15"},
            {"earth.appliance", "earth.cord"},
        ),
        (
            {"identity.class": "two", "identity.cord": "fixed", "leakage.method": "direct", "leakage.two": "0.2"},
            {"leakage.two"},
        ),
        (
            {
                "identity.class": "two",
                "identity.cord": "fixed",
                "leakage.method": "alternative",
                "leakage.two_alternative": "0.2",
            },
            set(),
        ),
    ],
)
def test_electrical_safety_holds_each_class_to_its_own_limits(answers: dict[str, str], failing: set[str]) -> None:
    judged = judge(SHIPPED["electrical_safety"], answers)
    assert {link_id for link_id, found in judged.items.items() if found.status == "fail"} == failing
    assert not judged.invalid


def test_only_measured_values_are_remembered() -> None:
    """A remark may say something of a person, and a picture is none of the next visit's business."""
    answers = {
        "drive.current": "4.2",
        "electric.method": "direct",
        "finish.remark": "Anhöriga öppnar",
        "finish.signature": {"sha256": "0" * 64, "size": 1, "mime": "image/png"},
        "safety.stop": True,
        "gone": "1",
    }
    assert remembered(SHIPPED["patient_lift"], answers) == {"drive.current": "4.2", "electric.method": "direct"}
    assert remembered(SHIPPED["electrical_safety"], {"function.instrument": "M-7"}) == {"function.instrument": "M-7"}
