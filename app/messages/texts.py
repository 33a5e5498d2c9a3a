"""What messages say. The in-app text names the order; the push never does: it says only that something has happened.

The closed-order message of the desk system carries the patient's name (R-223). Ours carries the order number, and the
reader opens the order to see more, which the access log then records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from app.identity.actor import Role

MessageKind: TypeAlias = Literal[
    "work_order.closed",
    "work_order.cancelled",
    "work_order.late",
    "work_order.will_miss",
    "work_order.referred",
    "work_order.deviation",
    "work_order.reassigned",
    "maintenance.no_contact",
    "maintenance.not_approved",
    "return.parts_missing",
    "fault_report.referred",
    "attachment.missing",
    "phone.unsent",
]

#: kind -> language -> (in-app text, push text)
TEXTS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "work_order.closed": {
        "sv": ("Arbetsorder {number} är avslutad.", "En arbetsorder är avslutad. Öppna Turbil för att läsa."),
        "en": ("Work order {number} is closed.", "A work order is closed. Open Turbil to read."),
    },
    "work_order.cancelled": {
        "sv": (
            "Arbetsorder {number} är makulerad: {reason}. Behövs hjälpen ännu, gör en ny arbetsorder.",
            "En arbetsorder är makulerad. Öppna Turbil för att läsa.",
        ),
        "en": (
            "Work order {number} is cancelled: {reason}. If help is still needed, make a new work order.",
            "A work order is cancelled. Open Turbil to read.",
        ),
    },
    "work_order.late": {
        "sv": (
            "Arbetsorder {number} hinner inte bli klar i utlovad tid. Serviceavdelningen hör av sig.",
            "En arbetsorder är försenad. Öppna Turbil för att läsa.",
        ),
        "en": (
            "Work order {number} will not be ready in the promised time. The service department will be in touch.",
            "A work order is late. Open Turbil to read.",
        ),
    },
    "work_order.will_miss": {
        "sv": (
            "Arbetsorder {number} blir inte klar i utlovad tid: {reason}. {when}",
            "En arbetsorder blir försenad. Öppna Turbil för att läsa.",
        ),
        "en": (
            "Work order {number} will not be done in the promised time: {reason}. {when}",
            "A work order will be late. Open Turbil to read.",
        ),
    },
    "work_order.referred": {
        "sv": (
            "{article_name} har utgått. Arbetsorder {number} väntar på en ny förskrivning från dig.",
            "En arbetsorder väntar på dig. Öppna Turbil för att läsa.",
        ),
        "en": (
            "{article_name} is discontinued. Work order {number} waits for a new prescription from you.",
            "A work order waits for you. Open Turbil to read.",
        ),
    },
    "work_order.deviation": {
        "sv": (
            "Medicinteknisk avvikelse på {article_name} {device_number}, arbetsorder {number}. Öppna ordern och läs.",
            "En medicinteknisk avvikelse är anmäld. Öppna Turbil för att läsa.",
        ),
        "en": (
            "Medical device deviation on {article_name} {device_number}, work order {number}. Open the order and read.",
            "A medical device deviation is reported. Open Turbil to read.",
        ),
    },
    "work_order.reassigned": {
        "sv": (
            "Arbetsorder {number} har gått till en kollega.",
            "En arbetsorder har bytt tekniker. Öppna Turbil för att läsa.",
        ),
        "en": (
            "Work order {number} has moved to a colleague.",
            "A work order has moved to a colleague. Open Turbil to read.",
        ),
    },
    "maintenance.no_contact": {
        "sv": (
            "Vi når inte den som har {article_name} {number} inför underhåll. Kontakta serviceavdelningen.",
            "Vi når inte en brukare. Öppna Turbil för att läsa.",
        ),
        "en": (
            "We cannot reach whoever has {article_name} {number} for maintenance. Contact the service department.",
            "We cannot reach a user. Open Turbil to read.",
        ),
    },
    "maintenance.not_approved": {
        "sv": (
            "{article_name} {number} godkändes inte vid förebyggande underhåll. Behovet behöver en ny förskrivning.",
            "Ett hjälpmedel godkändes inte. Öppna Turbil för att läsa.",
        ),
        "en": (
            "{article_name} {number} was not approved at its maintenance. The need calls for a new prescription.",
            "A device was not approved. Open Turbil to read.",
        ),
    },
    "phone.unsent": {
        "sv": (
            "Telefonen som {name} använder har arbete som inte skickats på över ett dygn. Be {name} öppna appen.",
            "En telefon har gammalt arbete som inte skickats. Öppna Turbil för att läsa.",
        ),
        "en": (
            "The phone that {name} uses has work unsent for more than a day. Ask {name} to open the app.",
            "A phone has old work that is not sent. Open Turbil to read.",
        ),
    },
    "attachment.missing": {
        "sv": (
            "Bilder eller underskrifter från {day} har inte kommit fram. Öppna appen på samma telefon med täckning.",
            "En bild har inte kommit fram. Öppna Turbil på telefonen där du tog den.",
        ),
        "en": (
            "Pictures or signatures from {day} have not arrived. Open the app on the same phone with coverage.",
            "A picture has not arrived. Open Turbil on the phone where you took it.",
        ),
    },
    "return.parts_missing": {
        "sv": (
            "{article_name} {number} har kommit tillbaka utan {parts}. Fråga mottagaren och svara centralen.",
            "Något saknas på ett återlämnat hjälpmedel. Öppna Turbil för att läsa.",
        ),
        "en": (
            "{article_name} {number} has come back without {parts}. Ask the recipient and answer the centre.",
            "Something is missing from a returned device. Open Turbil to read.",
        ),
    },
    "fault_report.referred": {
        "sv": (
            "En felanmälan om {article_name} {number} är en fråga för dig. Läs den och ta kontakt.",
            "En felanmälan väntar på dig. Öppna Turbil för att läsa.",
        ),
        "en": (
            "A fault report about {article_name} {number} is a question for you. Read it and get in touch.",
            "A fault report waits for you. Open Turbil to read.",
        ),
    },
}

_ORDERERS: Final = frozenset({Role.PRESCRIBER, Role.CUSTOMER_SERVICE, Role.PLANNER, Role.TECHNICIAN})

#: kind -> who may get it; each of them chooses whether the phone rings for it.
RECIPIENTS: Final[Mapping[MessageKind, frozenset[Role]]] = {
    "work_order.closed": _ORDERERS,
    "work_order.cancelled": _ORDERERS,
    "work_order.late": _ORDERERS,
    "work_order.will_miss": _ORDERERS,
    "work_order.referred": frozenset({Role.PRESCRIBER}),
    "work_order.deviation": _ORDERERS,
    "work_order.reassigned": frozenset({Role.TECHNICIAN}),
    "maintenance.no_contact": frozenset({Role.PRESCRIBER}),
    "maintenance.not_approved": frozenset({Role.PRESCRIBER}),
    "return.parts_missing": _ORDERERS,
    "fault_report.referred": frozenset({Role.PRESCRIBER}),
    "attachment.missing": frozenset({Role.TECHNICIAN, Role.DRIVER}),
    "phone.unsent": frozenset({Role.PLANNER}),
}

REASONS: Final[dict[str, dict[str, str]]] = {
    "no_contact": {"sv": "ingen kontakt", "en": "no contact"},
    "not_needed": {"sv": "behovet finns inte längre", "en": "no longer needed"},
    "duplicate": {"sv": "dubblett", "en": "duplicate"},
    "wrong": {"sv": "felregistrerad", "en": "registered by mistake"},
    "other": {"sv": "annan orsak", "en": "another reason"},
    "parts": {"sv": "delar saknas", "en": "parts are missing"},
    "time": {"sv": "tiden räcker inte", "en": "there is not enough time"},
    "patient": {"sv": "brukaren kan inte", "en": "the user is not available"},
    "supplier": {"sv": "leverantören är sen", "en": "the supplier is late"},
    "no_slot": {"sv": "ingen tekniker har en ledig tid före dess", "en": "no technician has a free time before that"},
}

_ATTEMPTS: Final[dict[str, str]] = {"sv": "{reason} efter {n} försök", "en": "{reason} after {n} attempts"}
_WHEN: Final[dict[str, str]] = {"sv": "Ny dag: {day}. ", "en": "New day: {day}. "}


def in_app_text(kind: str, language: str, params: Mapping[str, Any]) -> str:
    """One sentence for the inbox."""
    values = dict(params)
    if "reason" in values:
        values["reason"] = REASONS.get(str(values["reason"]), REASONS["other"])[language]
    if values.get("attempts"):
        values["reason"] = _ATTEMPTS[language].format(reason=values["reason"], n=values["attempts"])
    values["when"] = _WHEN[language].format(day=values["new_day"]) if values.get("new_day") else ""
    return TEXTS[kind][language][0].format_map(values).strip()


def push_text(kind: str, language: str) -> str:
    """One sentence for the lock screen: no number, no name, no place (SR-07)."""
    return TEXTS[kind][language][1]
