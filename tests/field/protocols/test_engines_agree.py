"""Differential fuzz: the phone's engine and the server's give the same judgement, whatever is thrown at them."""

from __future__ import annotations

import json
import os
from collections import Counter
from random import Random
from typing import Any

import msgspec

from field.protocols import Template, TemplateError, judge, parse_template
from tests.field.protocols.random_protocols import random_answers, random_template, run_node

PAIRS_PER_TEMPLATE = 10
#: 2,500 pairs each time; `make soak` asks for 20,000.
TEMPLATES = int(os.environ.get("PROTOCOL_TEMPLATES", "250"))


def _python(template: Template | dict[str, str], answers: Any) -> dict[str, Any]:
    if isinstance(template, dict):
        return template
    judged: dict[str, Any] = json.loads(msgspec.json.encode(judge(template, answers)))
    return judged


def _parsed(template: Any) -> Template | dict[str, str]:
    try:
        return parse_template(json.dumps(template))
    except TemplateError as error:
        return {"refused": error.code, "linkId": error.link_id}


def test_both_engines_judge_alike() -> None:
    random = Random(20260617)
    templates = [random_template(random, random.randint(1, 25)) for _ in range(TEMPLATES)]
    pairs = [
        (index, random_answers(random, templates[index]))
        for index in range(TEMPLATES)
        for _ in range(PAIRS_PER_TEMPLATE)
    ]
    parsed = [_parsed(template) for template in templates]
    theirs = run_node(templates, pairs)
    assert len(theirs) == len(pairs) >= 1000
    seen: Counter[str] = Counter()
    for (index, answers), judged in zip(pairs, theirs, strict=True):
        ours = _python(parsed[index], answers)
        assert ours == judged, json.dumps({"template": templates[index], "answers": answers})
        assert list(ours.get("items", {})) == list(judged.get("items", {}))
        seen[judged.get("refused") or judged["verdict"]] += 1
        seen.update({item["reason"] or item["status"] for item in judged.get("items", {}).values()})
        seen.update({entry["reason"] for entry in judged.get("invalid", [])})
    # The fuzz is worth something only when it has been everywhere.
    everywhere = (
        "approved not_approved incomplete circular ok disabled required unanswered failing_answer outside_approval"
    )
    everywhere += (
        " outside_ratio below_plausible above_plausible wrong_type unknown_option bad_number not_whole bad_date"
    )
    everywhere += " too_long bad_text bad_attachment unknown_item not_a_question answers_not_object"
    assert set(everywhere.split()) <= set(seen), seen
