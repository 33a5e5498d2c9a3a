"""The shared vectors: what phone and server must judge alike. engine.test.ts runs the same files."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from field.protocols import Template, TemplateError, judge, load_templates, parse_template, worse
from field.protocols.judgement import Verdict

VECTORS = Path(__file__).parents[2] / "vectors" / "protocols"
SHIPPED = load_templates()


def _cases() -> list[Any]:
    cases = []
    for path in sorted(VECTORS.glob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        if "refused" in file:
            continue
        named = file["template"]
        template = SHIPPED[named] if isinstance(named, str) else parse_template(json.dumps(named))
        for case in file["cases"]:
            answers = case["answers_raw"] if "answers_raw" in case else file["base"] | case["answers"]
            cases.append(pytest.param(template, answers, case["expect"], id=f"{path.stem}: {case['name']}"))
    return cases


@pytest.mark.parametrize(("template", "answers", "expect"), _cases())
def test_vector(template: Template, answers: Any, expect: dict[str, Any]) -> None:
    judgement = msgspec.to_builtins(judge(template, answers))
    chosen = {link_id: judgement["items"][link_id] for link_id in expect["items"]}
    assert (
        judgement | {"items": chosen, "missing": list(judgement["missing"]), "invalid": list(judgement["invalid"])}
        == expect
    )
    assert list(judgement["items"]) == list(template.plan.link_ids)


REFUSED = json.loads((VECTORS / "refused.json").read_text("utf-8"))["refused"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_unusable_template_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(json.dumps(case["template"]))
    assert (caught.value.code, caught.value.link_id) == (case["code"], case["linkId"])


def test_there_are_enough_vectors() -> None:
    """A vector file that is not found would make this whole suite green and empty."""
    assert len(_cases()) >= 40
    assert len(REFUSED) >= 20


def test_worse_verdict_holds() -> None:
    """Sync rule R5: order does not matter, and not approved wins over everything."""
    verdicts: tuple[Verdict, ...] = ("approved", "incomplete", "not_approved")
    for a, b in itertools.product(verdicts, verdicts):
        assert worse(a, b) == verdicts[max(verdicts.index(a), verdicts.index(b))]


@pytest.mark.parametrize("answers", [None, [], 3, "x", {1: 2}, {"a": object()}, {("b",): 1}])
def test_any_object_gives_a_judgement(answers: object) -> None:
    judgement = judge(SHIPPED["electric_bed"], answers)
    assert judgement.verdict == "incomplete"
    assert judgement.invalid
    assert msgspec.json.encode(judgement)


def test_whatever_a_phone_sends_as_a_name_is_not_echoed() -> None:
    """A lone surrogate could not be sent on, and a name could hold a person's number."""
    judgement = judge(SHIPPED["electric_bed"], {"\ud800": 1, "191212121212": 1})
    assert [entry.link_id for entry in judgement.invalid] == ["?", "?"]
