"""Every refusal of the returns desk, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "return.here_already": (
        "{number} står redan på centralen. Gå vidare med rengöring eller inspektion.",
        "{number} is at the centre already. Go on with cleaning or inspection.",
    ),
    "return.other_label": (
        "Du läste {scanned}, men det gäller {number}. Kontrollera etiketten.",
        "You read {scanned}, but this is about {number}. Check the label.",
    ),
    "return.scrapped": (
        "{number} är utrangerad. Ställ undan den och kontrollera numret.",
        "{number} is scrapped. Put it aside and check the number.",
    ),
    "return.not_arrived": (
        "{number} är inte ankomstregistrerad. Registrera ankomsten först.",
        "{number} has no registered arrival. Register the arrival first.",
    ),
    "return.not_cleaning": (
        "{number} väntar inte på rengöring. Hämta listan igen.",
        "{number} does not wait for cleaning. Load the list again.",
    ),
    "return.quarantine_runs": (
        "{number} är smittad och ska stå orörd till {until}. Vänta tills dess.",
        "{number} is contaminated and is left alone until {until}. Wait until then.",
    ),
    "return.not_inspectable": (
        "{number} kan inte inspekteras än. Rengör den först.",
        "{number} cannot be inspected yet. Clean it first.",
    ),
    "return.deviation_is_kept": (
        "En medicinteknisk avvikelse ställs i karantän, märkt. Välj karantän.",
        "A device deviation is quarantined, with its mark. Choose quarantine.",
    ),
    "return.faults_not_to_stock": (
        "Ett hjälpmedel med fel går inte till lager. Välj reparation, karantän eller utrangering.",
        "A device with faults does not go to stock. Choose repair, quarantine or scrapping.",
    ),
    "return.stopped": (
        "{number} är spärrad eller har ett säkerhetsmeddelande. Välj reparation eller karantän tills det är åtgärdat.",
        "{number} is blocked or has a safety notice. Choose repair or quarantine until that is dealt with.",
    ),
    "return.say_why": ("Skriv kort varför.", "Write briefly why."),
    "return.part_unknown": (
        "Ett av tillbehören hör inte till {number}. Hämta listan igen.",
        "One of the parts does not belong to {number}. Load the list again.",
    ),
    "return.line_not_arrived": (
        "Varan är inte ankomstregistrerad. Registrera ankomsten först.",
        "The goods have no registered arrival. Register the arrival first.",
    ),
    "return.judged_already": (
        "Återköpet är redan bedömt. Hämta listan igen.",
        "The buy-back is judged already. Load the list again.",
    ),
}
