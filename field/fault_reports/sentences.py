"""What people are told about fault reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "fault_report.text_empty": (
        "Beskriv felet med några ord.",
        "Describe the fault in a few words.",
    ),
    "fault_report.id_taken": (
        "Anmälan kunde inte tas emot. Ladda om sidan och skicka den igen.",
        "The report could not be taken in. Load the page again and send it once more.",
    ),
    "fault_report.decided": (
        "Någon har redan tagit hand om felanmälan. Hämta listan igen.",
        "Someone has dealt with the report already. Load the list again.",
    ),
    "fault_report.work_order_missing": (
        "Fyll i arbetsordern som felanmälan ska bli.",
        "Fill in the work order that the report shall become.",
    ),
    "fault_report.no_prescriber": (
        "Ingen förskrivare är känd för hjälpmedlet. Gör en arbetsorder, eller ring brukaren.",
        "No prescriber is known for the device. Make a work order, or phone the user.",
    ),
    "fault_report.duplicate_missing": (
        "Skriv numret på arbetsordern som redan gäller felet.",
        "Write the number of the work order that is about this fault already.",
    ),
    "fault_report.duplicate_unknown": (
        "Arbetsorder {number} finns inte. Kontrollera numret.",
        "There is no work order {number}. Check the number.",
    ),
    "fault_report.answer_needed": (
        "Skriv ett svar till den som anmälde.",
        "Write an answer to the person who reported.",
    ),
}
