"""FHIR R5 there and back: the same template to the byte, and a refusal that names the place for what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pytest

from field.protocols import TemplateError, load_templates, parse_template, template_json
from field.protocols.fhir import questionnaire, response, template_from
from tests.field.protocols.random_protocols import random_template

SHIPPED = load_templates()


def through(template: Any) -> Any:
    """Out as JSON text, as another system gets it, and back."""
    return template_from(json.loads(msgspec.json.encode(questionnaire(template))))


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_template_comes_back_as_it_was(name: str) -> None:
    assert template_json(through(SHIPPED[name])) == template_json(SHIPPED[name])


def test_generated_templates_come_back_as_they_were() -> None:
    random, tried = Random(7), 0
    while tried < 150:
        try:
            template = parse_template(json.dumps(random_template(random, random.randint(1, 20))))
        except TemplateError:
            continue
        tried += 1
        assert template_json(through(template)) == template_json(template)


def test_a_questionnaire_looks_like_one() -> None:
    made = json.loads(msgspec.json.encode(questionnaire(SHIPPED["patient_lift"])))
    assert (made["resourceType"], made["status"], made["version"]) == ("Questionnaire", "active", "1")
    group = next(item for item in made["item"] if item["linkId"] == "mechanics")
    castors = next(item for item in group["item"] if item["linkId"] == "mechanics.castors")
    assert castors["type"] == "boolean"
    assert castors["enableWhen"] == [{"question": "identity.kind", "operator": "=", "answerString": "mobile"}]
    kind = next(item for item in made["item"] if item["linkId"] == "identity")["item"][0]
    assert kind["type"] == "coding"
    assert {"code", "display"} <= kind["answerOption"][0]["valueCoding"].keys()


def test_a_response_keeps_every_digit_and_names_nobody() -> None:
    answers = {"identity.kind": "mobile", "identity.swl": "205", "drive.current": "4.20", "safety.stop": True}
    made = response(
        SHIPPED["patient_lift"],
        answers,
        protocol_id="01a2",
        device_number="104901",
        signed_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    )
    text = msgspec.json.encode(made).decode()
    assert '"value":4.20' in text
    found = json.loads(text)
    assert found["questionnaire"].endswith("/patient_lift|1")
    assert found["authored"] == "2026-11-25T09:30:00Z"
    assert found["subject"]["identifier"]["value"] == "104901"
    assert [item["linkId"] for item in found["item"]] == ["identity", "safety", "drive"]


def _changed(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(msgspec.json.encode(questionnaire(SHIPPED["sling"])))
    return {**made, **changes}


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ([], "bad_fhir", ""),
        ({"resourceType": "Patient"}, "bad_fhir", ""),
        (_changed(version="1.2"), "bad_fhir", ""),
        (_changed(item=None), "bad_fhir", ""),
        (_changed(item=[{"text": "utan linkId"}]), "bad_fhir", ""),
        (_changed(item=[{"linkId": "a", "type": "boolean"}]), "bad_fhir", "a"),
        (_changed(item=[{"linkId": "a", "type": "quantity", "text": "A"}]), "bad_json", ""),
        (
            _changed(item=[{"linkId": "a", "type": "boolean", "text": "A", "enableWhen": [{"question": "a"}]}]),
            "bad_fhir",
            "a",
        ),
        (
            _changed(
                item=[
                    {
                        "linkId": one,
                        "type": "boolean",
                        "text": one,
                        "enableWhen": [{"question": other, "operator": "=", "answerBoolean": True}],
                    }
                    for one, other in (("a", "b"), ("b", "a"))
                ]
            ),
            "circular",
            "a",
        ),
        (
            _changed(item=[{"linkId": f"i{n}", "type": "boolean", "text": "x"} for n in range(10_000)]),
            "too_many_items",
            "",
        ),
        (
            _changed(
                item=[
                    {
                        "linkId": "a",
                        "type": "decimal",
                        "text": "A",
                        "extension": [
                            {
                                "url": "https://turbil.example/fhir/point",
                                "valueString": '{"approval":[{"min":"5","max":"1"}]}',
                            }
                        ],
                    }
                ]
            ),
            "limits",
            "a",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(document: object, code: str, place: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template_from(document)
    assert (caught.value.code, caught.value.link_id) == (code, place)
