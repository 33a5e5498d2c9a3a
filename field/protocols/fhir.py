"""Templates and signed protocols as HL7 FHIR R5 JSON, and templates back again. Pure.

The subset is documented in docs/maintenance.md. What FHIR has no element for travels as extensions under
``https://turbil.example/fhir/``: limits, ``failsWhen``, ``ratio``, ``carryOver``, ``plausible``, hints and the second
language. A template that goes out and comes back is the same template (tests/field/protocols/test_fhir.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from field.protocols.library import parse_template, template_json
from field.protocols.template import Item, Template, TemplateError

BASE: Final = "https://turbil.example/fhir"
_POINT: Final = f"{BASE}/point"
_HEAD: Final = f"{BASE}/template"
_ENGLISH: Final = "http://hl7.org/fhir/StructureDefinition/translation"

#: Ours -> FHIR's item type. Choices are coded; a boolean is one.
_TYPES: Final[Mapping[str, str]] = {"choice": "coding"}
_OURS: Final[Mapping[str, str]] = {theirs: ours for ours, theirs in _TYPES.items()}

#: Keys of an item that FHIR has an element of its own for.
_NATIVE: Final = frozenset(
    {"linkId", "type", "text", "required", "enableWhen", "enableBehavior", "answerOption", "item", "maxLength"}
)


def questionnaire(template: Template) -> dict[str, Any]:
    """Return the template as a FHIR R5 Questionnaire."""
    ours: dict[str, Any] = msgspec.json.decode(template_json(template))
    head = {key: value for key, value in ours.items() if key not in {"id", "version", "title", "item"}}
    return {
        "resourceType": "Questionnaire",
        "id": template.id.replace("_", "-"),
        "url": f"{BASE}/Questionnaire/{template.id}",
        "version": str(template.version),
        "name": template.id,
        "title": template.title.sv,
        "_title": _translated(ours["title"]),
        "status": "active",
        "subjectType": ["Device"],
        "extension": [_extension(_HEAD, head)],
        "item": [_item_out(item) for item in ours["item"]],
    }


def _item_out(item: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "linkId": item["linkId"],
        "type": _TYPES.get(item["type"], item["type"]),
        "text": item["text"]["sv"],
        "_text": _translated(item["text"]),
    }
    rest = {key: value for key, value in item.items() if key not in _NATIVE}
    if rest:
        made["extension"] = [_extension(_POINT, rest)]
    for key in ("required", "maxLength"):
        if key in item:
            made[key] = item[key]
    if "enableWhen" in item:
        made["enableWhen"] = [_when_out(when) for when in item["enableWhen"]]
        # FHIR wants it said as soon as there are two.
        made["enableBehavior"] = item.get("enableBehavior", "all")
    if "answerOption" in item:
        made["answerOption"] = [
            {"valueCoding": {"code": one["value"], "display": one["text"]["sv"], "_display": _translated(one["text"])}}
            for one in item["answerOption"]
        ]
    if "item" in item:
        made["item"] = [_item_out(child) for child in item["item"]]
    return made


def _when_out(when: Mapping[str, Any]) -> dict[str, Any]:
    answer = when["answer"]
    # The question's own type says how a text is read; both sides agree on the text.
    value = {"answerBoolean": answer} if isinstance(answer, bool) else {"answerString": answer}
    return {"question": when["question"], "operator": when["operator"], **value}


def _translated(text: Mapping[str, str]) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text["en"]}]
    return {"extension": [{"url": _ENGLISH, "extension": parts}]}


def _extension(url: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"url": url, "valueString": msgspec.json.encode(values, order="sorted").decode()}


def template_from(document: object) -> Template:
    """Read a Questionnaire of the subset.

    Raises:
        TemplateError: it is none, or the template in it cannot be judged; ``link_id`` names the item.
    """
    if not isinstance(document, dict) or document.get("resourceType") != "Questionnaire":
        raise TemplateError("bad_fhir", "", "not a FHIR Questionnaire")
    version = document.get("version")
    if not isinstance(version, str) or not version.isdigit() or len(version) > 6:
        raise TemplateError("bad_fhir", "", "the version is a whole number")
    ours = {
        **_read_extension(document, _HEAD, ""),
        "id": document.get("name"),
        "version": int(version),
        "title": _local(document, "title", ""),
        "item": _items_in(document.get("item"), ""),
    }
    return parse_template(msgspec.json.encode(ours))


def _items_in(items: object, parent: str, depth: int = 0) -> list[dict[str, Any]]:
    if not isinstance(items, list) or depth > 8:
        raise TemplateError("bad_fhir", parent, "item is a list, at most eight deep")
    if len(items) > 1000:
        raise TemplateError("too_many_items", parent, "more than a thousand items")
    return [_item_in(item, parent, depth) for item in items]


def _item_in(item: object, parent: str, depth: int) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("linkId"), str):
        raise TemplateError("bad_fhir", parent, "an item without a linkId")
    link_id: str = item["linkId"]
    theirs = item.get("type")
    made: dict[str, Any] = {
        **_read_extension(item, _POINT, link_id),
        "linkId": link_id,
        "type": _OURS.get(theirs, theirs) if isinstance(theirs, str) else "",
        "text": _local(item, "text", link_id),
    }
    for key in ("required", "maxLength"):
        if key in item:
            made[key] = item[key]
    if "enableWhen" in item:
        made["enableWhen"] = [_when_in(when, link_id) for when in _list(item["enableWhen"], link_id)]
        made["enableBehavior"] = item.get("enableBehavior", "all")
    if "answerOption" in item:
        made["answerOption"] = [_option_in(one, link_id) for one in _list(item["answerOption"], link_id)]
    if "item" in item:
        made["item"] = _items_in(item["item"], link_id, depth + 1)
    return made


def _when_in(when: object, link_id: str) -> dict[str, Any]:
    if not isinstance(when, dict):
        raise TemplateError("bad_fhir", link_id, "enableWhen is an object")
    for key in ("answerBoolean", "answerString", "answerDate"):
        if key in when:
            return {"question": when.get("question"), "operator": when.get("operator"), "answer": when[key]}
    if isinstance(coding := when.get("answerCoding"), dict):
        return {"question": when.get("question"), "operator": when.get("operator"), "answer": coding.get("code")}
    for key in ("answerDecimal", "answerInteger"):
        if isinstance(number := when.get(key), int | float) and not isinstance(number, bool):
            return {"question": when.get("question"), "operator": when.get("operator"), "answer": f"{number}"}
    raise TemplateError("bad_fhir", link_id, "enableWhen has no answer that is understood")


def _option_in(option: object, link_id: str) -> dict[str, Any]:
    coding = option.get("valueCoding") if isinstance(option, dict) else None
    if not isinstance(coding, dict):
        raise TemplateError("bad_fhir", link_id, "an answerOption without a valueCoding")
    return {"value": coding.get("code"), "text": _local(coding, "display", link_id)}


def _list(value: object, link_id: str) -> list[Any]:
    if not isinstance(value, list):
        raise TemplateError("bad_fhir", link_id, "not a list")
    return value


def _local(element: Mapping[str, Any], key: str, link_id: str) -> dict[str, str]:
    """Read a text with its English; a Questionnaire of somebody else's has the one language for both."""
    swedish = element.get(key)
    if not isinstance(swedish, str) or not swedish.strip():
        raise TemplateError("bad_fhir", link_id, f"{key} is missing")
    return {"sv": swedish, "en": _english(element.get(f"_{key}")) or swedish}


def _english(beside: object) -> str | None:
    for extension in _extensions(beside):
        parts = {part.get("url"): part for part in _extensions(extension)}
        if extension.get("url") == _ENGLISH and parts.get("lang", {}).get("valueCode") == "en":
            content = parts.get("content", {}).get("valueString")
            return content if isinstance(content, str) else None
    return None


def _extensions(element: object) -> list[dict[str, Any]]:
    found = element.get("extension") if isinstance(element, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _read_extension(element: Mapping[str, Any], url: str, link_id: str) -> dict[str, Any]:
    for extension in _extensions(element):
        if extension.get("url") != url:
            continue
        try:
            values = msgspec.json.decode(extension.get("valueString", ""))
        except (msgspec.MsgspecError, TypeError, UnicodeError):
            values = None
        if not isinstance(values, dict):
            raise TemplateError("bad_fhir", link_id, "an extension of ours cannot be read")
        return values
    return {"source": "FHIR"} if url == _HEAD else {}


def response(
    template: Template, answers: Mapping[str, Any], *, protocol_id: str, device_number: str, signed_at: datetime
) -> dict[str, Any]:
    """Return a signed protocol as a FHIR R5 QuestionnaireResponse about the device; nobody is named in it."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": protocol_id,
        "questionnaire": f"{BASE}/Questionnaire/{template.id}|{template.version}",
        "status": "completed",
        "subject": {"type": "Device", "identifier": {"system": f"{BASE}/device", "value": device_number}},
        "authored": signed_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "item": list(_answered(template.item, answers)),
    }


def _answered(branch: Iterable[Item], answers: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for item in branch:
        made: dict[str, Any] = {"linkId": item.link_id, "text": item.text.sv}
        children = list(_answered(item.item, answers))
        value = answers.get(item.link_id)
        if children:
            made["item"] = children
        if value is not None and value != "":
            made["answer"] = [_answer(item, value)]
        if children or "answer" in made:
            yield made


def _answer(item: Item, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if item.type == "choice":
        display = next((option.text.sv for option in item.answer_option if option.value == value), value)
        return {"valueCoding": {"code": value, "display": display}}
    if item.type == "attachment":
        return {"valueAttachment": {"contentType": value.get("mime"), "size": str(value.get("size"))}}
    if item.type in {"decimal", "integer"} and item.unit is not None:
        # A decimal of FHIR keeps its digits; msgspec writes the text as it stands.
        quantity = {"value": msgspec.Raw(str(value).encode()), "unit": item.unit.display, "code": item.unit.code}
        return {"valueQuantity": {**quantity, "system": "http://unitsofmeasure.org"}}
    return {"valueDate": value} if item.type == "date" else {"valueString": str(value)}
