"""Every code that a work order command can answer with has a sentence in both languages."""

from __future__ import annotations

import re
from importlib.resources import files

from app.identity.permissions import PERMISSIONS
from app.messages.texts import TEXTS
from app.settings import Settings
from field.work_orders.feature import COMMANDS, feature
from field.work_orders.sentences import SENTENCES
from labels.feature import SENTENCES as LABEL_SENTENCES

_LITERAL = re.compile(r'"((?:work_order|device|label)\.[a-z_]+)"')
_NOT_CODES = {command.name for command in COMMANDS} | set(TEXTS) | {command.permission for command in COMMANDS}


def test_every_code_in_the_source_has_a_sentence() -> None:
    found: set[str] = set()
    for file in files("field.work_orders").iterdir():
        if file.name.endswith(".py") and file.name not in {
            "sentences.py",
            "feature.py",
            "routes.py",
            "triage_routes.py",
            "attachments.py",
        }:
            found |= set(_LITERAL.findall(file.read_text(encoding="utf-8")))
    codes = found - _NOT_CODES
    assert len(codes) > 20
    assert codes <= SENTENCES.keys() | LABEL_SENTENCES.keys()
    assert SENTENCES.keys() <= codes, "a sentence that nobody says"


def test_sentences_are_whole_and_differ_by_language() -> None:
    for code, (swedish, english) in {**SENTENCES, **LABEL_SENTENCES}.items():
        assert swedish != english, code
        for text in (swedish, english):
            assert text.endswith("."), code
            assert text[0].isupper() or text[0] == "{", code
            assert len(text) <= 140, code


def test_every_command_has_a_permission_of_the_table_and_a_summary() -> None:
    for command in feature(Settings()).commands:
        assert command.permission in PERMISSIONS
        assert command.summary
