"""A protocol on paper: every point that was asked for, in Swedish, the same bytes each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest

from field.protocols import judge, load_templates
from field.protocols.paper import SignedPaper, protocol_pdf

TEMPLATES = load_templates()


def paper(name: str, answers: dict[str, object]) -> tuple[bytes, str]:
    judged = judge(TEMPLATES[name], answers)
    made = protocol_pdf(
        TEMPLATES[name],
        SignedPaper(
            device_number="104901",
            article_name="Lyft <Provia> & co",
            order_number="15510441",
            signed_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
            signed_by="Tea Testtekniker",
            verdict=judged.verdict,
            answers=answers,
            statuses={key: item.status for key, item in judged.items.items()},
        ),
    )
    document = pypdfium2.PdfDocument(made)
    return made, "\n".join(document[index].get_textpage().get_text_range() for index in range(len(document)))


def test_what_was_asked_stands_there_and_what_was_turned_off_does_not() -> None:
    answers: dict[str, object] = {
        "identity.class": "one",
        "identity.cord": "fixed",
        "earth.fixed": "0.35",
        "finish.remark": "Åtgärdas & mäts om",
    }
    made, text = paper("electrical_safety", answers)
    for words in ("INTE GODKÄND", "104901 Lyft <Provia> & co", "15510441", "2026-11-25 10:30", "0,35", "högst 0,3"):
        assert words in text, words
    assert "Ej godkänt" in text
    assert "Åtgärdas & mäts om" in text
    assert "Klass I" in text
    assert "Skyddsledare, apparaten utan kabel" not in text
    assert paper("electrical_safety", answers)[0] == made


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_shipped_protocol_fits_on_paper(name: str) -> None:
    _, text = paper(name, {})
    assert TEMPLATES[name].title.sv in text
