"""Judge a filled-in service protocol: the same answer on the phone and on the server.

The TypeScript twin is pwa/client/src/protocol/engine.ts; tests/vectors/protocols and a differential fuzz hold the two
together. Pure and total: whatever arrives from a phone gives a judgement, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from field.protocols.plan import LINK_ID, QUIET_TYPES, Condition, PlannedItem, Usable
from field.protocols.template import Template
from field.protocols.values import SCALE, is_attachment, is_blank, is_date, is_storable, parse_number

Verdict: TypeAlias = Literal["approved", "incomplete", "not_approved"]
Status: TypeAlias = Literal["ok", "fail", "missing", "implausible", "disabled"]

_SEVERITY: dict[Verdict, int] = {"approved": 0, "incomplete": 1, "not_approved": 2}


class ItemJudgement(msgspec.Struct, frozen=True):
    """One item's status and, in one code word, why; None when there is nothing to explain."""

    status: Status
    reason: str | None = None


class InvalidAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An answer that cannot be a value of its item, or belongs to no item of the template."""

    link_id: str
    reason: str


class Judgement(msgspec.Struct, frozen=True):
    """The whole protocol judged.

    Attributes:
        verdict: not_approved as soon as one point fails, also when others are still missing: a device with a
            failing safety point is not approved whatever the rest says (R-233). Otherwise incomplete or approved.
        complete: nothing missing, implausible or invalid; only then may the protocol be signed.
        items: every linkId of the template in template order, groups and displays too.
        missing: required items without an answer, in template order.
        invalid: unusable answers in template order, then unknown items by name.
    """

    verdict: Verdict
    complete: bool
    items: dict[str, ItemJudgement]
    missing: tuple[str, ...]
    invalid: tuple[InvalidAnswer, ...]


_OK = ItemJudgement("ok")
_UNANSWERED = ItemJudgement("ok", "unanswered")
_DISABLED = ItemJudgement("disabled")
_MISSING = ItemJudgement("missing", "required")
_FAILING = ItemJudgement("fail", "failing_answer")
_OUTSIDE = ItemJudgement("fail", "outside_approval")
_RATIO = ItemJudgement("fail", "outside_ratio")
_BELOW = ItemJudgement("implausible", "below_plausible")
_ABOVE = ItemJudgement("implausible", "above_plausible")
# A mark that never leaves this module: a group or display that was given an answer.
_NOT_A_QUESTION = ItemJudgement("ok", "not_a_question")
_INVALID = {
    reason: ItemJudgement("implausible", reason)
    for reason in (
        "wrong_type",
        "unknown_option",
        "bad_number",
        "not_whole",
        "bad_date",
        "too_long",
        "bad_text",
        "bad_attachment",
    )
}


def worse(a: Verdict, b: Verdict) -> Verdict:
    """Return the worse of two verdicts (sync rule R5): approved, then incomplete, then not_approved."""
    return a if _SEVERITY[a] >= _SEVERITY[b] else b


def judge(template: Template, answers: object) -> Judgement:
    """Judge `answers` against `template`.

    Args:
        template: made by `parse_template`.
        answers: decoded JSON, {linkId: value}. Numbers are decimal strings; None, "" and blank text are no answer.

    Returns:
        The judgement; equal input gives equal output, in Python and in TypeScript.
    """
    plan = template.plan
    given: dict[object, object] = answers if isinstance(answers, dict) else {}
    items: dict[str, ItemJudgement] = dict.fromkeys(plan.link_ids, _OK)
    usable: dict[str, Usable] = {}
    for step in plan.steps:
        if (step.parent is not None and items[step.parent] is _DISABLED) or (
            step.conditions and not _enabled(step, usable)
        ):
            items[step.link_id] = _DISABLED
            continue
        value = given.get(step.link_id)
        if value is None or value == "":
            items[step.link_id] = _unanswered(step)
        else:
            items[step.link_id] = _CHECKS[step.type](step, value, usable)
    return _summary(items, _strangers(answers, plan.types))


def _summary(items: dict[str, ItemJudgement], strangers: list[InvalidAnswer]) -> Judgement:
    """Draw the verdict from the items, which are in template order."""
    invalid: list[InvalidAnswer] = []
    missing: list[str] = []
    failed = implausible = False
    for link_id, found in items.items():
        if found is _OK or found is _DISABLED:
            continue
        if found.status == "fail":
            failed = True
        elif found.status == "missing":
            missing.append(link_id)
        elif found.status == "implausible":
            implausible = True
            if found.reason in _INVALID:
                invalid.append(InvalidAnswer(link_id, found.reason))
        elif found is _NOT_A_QUESTION:
            items[link_id] = _OK
            invalid.append(InvalidAnswer(link_id, "not_a_question"))
    invalid.extend(strangers)
    complete = not (missing or implausible or invalid)
    verdict: Verdict = "not_approved" if failed else "approved" if complete else "incomplete"
    return Judgement(verdict, complete, items, tuple(missing), tuple(invalid))


def _unanswered(step: PlannedItem) -> ItemJudgement:
    if step.type in QUIET_TYPES:
        return _OK
    return _MISSING if step.required else _UNANSWERED


def _strangers(answers: object, known: dict[str, str]) -> list[InvalidAnswer]:
    """Return what belongs to no item: said, never dropped in silence.

    A name that could not be a linkId is shown as "?": whatever a phone sent there is not echoed.
    """
    if not isinstance(answers, dict):
        return [InvalidAnswer("", "answers_not_object")]
    if answers.keys() <= known.keys():
        return []
    names = (key if isinstance(key, str) and LINK_ID.fullmatch(key) else "?" for key in answers if key not in known)
    return [InvalidAnswer(name, "unknown_item") for name in sorted(names)]


def _enabled(step: PlannedItem, usable: dict[str, Usable]) -> bool:
    if step.any_condition:
        return any(_holds(condition, usable.get(condition.question)) for condition in step.conditions)
    return all(_holds(condition, usable.get(condition.question)) for condition in step.conditions)


def _holds(condition: Condition, value: Usable | None) -> bool:
    """Answer one enableWhen. As in FHIR, != holds for an unanswered question and the other comparisons do not."""
    _, operator, answer = condition
    if operator == "exists":
        return (value is not None) is answer
    if operator == "=":
        return value is not None and value == answer
    if operator == "!=":
        return value is None or value != answer
    if value is None or isinstance(value, str) != isinstance(answer, str):
        return False
    if operator == ">":
        return value > answer  # type: ignore[operator]  # both are numbers or both dates, checked above
    if operator == "<":
        return value < answer  # type: ignore[operator]  # as above
    if operator == ">=":
        return value >= answer  # type: ignore[operator]  # as above
    return value <= answer  # type: ignore[operator]  # as above


def _check_boolean(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not isinstance(value, bool):
        return _INVALID["wrong_type"]
    usable[step.link_id] = value
    return _FAILING if value in step.fails_when else _OK


def _check_choice(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not isinstance(value, str):
        return _INVALID["wrong_type"]
    if value not in step.options:
        return _INVALID["unknown_option"]
    usable[step.link_id] = value
    return _FAILING if value in step.fails_when else _OK


def _check_number(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not isinstance(value, str):
        return _INVALID["wrong_type"]
    number = parse_number(value)
    if number is None:
        return _INVALID["bad_number"]
    if step.type == "integer" and number % SCALE:
        return _INVALID["not_whole"]
    if step.plausible is not None:
        if number < step.plausible.low:
            return _BELOW
        if number > step.plausible.high:
            return _ABOVE
    usable[step.link_id] = number
    if step.approval and not any(bounds.low <= number <= bounds.high for bounds in step.approval):
        return _OUTSIDE
    if step.ratio is not None:
        other = usable.get(step.ratio[0])
        if isinstance(other, int) and number * SCALE > other * step.ratio[1]:
            return _RATIO
    return _OK


def _check_text(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not isinstance(value, str):
        return _INVALID["wrong_type"]
    if not is_storable(value):
        return _INVALID["bad_text"]
    if len(value) > step.max_length:
        return _INVALID["too_long"]
    if is_blank(value):
        return _unanswered(step)
    usable[step.link_id] = value
    return _OK


def _check_date(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not isinstance(value, str):
        return _INVALID["wrong_type"]
    if not is_date(value):
        return _INVALID["bad_date"]
    usable[step.link_id] = value
    return _OK


def _check_attachment(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    if not is_attachment(value):
        return _INVALID["bad_attachment"]
    usable[step.link_id] = True
    return _OK


def _check_quiet(step: PlannedItem, value: object, usable: dict[str, Usable]) -> ItemJudgement:
    return _NOT_A_QUESTION


_CHECKS: dict[str, Callable[[PlannedItem, object, dict[str, Usable]], ItemJudgement]] = {
    "boolean": _check_boolean,
    "choice": _check_choice,
    "decimal": _check_number,
    "integer": _check_number,
    "string": _check_text,
    "text": _check_text,
    "date": _check_date,
    "attachment": _check_attachment,
    "group": _check_quiet,
    "display": _check_quiet,
}
