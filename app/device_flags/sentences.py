"""Every refusal about safety notices, blocks and announced maintenance, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "safety.id_missing": (
        "Meddelandet saknar sitt id. Uppdatera appen och försök igen.",
        "The notice lacks its id. Update the app and try again.",
    ),
    "safety.id_taken": (
        "Meddelandet finns redan. Hämta listan igen.",
        "The notice exists already. Load the list again.",
    ),
    "safety.nothing_covered": (
        "Säg vilka hjälpmedel det gäller: en artikel, en serie av dess serienummer eller en lista med individnummer.",
        "Say which devices it is about: an article, a range of its serial numbers, or a list of device numbers.",
    ),
    "safety.article_unknown": (
        "Artikeln finns inte här. Kontrollera artikelnumret.",
        "The article is not here. Check the article number.",
    ),
    "safety.serials_without_article": (
        "Serienummer och batch gäller en artikel: fyll i artikelnumret också.",
        "Serial numbers and batches belong to an article: fill in the article number too.",
    ),
    "safety.serial_range": (
        "Skriv första och sista serienumret med lika många tecken, det lägre först.",
        "Write the first and the last serial number with the same number of characters, the lower one first.",
    ),
    "safety.unknown_numbers": (
        "{count} av numren finns inte här, till exempel {number}. Rätta listan och försök igen.",
        "{count} of the numbers are not here, for example {number}. Correct the list and try again.",
    ),
    "safety.lifted": (
        "Meddelandet är redan hävt. Du behöver inte göra något.",
        "The notice has been lifted already. You need not do anything.",
    ),
    "safety.no_action": (
        "Meddelandet kräver ingen åtgärd per hjälpmedel: häv det när det inte gäller längre.",
        "The notice demands nothing of each device: lift it when it no longer holds.",
    ),
    "safety.not_covered": (
        "{number} omfattas inte av meddelandet. Kontrollera numret.",
        "{number} is not covered by the notice. Check the number.",
    ),
    "device.blocked_already": (
        "{number} är redan spärrad. Häv spärren först om den ska ha en annan orsak.",
        "{number} is blocked already. Lift the block first if it should have another reason.",
    ),
    "device.not_blocked": (
        "{number} är inte spärrad. Du behöver inte göra något.",
        "{number} is not blocked. You need not do anything.",
    ),
    "device.block_scrapped": (
        "{number} är skrotad och kan inte spärras. Kontrollera numret.",
        "{number} is scrapped and cannot be blocked. Check the number.",
    ),
    "device.pm_notice_ahead": (
        "En avisering som inte har lämnats än kan inte noteras. Skriv dagen den lämnades.",
        "A notice that has not been given yet cannot be noted. Write the day it was given.",
    ),
    "device.no_pm": (
        "{number} har ingen FU planerad att avisera om. Kontrollera numret.",
        "{number} has no maintenance planned to give notice of. Check the number.",
    ),
}
