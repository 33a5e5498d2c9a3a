"""Documentation is a contract: what a user or developer meets is written down, and what is written down exists."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from app.cli import build_parser
from app.feature import Feature
from app.importing.files import FILES
from app.main import create_app
from app.settings import Settings
from docs.update_rules import ROOT, citations, rows, where
from offline_sync.commands import CommandType


def _commands(parser: argparse.ArgumentParser, path: str = "turbil") -> Iterator[str]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        yield path
    for action in nested:
        for name, child in action.choices.items():
            yield from _commands(child, f"{path} {name}")


def test_every_cli_command_is_documented() -> None:
    """docs/cli.md names each command, and none that does not exist."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(turbil(?: [a-z]+)+)", text, re.MULTILINE))
    assert documented == set(_commands(build_parser()))


def test_every_setting_is_documented() -> None:
    """docs/settings.md names each environment variable that app/settings.py reads."""
    source = ast.parse((ROOT / "app" / "settings.py").read_text(encoding="utf-8"))
    read = {
        node.value
        for node in ast.walk(source)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"TURBIL_[A-Z_]+|DATABASE_URL", node.value)
    }
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == read


def _features(data: Path) -> Sequence[Feature]:
    features: Sequence[Feature] = create_app(replace(Settings(), data=data)).state["features"]
    return features


def _command_types(data: Path) -> list[CommandType]:
    return [command for feature in _features(data) for command in feature.commands]


def test_every_command_type_is_documented(tmp_path: Path) -> None:
    """docs/commands.md names each type with its version, permission and senders."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_.]+)` \| (\d+) \| `([a-z_.]+)` \| ([a-z, ]+) \|", text, re.MULTILINE))
    assert documented == {
        (command.name, str(command.version), command.permission, ", ".join(sorted(command.origins)))
        for command in _command_types(tmp_path)
    }


def test_every_verdict_code_has_a_sentence(tmp_path: Path) -> None:
    """Each feature's sentences exist in Swedish and English and end like sentences."""
    for feature in _features(tmp_path):
        for code, (swedish, english) in feature.sentences.items():
            assert swedish.rstrip().endswith((".", "?", "!")), code
            assert english.rstrip().endswith((".", "?", "!")), code


def test_rules_are_the_ones_the_code_cites() -> None:
    """docs/rules.md has words for each rule and names exactly the files that cite it (docs/update_rules.py)."""
    table = rows()
    cited = citations()
    assert set(table) == set(cited)
    for rule, (words, files) in table.items():
        assert words.strip(), f"{rule} has no words in docs/rules.md"
        assert files == where(cited[rule]), f"{rule}: run python docs/update_rules.py"


def test_the_readme_names_commands_that_exist() -> None:
    """Every ``make`` target and ``turbil`` command in README.md exists."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)`", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    known = set(_commands(build_parser()))
    for command in re.findall(r"`(turbil [a-z]+(?: [a-z]+)?)", text):
        assert any(name == command or name.startswith(command) or command.startswith(name) for name in known), command


def test_every_column_of_an_import_is_documented() -> None:
    """docs/import.md has each file with each of its columns, by all their names, and no others."""
    text = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    documented: dict[str, list[list[str]]] = {}
    for section in text.split("\n## ")[1:]:
        name, _, rest = section.partition("\n")
        rows = re.findall(r"^\| (`[^|]+`) \| ([^|]*) \|", rest, re.MULTILINE)
        documented[name] = [re.findall("`([^`]+)`", " ".join(row)) for row in rows]
    assert documented == {kind.file: [list(column.names) for column in kind.columns] for kind in FILES}
