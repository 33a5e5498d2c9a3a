"""Judging submitted protocols on the server, and the bundle of templates that phones keep."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from field.protocols.judgement import Judgement, Verdict, judge
from field.protocols.library import load_templates, parse_template, template_hash, template_json
from field.protocols.template import Template

BUNDLE_NAME: Final = "protocol_templates"


@dataclass(frozen=True)
class Judged:
    """The server's judgement of an answered protocol.

    ``judgement`` and ``interval_months`` are None when the template is not known: the answers are kept and a person
    looks at them; until then the verdict is incomplete.
    """

    verdict: Verdict
    judgement: Judgement | None
    interval_months: int | None

    @property
    def template_known(self) -> bool:
        """False when the server does not have the template that was used."""
        return self.judgement is not None

    @property
    def complete(self) -> bool:
        """True when nothing is missing: only then may the order be closed with it."""
        return self.judgement is not None and self.judgement.complete


def judge_submitted(template_id: str, template_sha256: str, answers: Mapping[str, Any]) -> Judged:
    """Judge answers against the very version of the template that the phone used (sync case 6)."""
    template = shipped_templates().get(template_sha256)
    if template is None or template.id != template_id:
        return Judged("incomplete", None, None)
    judgement = judge(template, dict(answers))
    return Judged(judgement.verdict, judgement, template.interval_months)


@cache
def shipped_templates() -> dict[str, Template]:
    """Return every version of every template that ships with the product, by the sha256 of its canonical JSON."""
    folder = files("field.protocols") / "templates"
    templates = [parse_template(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json")]
    return {template_hash(template): template for template in templates}


def known_template(template_id: str, version: int) -> Template | None:
    """Return one version of a template."""
    found = (one for one in shipped_templates().values() if one.id == template_id and one.version == version)
    return next(found, None)


@dataclass(frozen=True)
class Bundle:
    """An immutable file of reference data, named by its content. ``size`` in bytes."""

    name: str
    sha256: str
    content: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@cache
def template_bundle() -> Bundle:
    """Return the newest version of every template as one file.

    ``{"templates": [{"sha256": ..., "template": {...}}, ...]}`` sorted by id; each template is its canonical JSON, so
    that a phone can check its hash.
    """
    entries = [
        {"sha256": template_hash(template), "template": msgspec.Raw(template_json(template))}
        for _, template in sorted(load_templates().items())
    ]
    content = msgspec.json.encode({"templates": entries})
    return Bundle(BUNDLE_NAME, hashlib.sha256(content).hexdigest(), content)
