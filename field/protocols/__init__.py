"""Service protocols (R-224, R-232): versioned templates and the pure judgement that phone and server share."""

from __future__ import annotations

from field.protocols.judgement import InvalidAnswer, ItemJudgement, Judgement, Verdict, judge, worse
from field.protocols.library import load_templates, parse_template, template_hash, template_json
from field.protocols.template import Item, Template, TemplateError

__all__ = [
    "InvalidAnswer",
    "Item",
    "ItemJudgement",
    "Judgement",
    "Template",
    "TemplateError",
    "Verdict",
    "judge",
    "load_templates",
    "parse_template",
    "template_hash",
    "template_json",
    "worse",
]
