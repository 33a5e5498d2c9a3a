"""Every verdict that is not ``applied`` in one kind sentence that says what to do, in Swedish and English.

The phone and the office show these and nothing else; a code without a sentence fails a test. Features add the
sentences of their own codes through ``Feature.sentences``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final


class Code(StrEnum):
    """The codes of the protocol itself."""

    UNKNOWN_TYPE = "sync.unknown_type"
    UNKNOWN_VERSION = "sync.unknown_version"
    WAITS = "sync.waits"
    SERVER_FAULT = "server.fault"
    ARGUMENTS = "sync.arguments"
    MALFORMED = "sync.malformed"
    AUTHOR_INACTIVE = "sync.author_inactive"
    NOT_ENTITLED = "sync.not_entitled"
    NOT_FOUND = "sync.not_found"
    OTHER_CONTENT = "sync.other_content"
    PHONE_LOST = "sync.phone_lost"
    SEALED_UNKNOWN_PHONE = "sync.sealed_unknown_phone"
    REVIEW_DECIDED = "review.decided_already"
    REVIEW_NOTHING_STORED = "review.nothing_stored"
    REVIEW_AUTHOR = "review.author"
    REVIEW_FIELDS = "review.fields"


SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    Code.UNKNOWN_TYPE: (
        "Det du gjorde är sparat, men servern känner inte igen det än. Du behöver inte göra något.",
        "What you did is saved, but the server does not know this kind of work yet. You need not do anything.",
    ),
    Code.UNKNOWN_VERSION: (
        "Det du gjorde är sparat. Servern behöver uppdateras innan det kan tas in. Du behöver inte göra något.",
        "What you did is saved. The server must be updated before it can be taken in. You need not do anything.",
    ),
    Code.WAITS: (
        "Det här är sparat och väntar på något du gjorde tidigare på samma order. Du behöver inte göra något.",
        "This is saved and waits for something you did earlier on the same order. You need not do anything.",
    ),
    Code.SERVER_FAULT: (
        "Det du gjorde är sparat, men ett fel hos oss gör att det väntar. Vi tar hand om det, gör inte om det.",
        "What you did is saved, but a fault of ours makes it wait. We take care of it; do not do it again.",
    ),
    Code.ARGUMENTS: (
        "Det du skrev är sparat, men en uppgift kunde inte läsas. Planeringen går igenom det och hör av sig.",
        "What you wrote is saved, but a value could not be read. The planners look at it and get back to you.",
    ),
    Code.MALFORMED: (
        "Det du gjorde är sparat, men kunde inte läsas. Planeringen går igenom det och hör av sig.",
        "What you did is saved but could not be read. The planners look at it and get back to you.",
    ),
    Code.AUTHOR_INACTIVE: (
        "Det du gjorde är sparat. Kontot är avstängt, så en chef går igenom arbetet. Hör av dig till din chef.",
        "What you did is saved. The account is closed, so a manager looks it through. Please contact your manager.",
    ),
    Code.NOT_ENTITLED: (
        "Det du gjorde är sparat. Du har inte längre behörighet, så planeringen beslutar. Hör av dig till dem.",
        "What you did is saved. You no longer have access to it, so the planners decide. Please contact them.",
    ),
    Code.NOT_FOUND: (
        "Det du gjorde är sparat, men det som det gäller hittades inte. Planeringen går igenom det och hör av sig.",
        "What you did is saved, but what it is about was not found. The planners look at it and get back to you.",
    ),
    Code.OTHER_CONTENT: (
        "Samma post kom två gånger med olika innehåll. Båda är sparade, och planeringen beslutar vilken som gäller.",
        "The same entry came twice with different content. Both are saved, and the planners decide which one holds.",
    ),
    Code.PHONE_LOST: (
        "Telefonen är anmäld som borttappad. Arbetet är sparat och en chef går igenom det. Hör av dig till din chef.",
        "The phone is reported lost. The work is saved and a manager looks through it. Please contact your manager.",
    ),
    Code.SEALED_UNKNOWN_PHONE: (
        "Arbetet är sparat, men telefonen är inte känd här. Ta reda på vem som gjorde det och registrera det.",
        "The work is saved, but the phone is not known here. Find out who did it and register it.",
    ),
    Code.REVIEW_NOTHING_STORED: (
        "Det fältet gjorde är sparat, men inte på ordern. Registrera arbetet och välj Följ upp.",
        "What the field did is saved, but not on the order. Register the work and choose Follow up.",
    ),
    Code.REVIEW_AUTHOR: (
        "Välj vem som gjorde arbetet. Telefonen är inte känd här, så systemet vet det inte.",
        "Choose who did the work. The phone is not known here, so the system cannot tell.",
    ),
    Code.REVIEW_FIELDS: (
        "Välj minst en uppgift att ta från fältet, och bara sådana som skiljer sig.",
        "Choose at least one value to take from the field, and only such as differ.",
    ),
    Code.REVIEW_DECIDED: (
        "Någon har redan beslutat i ärendet. Hämta listan igen.",
        "Somebody has already decided this. Load the list again.",
    ),
}

_UNNAMED: Final = (
    "Det du gjorde är sparat. Planeringen går igenom det och hör av sig.",
    "What you did is saved. The planners look at it and get back to you.",
)


class _Values(dict[str, Any]):
    """A sentence may name a value that an older row does not have: it is then left out, never an error."""

    def __missing__(self, key: str) -> str:
        return ""


class Sentences:
    """The sentences of the protocol and of all features."""

    def __init__(self, more: Iterable[Mapping[str, tuple[str, str]]] = ()) -> None:
        """Join the features' sentences to the protocol's own.

        Raises:
            ValueError: two features give the same code another sentence.
        """
        self._sentences: dict[str, tuple[str, str]] = dict(SENTENCES)
        for sentences in more:
            for code, sentence in sentences.items():
                if self._sentences.setdefault(code, sentence) != sentence:
                    raise ValueError(f"the code {code} has two sentences")

    def text(self, code: str, language: str, detail: Mapping[str, Any] | None = None) -> str:
        """The sentence in ``language`` ("sv" or "en"), "" for an applied command, which needs none."""
        if not code:
            return ""
        swedish, english = self._sentences.get(code, _UNNAMED)
        sentence = english if language == "en" else swedish
        return sentence.format_map(_Values(detail or {}))

    def __contains__(self, code: object) -> bool:
        return code in self._sentences
