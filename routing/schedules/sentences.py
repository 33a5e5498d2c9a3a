"""What became of the commands on round schedules, in one sentence each that says what to do."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "template.id_missing": (
        "Rundan saknar sitt id. Ladda om sidan och försök igen.",
        "The round lacks its id. Reload the page and try again.",
    ),
    "template.id_taken": ("Rundan finns redan. Ladda om sidan.", "The round exists already. Reload the page."),
    "template.retired": (
        "Rundan är borttagen från turbilslistan. Lägg upp en ny.",
        "The round has been taken off the list. Make a new one.",
    ),
    "template.no_area": (
        "{name} täcker inget område. Ange postnummer, orter eller enheter vid ett fast stopp.",
        "{name} covers no area. Give postcodes, places or the units of a fixed stop.",
    ),
    "template.window_ends_first": (
        "Tiden vid {name} slutar innan den börjar. Kontrollera klockslagen.",
        "The time at {name} ends before it begins. Check the times.",
    ),
    "template.party_unknown": (
        "Det finns ingen enhet eller kund med nummer {number} ({name}). Kontrollera numret.",
        "There is no unit or customer with number {number} ({name}). Check the number.",
    ),
    "template.none": (
        "Turbilslistan är tom. Lägg upp rundor med veckodag och område först.",
        "The list of rounds is empty. Make rounds with a weekday and an area first.",
    ),
    "template.moved": (
        "Den {day} är helgdag: dagens rundor körs {to} i stället. Gör dem den dagen.",
        "{day} is a holiday: its rounds are driven on {to} instead. Make them for that day.",
    ),
    "template.holiday": (
        "Den {day} är helgdag och inga rundor körs. Välj en annan dag.",
        "{day} is a holiday and no rounds are driven. Choose another day.",
    ),
    "template.not_that_day": (
        "Turbilslistan har ingen runda den {day}. Välj en annan dag, eller gör en runda för hand.",
        "The list has no round on {day}. Choose another day, or make a round by hand.",
    ),
    "agreement.customer_unknown": (
        "Det finns ingen kund med nummer {number}. Kontrollera numret.",
        "There is no customer with number {number}. Check the number.",
    ),
}
