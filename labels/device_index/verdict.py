"""What a scanned device is and what to do about it, worst first. Pure; twin of pwa/client/src/index/verdict.ts."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from labels.device_index.format import DeviceIndex

Notice: TypeAlias = Literal[
    "unknown",
    "scrapped",
    "safety_notice",
    "quarantined",
    "blocked",
    "label_wrong",
    "lost",
    "label_replaced",
    "pm_overdue_now",
    "pm_overdue_ask",
    "expired_article",
]

STOPS: Final[frozenset[Notice]] = frozenset(
    {"unknown", "scrapped", "safety_notice", "quarantined", "blocked", "label_wrong"}
)
"""Notices that say "do not"; the others say "look"."""


def notices(index: DeviceIndex, number: str, label: tuple[int, int] | None, today: date) -> list[Notice]:
    """Judge a scan.

    Args:
        number: the device's number, as read.
        label: version and check of the label that was read, or None for a typed number or an old barcode.
        today: the day where the centre is.

    An overdue maintenance is done now when its notice has been given two weeks before, else the holder is asked first
    (R-228).
    """
    entry = index.entries.get(number)
    if entry is None:
        return ["unknown"]
    article = index.articles[entry.article]
    versions = dict(entry.labels)
    wrong = label is not None and versions.get(label[0]) not in {None, label[1]}
    replaced = label is not None and label[0] not in versions
    overdue = entry.next_pm is not None and entry.next_pm < today and entry.status != "scrapped"
    told = "pm_notice_given" in entry.flags
    found: list[tuple[Notice, bool]] = [
        ("scrapped", entry.status == "scrapped"),
        ("safety_notice", "safety_notice" in entry.flags),
        ("quarantined", entry.status == "quarantined"),
        ("blocked", "blocked" in entry.flags),
        ("label_wrong", wrong),
        ("lost", entry.status == "lost"),
        ("label_replaced", replaced),
        ("pm_overdue_now", overdue and told),
        ("pm_overdue_ask", overdue and not told),
        ("expired_article", article.expired),
    ]
    return [notice for notice, holds in found if holds]
