"""What a service protocol template is: the part of HL7 FHIR R5 Questionnaire that inspections need.

Names follow FHIR (`linkId`, `enableWhen`, `answerOption`, `item`); limits, `failsWhen`, `ratio` and `carryOver` are
ours. Templates are immutable: a change is a new version, and a protocol is judged against the version the technician
used. Pure: no files, no clock.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from field.protocols.plan import Plan

ItemType = Literal[
    "group", "display", "boolean", "choice", "decimal", "integer", "string", "text", "date", "attachment"
]
Operator = Literal["exists", "=", "!=", ">", "<", ">=", "<="]


class TemplateError(Exception):
    """A template cannot be used. `code` says why in one word, `link_id` names the item ("" for the whole template)."""

    def __init__(self, code: str, link_id: str, message: str) -> None:
        super().__init__(f"{link_id or 'template'}: {message} ({code})")
        self.code = code
        self.link_id = link_id


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", forbid_unknown_fields=True):
    """Base of all parts: immutable, camelCase on the wire, a misspelt key is an error and never ignored."""


class LocalText(_Part, frozen=True):
    """Text for people. Swedish first, English complete."""

    sv: str
    en: str


class Unit(_Part, frozen=True):
    """A unit of measure: UCUM code and the form people read."""

    code: str
    display: str


class Range(_Part, frozen=True):
    """Limits as decimal strings: `min` and `max` belong to the range, `above` and `below` do not."""

    min: str | None = None
    max: str | None = None
    above: str | None = None
    below: str | None = None


class Ratio(_Part, frozen=True):
    """The value must be at most `max` times the value of `question`, e.g. motor current against delivery."""

    question: str
    max: str


class EnableWhen(_Part, frozen=True):
    """One condition on another item's answer (FHIR Questionnaire.item.enableWhen)."""

    question: str
    operator: Operator
    answer: bool | str


class AnswerOption(_Part, frozen=True):
    """One possible answer of a choice."""

    value: str
    text: LocalText


class Item(_Part, frozen=True):
    """One line of a protocol.

    Attributes:
        plausible: outside it the number is a typing error and is refused, never judged.
        approval: the number must lie in at least one of these ranges, else the item fails.
        fails_when: answers of a boolean or a choice that fail the item.
        max_length: Unicode code points; 250 for a string and 2000 for a text unless told.
        initial: offered answer; refused on items that can fail, so that nobody approves by not looking.
        carry_over: the phone offers the answer of the device's last protocol (the leakage method must be repeated).
        item: children, of a group only.
    """

    link_id: str
    type: ItemType
    text: LocalText
    hint: LocalText | None = None
    required: bool = False
    enable_when: tuple[EnableWhen, ...] = ()
    enable_behavior: Literal["all", "any"] = "all"
    answer_option: tuple[AnswerOption, ...] = ()
    unit: Unit | None = None
    plausible: Range | None = None
    approval: tuple[Range, ...] = ()
    ratio: Ratio | None = None
    fails_when: tuple[bool | str, ...] = ()
    max_length: int | None = None
    initial: bool | str | None = None
    carry_over: bool = False
    role: Literal["photo", "signature"] | None = None
    item: tuple[Item, ...] = ()


class AppliesTo(_Part, frozen=True):
    """Which devices a template is for: ISO 9999 classes ("12 36 03") and article numbers (these win)."""

    iso_classes: tuple[str, ...] = ()
    article_numbers: tuple[str, ...] = ()


class Template(_Part, frozen=True, dict=True):
    """One version of one protocol. Make it with `parse_template`, which also checks it.

    Attributes:
        interval_months: months to the next occasion when approved, None when the device has no interval (R-224, R-234).
        source: where the points and limits come from, for the person who maintains the template.
    """

    id: str
    version: int
    title: LocalText
    source: str
    item: tuple[Item, ...]
    applies_to: AppliesTo = AppliesTo()
    interval_months: int | None = None

    @cached_property
    def plan(self) -> Plan:
        """The template made ready for judging; also the check that refuses an unusable template.

        Raises:
            TemplateError: duplicate or unknown linkIds, circular conditions, limits that do not fit the item.
        """
        from field.protocols.plan import make_plan

        return make_plan(self)
