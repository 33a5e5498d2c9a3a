"""Every code has a sentence in both languages that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from offline_sync.sentences import SENTENCES, Code, Sentences

ROOT = Path(__file__).parents[2] / "offline_sync"


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)
    for swedish, english in SENTENCES.values():
        assert swedish.endswith(".")
        assert english.endswith(".")
        assert swedish != english
        assert 20 < len(swedish) < 160


def test_no_code_is_written_as_plain_text() -> None:
    """A literal code in a verdict would slip past the test above."""
    for path in ROOT.glob("*.py"):
        found = re.findall(r"""Verdict\(\s*"[a-z]+",\s*"([a-z_.]+)""", path.read_text())
        assert found == [], path.name


def test_values_languages_and_unknown_codes() -> None:
    sentences = Sentences([{"toy.moved": ("Flyttad {to} {more}.", "Moved {to}.")}])
    assert sentences.text("toy.moved", "sv", {"to": "hit"}) == "Flyttad hit ."
    assert sentences.text("toy.moved", "en", {"to": "here"}) == "Moved here."
    assert sentences.text("", "sv") == ""
    assert "sparat" in sentences.text("never.heard", "sv")
    with pytest.raises(ValueError, match="two sentences"):
        Sentences([{"a": ("x", "y")}, {"a": ("x", "z")}])
