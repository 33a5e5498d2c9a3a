"""A recall as a table, in Swedish or English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.policy.working_time import STOCKHOLM
from app.traceability.schemas import Recalled
from app.web.tables import Cell, Table

_STATUS: Final = {
    "in_stock": ("I lager", "In stock"),
    "reserved": ("Reserverad", "Reserved"),
    "in_transit": ("På väg", "In transit"),
    "with_holder": ("Hos brukare", "With a user"),
    "pickup_requested": ("Ska hämtas", "To be collected"),
    "collected": ("Hämtad", "Collected"),
    "arrived": ("Ankomstregistrerad", "Arrived"),
    "cleaning": ("Rengörs", "Cleaning"),
    "inspection": ("Kontrolleras", "Inspection"),
    "in_repair": ("På reparation", "In repair"),
    "quarantined": ("I karantän", "Quarantined"),
    "scrapped": ("Utrangerad", "Scrapped"),
    "lost": ("Saknas", "Lost"),
}
_WHAT: Final = {
    "device": ("Individ", "Device"),
    "component": ("Tillbehör i", "Component of"),
    "quantity": ("Utan individnummer", "Without a number"),
}

_COLUMNS: Final[tuple[tuple[str, str, Callable[[Recalled, int], Cell]], ...]] = (
    ("Vad", "What", lambda row, language: _WHAT[row.what][language]),
    ("Individnummer", "Device number", lambda row, _: row.device_number),
    ("Artikelnummer", "Article number", lambda row, _: row.article_number),
    ("Artikel", "Article", lambda row, _: row.article_name),
    ("Serienummer", "Serial number", lambda row, _: row.serial),
    ("Batch", "Batch", lambda row, _: row.batch),
    ("Antal", "Quantity", lambda row, _: row.quantity),
    ("Status", "Status", lambda row, language: _STATUS.get(row.status, (row.status, row.status))[language]),
    ("Plats", "Place", lambda row, _: row.place),
    ("Innehavare", "Holder", lambda row, _: row.name),
    ("Enhetens nummer", "Unit's number", lambda row, _: row.party_number),
    ("Telefon", "Telephone", lambda row, _: row.phone),
    ("C/o", "C/o", lambda row, _: row.care_of),
    ("Gata", "Street", lambda row, _: row.street),
    ("Postnummer", "Postcode", lambda row, _: row.postcode),
    ("Ort", "Town", lambda row, _: row.town),
    (
        "Hos innehavaren sedan",
        "With the holder since",
        lambda row, _: row.since and row.since.astimezone(STOCKHOLM).date(),
    ),
    ("Förskrivare", "Prescriber", lambda row, _: row.prescriber_name),
    ("Kund", "Customer", lambda row, _: row.customer),
    ("Öppen arbetsorder", "Open work order", lambda row, _: row.open_order),
    ("Åtgärdad", "Done", lambda row, _: row.done_at),
    ("Åtgärdad av", "Done by", lambda row, _: row.done_by_name),
    ("Anteckning", "Note", lambda row, _: row.done_note),
)


def recall_table(items: Sequence[Recalled], language: str) -> Table:
    """Return the rows with their headings in ``language`` ("sv" or "en")."""
    index = 1 if language == "en" else 0
    return Table(
        ("Återkallelse", "Recall")[index],
        [english if language == "en" else swedish for swedish, english, _ in _COLUMNS],
        [[value(item, index) for _, _, value in _COLUMNS] for item in items],
    )
