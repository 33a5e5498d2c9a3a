"""Read templates: those that ship with the product, and any other from its JSON."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import msgspec

from field.protocols.template import Template, TemplateError

_DECODER = msgspec.json.Decoder(Template)


def parse_template(data: bytes | str) -> Template:
    """Read and check one template.

    Raises:
        TemplateError: not JSON, an unknown or missing key, or a template that cannot be judged (code says which).
    """
    try:
        template = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise TemplateError("bad_json", "", str(error)) from None
    # The plan is the check; making it now means that no unchecked template is ever handed on.
    if not template.plan.steps:
        raise TemplateError("bad_template", "", "a template has at least one item")
    return template


def template_json(template: Template) -> bytes:
    """Return the canonical JSON: UTF-8, keys sorted, defaults left out, no white space."""
    return msgspec.json.encode(template, order="sorted")


def template_hash(template: Template) -> str:
    """Return the sha256 of `template_json` in hex: the name under which phones keep this version."""
    return hashlib.sha256(template_json(template)).hexdigest()


@cache
def load_templates() -> dict[str, Template]:
    """Return the shipped templates by id, the highest version of each.

    Raises:
        TemplateError: a shipped file is broken.
    """
    newest: dict[str, Template] = {}
    folder = files("field.protocols") / "templates"
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if not entry.name.endswith(".json"):
            continue
        template = parse_template(entry.read_bytes())
        known = newest.get(template.id)
        if known is None or known.version < template.version:
            newest[template.id] = template
    return newest
