"""What is wrong with a round or a plan, in one sentence each that says what to change."""

from __future__ import annotations

from typing import Final

from routing.planner import FAULT_WORDS

FAULTS: Final[dict[str, tuple[str, str]]] = {
    **{str(code): words for code, words in FAULT_WORDS.items()},
    "round_without_van": (
        "Rundan har ingen bil, så varken last eller arbetstid är räknad: välj en bil.",
        "The round has no van, so neither load nor working hours are counted: choose a van.",
    ),
    "van_undescribed": (
        "Ingen har sagt vad bilen rymmer, så varken last eller arbetstid är räknad: fyll i det.",
        "Nobody has said what the van takes, so neither load nor working hours are counted: fill it in.",
    ),
}

#: What became of the commands, and why a plan could not be made.
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "plan.id_missing": (
        "Planen saknar sitt id. Ladda om sidan och försök igen.",
        "The plan lacks its id. Reload the page and try again.",
    ),
    "plan.id_taken": ("Planen finns redan. Hämta den i stället.", "The plan exists already. Load it instead."),
    "plan.no_rounds": (
        "Det finns inga rundor att planera den dagen. Skapa en runda först.",
        "There are no rounds to plan on that day. Make a round first.",
    ),
    "plan.no_stops": (
        "Rundorna har inga stopp kvar att planera. Lägg till order först.",
        "The rounds have no stops left to plan. Add orders first.",
    ),
    "plan.rounds_differ": (
        "Rundorna är inte av samma dag, eller finns inte. Hämta listan igen.",
        "The rounds are not of the same day, or do not exist. Load the list again.",
    ),
    "plan.round_out": (
        "En av rundorna har redan kört ut. Lägg till akuta stopp i stället, eller ta bort den ur planen.",
        "One of the rounds has set out. Add urgent stops instead, or leave it out of the plan.",
    ),
    "plan.round_not_out": (
        "Bara publicerade rundor kan ta emot akuta stopp. Publicera rundan, eller planera hela dagen.",
        "Only published rounds can take urgent stops. Publish the round, or plan the whole day.",
    ),
    "plan.new_round_missing": (
        "Välj utkastet med de akuta stoppen.",
        "Choose the draft that has the urgent stops.",
    ),
    "plan.pin_unknown": (
        "Ett låst stopp finns inte på rundorna. Hämta rundorna igen.",
        "A pinned stop is not on the rounds. Load the rounds again.",
    ),
    "plan.busy": (
        "Det räknas redan på flera planer. Vänta tills en är klar, eller avbryt en.",
        "Several plans are being made already. Wait until one is ready, or cancel one.",
    ),
    "plan.settled": (
        "Planen är redan klar, avbruten eller använd. Hämta den igen.",
        "The plan is ready, cancelled or taken already. Load it again.",
    ),
    "plan.not_ready": (
        "Planen är inte klar än, eller gick inte att göra. Vänta, eller begär en ny.",
        "The plan is not ready yet, or could not be made. Wait, or ask for a new one.",
    ),
    "plan.stale": (
        "Rundorna har ändrats sedan planen gjordes. Begär en ny plan.",
        "The rounds have changed since the plan was made. Ask for a new plan.",
    ),
    "planner.crashed": (
        "Planeringen avbröts av ett fel. Försök igen, eller ordna stoppen för hand.",
        "The planning ended with an error. Try again, or put the stops in order by hand.",
    ),
    "planner.too_slow": (
        "Planeringen tog för lång tid. Försök igen, eller ta färre rundor åt gången.",
        "The planning took too long. Try again, or take fewer rounds at a time.",
    ),
    "planner.unsound": (
        "Planen höll inte för kontrollen och visas inte. Försök igen, eller ordna stoppen för hand.",
        "The plan did not pass the check and is not shown. Try again, or put the stops in order by hand.",
    ),
    "van.hours_end_first": (
        "Passet eller rasten slutar innan det börjar. Kontrollera klockslagen.",
        "The shift or the break ends before it begins. Check the times.",
    ),
}
