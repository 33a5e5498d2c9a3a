"""The validation library's English messages, said again in the reader's language and without the value sent."""

from __future__ import annotations

import re

from app.web.facts import Language

_LONGEST_PATH = 120
_TYPES_SV = {
    "str": "text",
    "int": "ett heltal",
    "float": "ett tal",
    "bool": "sant eller falskt",
    "object": "ett objekt",
    "array": "en lista",
    "null": "tomt",
    "datetime": "en tidpunkt",
    "date": "ett datum",
    "uuid": "ett id",
}

_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"unknown field `(?P<field>[^`]*)`"), "Fältet är okänt här.", "This field is not known here."),
    (re.compile(r"missing required field `(?P<field>[^`]*)`"), "Fältet behövs.", "This field is needed."),
    (re.compile(r"Missing required"), "Fältet behövs.", "This field is needed."),
    (
        re.compile(r"of length <= (?P<n>\d+)"),
        "För långt: högst {n} är tillåtet.",
        "Too long: {n} at most.",
    ),
    (re.compile(r"of length >= (?P<n>\d+)"), "För kort: minst {n} behövs.", "Too short: {n} at least."),
    (re.compile(r"(?:`int`|`float`) >= (?P<n>-?[\d.]+)"), "Minst {n}.", "At least {n}."),
    (re.compile(r"(?:`int`|`float`) <= (?P<n>-?[\d.]+)"), "Högst {n}.", "At most {n}."),
    (re.compile(r"(?:`int`|`float`) > (?P<n>-?[\d.]+)"), "Större än {n}.", "More than {n}."),
    (re.compile(r"(?:`int`|`float`) < (?P<n>-?[\d.]+)"), "Mindre än {n}.", "Less than {n}."),
    (re.compile(r"matching regex"), "Fel form.", "Wrong form."),
    (re.compile(r"[Ii]nvalid enum value"), "Värdet finns inte bland valen.", "Not one of the choices."),
    (re.compile(r"[Ii]nvalid UUID"), "Inget giltigt id.", "Not a valid id."),
    (re.compile(r"[Ii]nvalid RFC3339|[Ii]nvalid date"), "Ingen giltig tid.", "Not a valid time."),
)
_EXPECTED = re.compile(r"Expected `(?P<type>[\w| ]+)`")
_AT = re.compile(r"at `\$\.?(?P<path>[^`]*)`")


def explain(key: str, message: str, language: Language) -> tuple[str, str]:
    """``(path, message)`` for one fault that Litestar or msgspec found.

    ``key`` is where it arose ("" for the whole body). The value itself is never repeated: it may be personal.
    """
    path = key.removeprefix("data.") if key != "data" else ""
    at = _AT.search(message)
    if at and not path:
        path = at["path"]
    for pattern, sv, en in _PATTERNS:
        found = pattern.search(message)
        if found is None:
            continue
        groups = found.groupdict()
        field = groups.get("field")
        if field is not None and path.rpartition(".")[2] != field:
            path = f"{path}.{field}" if path else field
        return path[:_LONGEST_PATH], (sv if language == "sv" else en).format(n=groups.get("n"))
    return path[:_LONGEST_PATH], _expected(message, language)


def _expected(message: str, language: Language) -> str:
    found = _EXPECTED.search(message)
    if found is None:
        return "Värdet går inte att använda." if language == "sv" else "This value cannot be used."
    names = [name.strip() for name in found["type"].split("|")]
    if language == "sv":
        return f"Här behövs {' eller '.join(_TYPES_SV.get(name, name) for name in names)}."
    return f"Expected {' or '.join(names)}."
