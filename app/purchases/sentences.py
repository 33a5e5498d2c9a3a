"""Every refusal about new devices, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "purchase.id_missing": (
        "Inköpet saknar sitt id. Uppdatera appen och försök igen.",
        "The purchase lacks its id. Update the app and try again.",
    ),
    "purchase.id_taken": (
        "Inköpet finns redan. Hämta listan igen.",
        "The purchase exists already. Load the list again.",
    ),
    "purchase.article_unknown": (
        "Artikeln finns inte här eller märks inte individuellt. Kontrollera artikelnumret.",
        "The article is not here or is not numbered individually. Check the article number.",
    ),
    "purchase.location_unknown": (
        "Platsen finns inte. Välj en av platserna i listan.",
        "There is no such place. Choose one of the places in the list.",
    ),
    "purchase.serials_count": (
        "{serials} serienummer till {count} hjälpmedel: skriv ett per hjälpmedel, eller inga alls.",
        "{serials} serial numbers for {count} devices: write one for each device, or none at all.",
    ),
    "purchase.serials_ahead": (
        "Serienummer skrivs när hjälpmedlen har kommit: lämna fältet tomt.",
        "Serial numbers are written when the devices have come: leave the field empty.",
    ),
    "purchase.serial_twice": (
        "Serienummer {serial} finns redan på samma artikel eller två gånger i listan. Kontrollera det.",
        "Serial number {serial} is on the same article already, or twice in the list. Check it.",
    ),
    "purchase.date_ahead": (
        "Inköpsdagen ligger i framtiden. Skriv dagen då köpet gjordes.",
        "The day of purchase lies ahead. Write the day on which it was bought.",
    ),
    "purchase.warranty_before": (
        "Garantin slutar före inköpsdagen. Kontrollera datumen.",
        "The warranty ends before the day of purchase. Check the dates.",
    ),
    "purchase.not_ordered": (
        "Inköpet väntar inte på något: det har redan kommit eller är avbeställt.",
        "The purchase waits for nothing: it has come already or was cancelled.",
    ),
    "purchase.number_taken": (
        "Nummer {number} har fått ett hjälpmedel under tiden. Kontakta förvaltningen.",
        "Number {number} has been given to a device meanwhile. Contact the administrators.",
    ),
    "purchase.no_numbers_left": (
        "Nummerserien är slut. Kontakta förvaltningen.",
        "The number series is used up. Contact the administrators.",
    ),
}
