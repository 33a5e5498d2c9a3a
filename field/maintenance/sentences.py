"""Every refusal about preventive maintenance, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "maintenance.id_missing": (
        "Planen saknar sitt id. Uppdatera appen och försök igen.",
        "The plan lacks its id. Update the app and try again.",
    ),
    "maintenance.plan_for_one": (
        "En plan har namn och grund och gäller ett hjälpmedel, en artikel eller en ISO-klass. Fyll i exakt en av dem.",
        "A plan has a name and a ground and is for one device, one article or one ISO class. Fill in exactly one.",
    ),
    "maintenance.device_unknown": (
        "Hjälpmedlet finns inte här. Kontrollera individnumret.",
        "The device is not here. Check the device number.",
    ),
    "maintenance.article_unknown": (
        "Artikeln finns inte här. Kontrollera artikelnumret.",
        "The article is not here. Check the article number.",
    ),
    "maintenance.template_unknown": (
        "Den versionen av protokollmallen finns inte. Välj mall på nytt.",
        "There is no such version of the protocol template. Choose the template again.",
    ),
    "maintenance.plan_taken": (
        "Planen {name} gäller redan för samma sak. Ändra den, eller avsluta den först.",
        "The plan {name} already holds for the same thing. Change it, or end it first.",
    ),
    "maintenance.plan_ended": (
        "Planen är avslutad. Gör en ny plan.",
        "The plan has ended. Make a new plan.",
    ),
    "maintenance.plan_changed": (
        "Någon har ändrat planen sedan du läste den. Hämta listan igen och gör om ändringen.",
        "Somebody has changed the plan since you read it. Load the list again and redo your change.",
    ),
    "maintenance.over": (
        "{number} har inget pågående FU-tillfälle. Hämta listan igen.",
        "{number} has no maintenance under way. Load the list again.",
    ),
    "maintenance.begun_already": (
        "FU på {number} har kommit längre än så. Hämta listan igen.",
        "The maintenance of {number} has come further than that. Load the list again.",
    ),
    "maintenance.not_booked": (
        "FU på {number} är inte bokad. Hämta listan igen.",
        "The maintenance of {number} is not booked. Load the list again.",
    ),
    "maintenance.notify_first": (
        "Den som har {number} har inte fått besked om FU. Ge besked först, eller notera att dagen är överenskommen.",
        "Whoever has {number} has not been told of the maintenance. Give notice first, or note that the day is agreed.",
    ),
    "maintenance.too_soon": (
        "Beskedet om {number} gavs {told} och ska ges minst {days} dagar före. Välj en senare dag, eller kom överens.",
        "Notice about {number} was given {told}, at least {days} days ahead is needed. Choose a later day, or agree.",
    ),
    "maintenance.notice_ahead": (
        "Ett besked som inte har lämnats än kan inte noteras. Skriv dagen det lämnades.",
        "A notice that has not been given yet cannot be noted. Write the day it was given.",
    ),
    "maintenance.day_passed": (
        "Dagen har passerat. Välj i dag eller en senare dag.",
        "The day has passed. Choose today or a later day.",
    ),
    "maintenance.centre_only": (
        "{number} underhålls bara på centralen eller hos förskrivaren. Välj en annan plats.",
        "{number} is maintained at the centre or the prescriber's only. Choose another place.",
    ),
    "maintenance.try_contact_first": (
        "Notera först att brukaren inte har gått att nå. Sedan kontaktas förskrivaren.",
        "First note that the user could not be reached. Then the prescriber is contacted.",
    ),
    "maintenance.ask_prescriber_first": (
        "FU på {number} kan avstås bara när förskrivaren är kontaktad. Kontakta förskrivaren först.",
        "The maintenance of {number} can be waived only with the prescriber's word. Contact the prescriber first.",
    ),
    "maintenance.device_gone": (
        "{number} är skrotad eller förlorad och ska inte underhållas. Kontrollera numret.",
        "{number} is scrapped or lost and is not to be maintained. Check the number.",
    ),
    "maintenance.no_label_due": (
        "{number} väntar inte på någon FU-etikett. Kontrollera numret.",
        "{number} does not wait for a next-PM label. Check the number.",
    ),
    "maintenance.label_elsewhere": (
        "Etiketten som skannades hör inte till {number}. Kontrollera att rätt etikett sitter på hjälpmedlet.",
        "The label that was scanned is not {number}'s. Check that the right label is on the device.",
    ),
    "maintenance.no_disposition_due": (
        "{number} väntar inte på något beslut efter FU. Kontrollera numret.",
        "{number} does not wait for a decision after maintenance. Check the number.",
    ),
}
