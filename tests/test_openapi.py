"""The OpenAPI document: it builds, it is complete and true, and the client's types can be made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.main import create_app, openapi_document
from tests.support.http import settings_for

METHODS = {"get", "head", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document of the whole application."""
    return openapi_document(create_app(settings_for(tmp_path_factory.mktemp("data"))))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation)."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def walk(part: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document, with where it is."""
    if isinstance(part, dict):
        yield path, part
        for key, inner in part.items():
            yield from walk(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from walk(inner, f"{path}/{index}")


def schemas_of_bodies(document: dict[str, Any]) -> set[str]:
    """The names of all schemas that a request body refers to, directly or through others."""
    waiting = [operation["requestBody"] for _, _, operation in operations(document) if "requestBody" in operation]
    found: set[str] = set()
    while waiting:
        for _, part in walk(waiting.pop()):
            reference = part.get("$ref")
            if isinstance(reference, str) and (name := reference.rpartition("/")[2]) not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def test_the_document_builds_and_is_json(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"] == "Turbil"
    assert len(document["paths"]) > 30
    assert json.loads(json.dumps(document)) == document


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation.get("operationId") for _, _, operation in operations(document)]
    assert None not in names
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert {method for method, _, _ in operations(document)} <= METHODS


def test_every_operation_tells_its_problems(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        responses = operation["responses"]
        assert any(status.startswith("2") for status in responses), (method, path)
        refusals = [status for status in responses if status == "default" or status[0] in "45"]
        assert "default" in refusals, (method, path)
        for status in refusals:
            content = responses[status]["content"]
            assert list(content) == ["application/problem+json"], (method, path, status)
            schema = content["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, status)


def test_every_object_in_a_request_body_refuses_unknown_fields(document: dict[str, Any]) -> None:
    for name in schemas_of_bodies(document):
        for where, part in walk(document["components"]["schemas"][name]):
            if "properties" in part and part.get("type") == "object":
                assert part.get("additionalProperties") is False, (name, where)


def test_the_document_says_of_the_pull_what_the_server_does(document: dict[str, Any]) -> None:
    """A pull is strict: ``schema`` says which fields a phone knows, so an unknown one is a fault."""
    assert document["components"]["schemas"]["PullRequest"]["additionalProperties"] is False


def test_every_reference_leads_somewhere_and_no_schema_is_left_over(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    used = {part["$ref"].rpartition("/")[2] for _, part in walk(document) if isinstance(part.get("$ref"), str)}
    assert used - set(schemas) == set()
    assert set(schemas) - used == set()


def test_every_parameter_of_an_address_is_described(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        named = {item["name"] for item in operation.get("parameters", []) if item["in"] == "path"}
        assert set(re.findall(r"\{(\w+)\}", path)) == named, (method, path)


def test_no_choice_is_between_something_and_anything(document: dict[str, Any]) -> None:
    """``oneOf: [TimeEntry, {}]`` says that no time entry is valid, and is ``unknown`` in the client's types."""
    empty = [
        where
        for where, part in walk(document)
        for several in ("oneOf", "anyOf")
        if isinstance(part.get(several), list) and {} in part[several]
    ]
    assert empty == []


def test_what_a_body_takes_is_bounded(document: dict[str, Any]) -> None:
    """API4: every list has a most, every text a length, a pattern, a format or choices."""
    free = []
    for name in schemas_of_bodies(document):
        for key, value in document["components"]["schemas"][name].get("properties", {}).items():
            if value.get("type") == "array" and "maxItems" not in value:
                free.append(f"{name}.{key}")
            bounds = {"maxLength", "pattern", "format", "enum", "const"}
            if value.get("type") == "string" and not bounds & set(value):
                free.append(f"{name}.{key}")
    assert free == []


def test_there_is_nobodys_data_in_it(document: dict[str, Any]) -> None:
    """No examples: they tend to be copied from real rows. No twelve digits, telephone numbers or addresses."""
    for where, part in walk(document):
        assert not {"example", "examples"} & {key for key, value in part.items() if not isinstance(value, dict)}, where
    text = json.dumps(document, ensure_ascii=False)
    assert re.findall(r"(?<!\d)(?:19|20)\d{10}(?!\d)", text) == []
    assert re.findall(r"(?<![\w.])0\d{1,3}-\d{5,}", text) == []
    assert re.findall(r"[\w.]+@[\w.]+", text) == []


def test_the_document_tells_no_path_of_this_machine_and_no_module(document: dict[str, Any]) -> None:
    """Names of schemas are the client's types: a module's path in one is an accident of two equal class names."""
    assert [name for name in document["components"]["schemas"] if "_" in name] == []
    assert "site-packages" not in json.dumps(document)
