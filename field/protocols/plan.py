"""Make a template ready for judging: checked, flattened, and in an order where every condition is known in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from field.protocols.template import EnableWhen, Item, Operator, Range, Template, TemplateError
from field.protocols.values import is_blank, is_date, parse_number

MAXIMUM_ITEMS = 500
DEFAULT_LENGTH = {"string": 250, "text": 2000}
LINK_ID = re.compile(r"[a-z][a-z0-9_.-]{0,63}", re.ASCII)
_CHOICES = frozenset({"boolean", "choice"})
_NUMBERS = frozenset({"decimal", "integer"})
QUIET_TYPES = frozenset({"group", "display"})
_EQUAL_TYPES = frozenset({"boolean", "choice", "decimal", "integer", "string", "date"})
_ORDER_TYPES = frozenset({"decimal", "integer", "date"})

Scaled: TypeAlias = int
Usable: TypeAlias = "bool | int | str"


class Bounds(NamedTuple):
    """A Range in millionths; inclusive on both sides, because above x means from x plus one millionth."""

    low: Scaled
    high: Scaled


class Condition(NamedTuple):
    """One enableWhen, with its answer in the form answers are held in."""

    question: str
    operator: Operator
    answer: Usable


class PlannedItem(NamedTuple):
    """One item as the judgement needs it."""

    link_id: str
    type: str
    parent: str | None
    required: bool
    conditions: tuple[Condition, ...]
    any_condition: bool
    options: frozenset[str]
    plausible: Bounds | None
    approval: tuple[Bounds, ...]
    ratio: tuple[str, Scaled] | None
    fails_when: tuple[bool | str, ...]
    max_length: int


class Plan(NamedTuple):
    """`steps` in the order of judging, `link_ids` in the order of the template, `types` by linkId."""

    steps: tuple[PlannedItem, ...]
    link_ids: tuple[str, ...]
    types: dict[str, str]


def make_plan(template: Template) -> Plan:
    """Check a template and make its plan.

    Raises:
        TemplateError: the first fault found, items in template order, circular conditions last.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", template.id) or template.version < 1:
        raise TemplateError("bad_template", "", "the id is lower-case letters, digits and _, the version is 1 or more")
    parents: dict[str, str | None] = {}
    items: dict[str, Item] = {}
    _collect(template.item, None, items, parents)
    if not items:
        raise TemplateError("bad_template", "", "a template has at least one item")
    planned = {link_id: _planned(item, parents[link_id], items) for link_id, item in items.items()}
    order = _judging_order(planned)
    return Plan(
        steps=tuple(planned[link_id] for link_id in order),
        link_ids=tuple(items),
        types={link_id: item.type for link_id, item in items.items()},
    )


def _collect(
    branch: tuple[Item, ...], parent: str | None, items: dict[str, Item], parents: dict[str, str | None]
) -> None:
    for item in branch:
        if LINK_ID.fullmatch(item.link_id) is None:
            raise TemplateError("bad_link_id", item.link_id, "a linkId is a-z, then a-z 0-9 _ . -, at most 64")
        if item.link_id in items:
            raise TemplateError("duplicate_link_id", item.link_id, "the linkId is used twice")
        if len(items) >= MAXIMUM_ITEMS:
            raise TemplateError("too_many_items", item.link_id, f"a template has at most {MAXIMUM_ITEMS} items")
        items[item.link_id] = item
        parents[item.link_id] = parent
        if item.item and item.type != "group":
            raise TemplateError("children", item.link_id, "only a group has items of its own")
        _collect(item.item, item.link_id, items, parents)


def _planned(item: Item, parent: str | None, items: dict[str, Item]) -> PlannedItem:
    for code, holds, message in _rules(item):
        if not holds:
            raise TemplateError(code, item.link_id, message)
    return PlannedItem(
        link_id=item.link_id,
        type=item.type,
        parent=parent,
        required=item.required,
        conditions=tuple(_condition(item, when, items) for when in item.enable_when),
        any_condition=item.enable_behavior == "any",
        options=frozenset(option.value for option in item.answer_option),
        plausible=None if item.plausible is None else _bounds(item, item.plausible),
        approval=tuple(_bounds(item, limits) for limits in item.approval),
        ratio=_ratio(item, items),
        fails_when=item.fails_when,
        max_length=item.max_length or DEFAULT_LENGTH.get(item.type, 0),
    )


def _rules(item: Item) -> list[tuple[str, bool, str]]:
    """Return (code, does it hold, message when not), in the order they are reported."""
    choice, quiet = item.type == "choice", item.type in QUIET_TYPES
    values = [option.value for option in item.answer_option]
    limits = (item.plausible, item.approval or None, item.ratio, item.unit)
    can_fail = bool(item.fails_when or item.approval or item.ratio)
    fitting = all(value in values if choice else isinstance(value, bool) for value in item.fails_when)
    return [
        ("required", not (quiet and item.required), "a group or display cannot be required"),
        ("options", choice == bool(values), "a choice, and only it, has options"),
        ("options", len(set(values)) == len(values), "two options have the same value"),
        ("options", not any(is_blank(value) for value in values), "an option has an empty value"),
        ("role", (item.type == "attachment") == (item.role is not None), "an attachment, and only it, has a role"),
        ("limits", item.type in _NUMBERS or limits == (None,) * 4, "only numbers have limits and a unit"),
        ("fails_when", not item.fails_when or item.type in _CHOICES, "only boolean and choice use failsWhen"),
        ("fails_when", fitting, "failsWhen names an answer the item cannot have"),
        ("initial", item.initial is None or not can_fail, "an item that can fail has no initial answer"),
        ("initial", _initial_fits(item, values), "the initial answer is not an answer of the item"),
        ("max_length", _max_length_fits(item), "maxLength is 1 to 2000, for string and text"),
    ]


def _max_length_fits(item: Item) -> bool:
    return item.max_length is None or (item.type in DEFAULT_LENGTH and 1 <= item.max_length <= 2000)


def _initial_fits(item: Item, values: list[str]) -> bool:
    if item.initial is None:
        return True
    if item.type == "boolean" or isinstance(item.initial, bool):
        return item.type == "boolean" and isinstance(item.initial, bool)
    if item.type == "choice":
        return item.initial in values
    return item.type in DEFAULT_LENGTH


def _number(item: Item, text: str) -> Scaled:
    scaled = parse_number(text)
    if scaled is None:
        raise TemplateError("limits", item.link_id, f"{text!r} is not a decimal number")
    return scaled


def _bounds(item: Item, limits: Range) -> Bounds:
    low, high = -(10**18), 10**18
    if limits.min is not None:
        low = max(low, _number(item, limits.min))
    if limits.above is not None:
        low = max(low, _number(item, limits.above) + 1)
    if limits.max is not None:
        high = min(high, _number(item, limits.max))
    if limits.below is not None:
        high = min(high, _number(item, limits.below) - 1)
    if low > high:
        raise TemplateError("limits", item.link_id, "the limits leave no value")
    return Bounds(low, high)


def _ratio(item: Item, items: dict[str, Item]) -> tuple[str, Scaled] | None:
    if item.ratio is None:
        return None
    other = items.get(item.ratio.question)
    if other is None or other.type not in _NUMBERS:
        raise TemplateError("unknown_question", item.link_id, "ratio names no number item")
    factor = _number(item, item.ratio.max)
    if factor <= 0:
        raise TemplateError("limits", item.link_id, "ratio is above 0")
    return item.ratio.question, factor


def _condition(item: Item, when: EnableWhen, items: dict[str, Item]) -> Condition:
    other = items.get(when.question)
    if other is None or other.type in QUIET_TYPES:
        raise TemplateError("unknown_question", item.link_id, f"enableWhen names no question {when.question!r}")
    reader = _condition_answer(other, when)
    if reader is None:
        message = f"{when.operator} {when.answer!r} does not fit {when.question!r}"
        raise TemplateError("enable_when", item.link_id, message)
    return Condition(when.question, when.operator, reader)


def _condition_answer(other: Item, when: EnableWhen) -> Usable | None:
    """Return the condition's answer as answers are held, or None when it cannot be compared with `other`."""
    if when.operator == "exists":
        return when.answer if isinstance(when.answer, bool) else None
    allowed = _EQUAL_TYPES if when.operator in {"=", "!="} else _ORDER_TYPES
    if other.type not in allowed:
        return None
    if isinstance(when.answer, bool):
        return when.answer if other.type == "boolean" else None
    readers: dict[str, Callable[[str], Usable | None]] = {
        "decimal": parse_number,
        "integer": parse_number,
        "date": lambda text: text if is_date(text) else None,
        "string": lambda text: text,
        "choice": lambda text: text if any(option.value == text for option in other.answer_option) else None,
    }
    reader = readers.get(other.type)
    return None if reader is None else reader(when.answer)


def _judging_order(planned: dict[str, PlannedItem]) -> list[str]:
    """Depth-first order over parent, enableWhen and ratio; a way back to an open item is a circle and is refused."""
    order: list[str] = []
    state: dict[str, bool] = {}
    for start in planned:
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            link_id, ready = stack.pop()
            if ready:
                state[link_id] = True
                order.append(link_id)
                continue
            if state.get(link_id):
                continue
            if link_id in state:
                raise TemplateError("circular", link_id, "its conditions lead back to itself")
            state[link_id] = False
            stack.append((link_id, True))
            needs = _needs(planned[link_id])
            for need in needs:
                if state.get(need) is False:
                    raise TemplateError("circular", need, "its conditions lead back to itself")
            stack.extend((need, False) for need in reversed(needs) if need not in state)
    return order


def _needs(item: PlannedItem) -> list[str]:
    needs = [] if item.parent is None else [item.parent]
    needs.extend(condition.question for condition in item.conditions)
    if item.ratio is not None:
        needs.append(item.ratio[0])
    return needs
