"""The OpenAPI document at /schema/openapi.json, made true where the framework's falls short.

* what request bodies refuse is said: ``additionalProperties: false`` on every object in them (SR-25);
* errors are described as the problem documents that they are;
* the items of a ``tuple[X, ...]`` are X: Litestar writes "X or anything", which no X satisfies exactly once.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from app.web.problems import MEDIA_TYPE

_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_PROBLEM_ANSWER: dict[str, Any] = {
    "description": "Refused; code says why, title and detail say it to a person.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_REFERENCE = "#/components/schemas/"


class _TrueJson(JsonRenderPlugin):
    """Renders the document after ``complete``."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document's bytes."""
        return msgspec.json.encode(complete(openapi_schema))


def openapi_config(*, version: str, permission: str) -> OpenAPIConfig:
    """Litestar's configuration: one address, /schema/openapi.json, for those with ``permission``."""
    return OpenAPIConfig(
        title="Turbil",
        version=version,
        render_plugins=[_TrueJson(path="/openapi.json", media_type=MediaType.JSON)],
        openapi_router=Router(
            "/schema", route_handlers=[], opt={"permission": permission, "password": "any"}, include_in_schema=False
        ),
    )


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of Litestar's document with the errors and the strictness of bodies written in."""
    document = _with_plain_items(msgspec.json.decode(msgspec.json.encode(document)))
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    in_bodies: set[str] = set()
    for path in document.get("paths", {}).values():
        for operation in path.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            _collect(operation.get("requestBody"), schemas, in_bodies)
            responses = operation["responses"]
            for status in [status for status in responses if status.startswith(("4", "5"))]:
                responses[status] = _PROBLEM_ANSWER
            responses["default"] = _PROBLEM_ANSWER
    for name in in_bodies:
        if "properties" in schemas[name] or schemas[name].get("type") == "object":
            schemas[name].setdefault("additionalProperties", False)
    schemas["Problem"] = _PROBLEM_SCHEMA
    return document


def _with_plain_items(part: Any) -> Any:
    """The same document with ``items: {oneOf: [X, {}]}`` written as ``items: X``."""
    if isinstance(part, list):
        return [_with_plain_items(item) for item in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _with_plain_items(item) for name, item in part.items()}
    items = plain.get("items")
    if isinstance(items, dict) and isinstance(items.get("oneOf"), list) and {} in items["oneOf"]:
        plain["items"] = next(item for item in items["oneOf"] if item)
    return plain


def _collect(part: Any, schemas: dict[str, Any], found: set[str]) -> None:
    """Add to ``found`` the names of all schemas that ``part`` refers to, however far away."""
    if isinstance(part, list):
        for item in part:
            _collect(item, schemas, found)
    elif isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REFERENCE):
            name = reference.removeprefix(_REFERENCE)
            if name in schemas and name not in found:
                found.add(name)
                _collect(schemas[name], schemas, found)
        for item in part.values():
            _collect(item, schemas, found)
