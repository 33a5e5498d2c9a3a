"""Rewrites the "where" column of rules.md from the code's own citations: ``python docs/update_rules.py``."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULES = ROOT / "docs" / "rules.md"
FOLDERS = ("app", "field", "labels", "offline_sync", "routing", "pwa")
ENDINGS = {".py", ".sql", ".ts", ".svelte"}
_SKIPPED = {"node_modules", "static", "__pycache__"}
_RULE = re.compile(r"\b(S?R-\d{2,3})\b(?:(?:,? to |\.\.)(S?R-\d{2,3})\b)?")
_ROW = re.compile(r"^\| (S?R-\d+) \| (.*) \| (.*) \|$")


def citations() -> dict[str, list[str]]:
    """Rule -> the files that cite it, tests aside. ``R-343..R-345`` and ``R-343 to R-345`` cite all three."""
    found: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix not in ENDINGS or _SKIPPED & set(path.parts) or ".test." in path.name:
                continue
            for first, last in _RULE.findall(path.read_text(encoding="utf-8")):
                for rule in _span(first, last):
                    found.setdefault(rule, set()).add(path.relative_to(ROOT).as_posix())
    return {rule: sorted(files) for rule, files in sorted(found.items())}


def _span(first: str, last: str) -> list[str]:
    if not last:
        return [first]
    prefix, start = first.split("-")
    return [f"{prefix}-{number:0{len(start)}d}" for number in range(int(start), int(last.split("-")[1]) + 1)]


def rows() -> dict[str, tuple[str, str]]:
    """Rule -> (words, where) as rules.md has them."""
    matches = (_ROW.match(line) for line in RULES.read_text(encoding="utf-8").splitlines())
    return {match[1]: (match[2], match[3]) for match in matches if match}


def where(files: list[str]) -> str:
    """How the column names files."""
    return " ".join(f"`{file}`" for file in files)


def main() -> None:
    """Rewrite the column; words stay, a rule without words gets none and the test says so."""
    cited = citations()
    words = {rule: text for rule, (text, _) in rows().items()}
    head = RULES.read_text(encoding="utf-8").split("| rule |")[0]
    table = [f"| {rule} | {words.get(rule, '')} | {where(files)} |" for rule, files in cited.items()]
    RULES.write_text(
        head + "| rule | in our words | where |\n|---|---|---|\n" + "\n".join(table) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
