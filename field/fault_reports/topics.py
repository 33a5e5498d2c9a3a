"""What a patient may report, in two lists: what the centre answers and what the prescriber does (R-025, R-026)."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

CentreTopic: TypeAlias = Literal["broken", "not_working", "maintenance", "worn_part", "other"]
PrescriberTopic: TypeAlias = Literal[
    "treatment_insufficient", "new_condition", "chafes_or_allergy", "worn_within_interval", "needs_training"
]
Topic: TypeAlias = Literal[
    "broken",
    "not_working",
    "maintenance",
    "worn_part",
    "other",
    "treatment_insufficient",
    "new_condition",
    "chafes_or_allergy",
    "worn_within_interval",
    "needs_training",
]
Answerer: TypeAlias = Literal["centre", "prescriber"]

_TO_PRESCRIBER: Final[frozenset[str]] = frozenset(get_args(PrescriberTopic))


def answerer_of(topic: str) -> Answerer:
    """Return who answers such a report."""
    return "prescriber" if topic in _TO_PRESCRIBER else "centre"


def proposed_decision(topic: str, *, expired: bool) -> Literal["work_order", "refer"]:
    """Return what triage is proposed to do; an expired device is always the prescriber's to replace (R-220)."""
    return "refer" if expired or answerer_of(topic) == "prescriber" else "work_order"
