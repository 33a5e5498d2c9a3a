"""The board as a spreadsheet: week, team and promise in each row, and the promises themselves."""

from __future__ import annotations

from typing import Final

from app.service_levels.schemas import Kept, ServiceLevels
from app.web.tables import Cell, Table

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "contact": ("Kontaktad", "Contacted"),
    "start": ("Påbörjad", "Started"),
    "done": ("Klar", "Done"),
    "working_days": ("arbetsdagar", "working days"),
    "hours": ("timmar", "hours"),
    "opening_hours": ("öppettimmar", "opening hours"),
    "hard": ("löfte", "promise"),
    "goal": ("mål", "goal"),
    "no_team": ("Ingen avdelning", "No team"),
}
_LEVELS: Final = (
    ("Vecka", "Week"),
    ("Måndag", "Monday"),
    ("Avdelning", "Team"),
    ("Löfte", "Promise"),
    ("I tid", "In time"),
    ("För sent", "Late"),
    ("Pågår", "Running"),
    ("Andel i tid, %", "Share in time, %"),
)
_PROMISES: Final = (
    ("Löfte", "Promise"),
    ("Inom", "Within"),
    ("Enhet", "Unit"),
    ("Slag", "Kind"),
    ("Andel, %", "Share, %"),
    ("Prioriteter", "Priorities"),
)


def level_tables(board: ServiceLevels, language: str) -> list[Table]:
    """Return both sheets with their headings in ``language`` ("sv" or "en")."""
    index = 1 if language == "en" else 0

    def word(key: str) -> str:
        return _WORDS[key][index]

    levels: list[list[Cell]] = [
        [
            f"{one.week.isocalendar().year}-{'W' if index else 'v'}{one.week.isocalendar().week:02d}",
            one.week,
            one.team or word("no_team"),
            word(one.event),
            one.met,
            one.missed,
            one.running,
            share_of(one),
        ]
        for one in board.kept
    ]
    promises: list[list[Cell]] = [
        [
            word(one.event),
            one.amount,
            word(one.unit),
            word(one.kind),
            one.share,
            ", ".join(map(str, one.priorities)),
        ]
        for one in board.promises
    ]
    return [
        Table(("Utfall", "Outcome")[index], [pair[index] for pair in _LEVELS], levels),
        Table(("Löften", "Promises")[index], [pair[index] for pair in _PROMISES], promises),
    ]


def share_of(kept: Kept) -> float | None:
    """Percent of the promises that are judged, None when none is."""
    judged = kept.met + kept.missed
    return None if judged == 0 else 100 * kept.met / judged
