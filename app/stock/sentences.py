"""Every refusal of stock-taking, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "van_stock.no_van": (
        "Bilen finns inte. Välj en annan.",
        "There is no such van. Choose another.",
    ),
    "van_stock.article_unknown": (
        "{number} är ingen artikel som räknas i antal. Kontrollera numret.",
        "{number} is no article that is kept by quantity. Check the number.",
    ),
    "van_stock.count_negative": (
        "Det kan inte ligga färre än noll av {number}. Kontrollera antalet.",
        "There cannot lie fewer than none of {number}. Check the quantity.",
    ),
    "van_stock.short": (
        "På arbetsorder {number} togs mer av {article} än {place} ska ha: saldot är {quantity}. Räkna hyllan.",
        "On work order {number} more of {article} was taken than {place} should have: {quantity} now. Count the shelf.",
    ),
    "stock.id_missing": (
        "Inventeringen saknar sitt id. Uppdatera appen och försök igen.",
        "The count lacks its id. Update the app and try again.",
    ),
    "stock.id_taken": (
        "Inventeringen finns redan. Hämta listan igen.",
        "The count exists already. Load the list again.",
    ),
    "stock.line_unknown": (
        "{number} är ingen skillnad i den här inventeringen. Hämta den igen.",
        "{number} is no difference of this count. Load it again.",
    ),
    "stock.adjusted_already": (
        "{number} är redan rättad. Du behöver inte göra något.",
        "{number} has been put right already. You need not do anything.",
    ),
    "stock.wrong_deed": (
        "{number} kan inte rättas så: bara det som saknas kan vara borta, bara det som finns kan höra hit.",
        "{number} cannot be put right like that: only what is missing can be lost, only what is here can belong here.",
    ),
    "stock.moved_on": (
        "{number} har flyttats sedan inventeringen. Räkna platsen igen.",
        "{number} has moved since the count. Count the place again.",
    ),
    "stock.reserved": (
        "{number} är vald till en kundorder. Välj ett annat hjälpmedel där först.",
        "{number} is chosen for a customer order. Choose another device there first.",
    ),
    "stock.scrapped": (
        "{number} är skrotad och hör inte hemma i lagret. Ställ den till skrotning.",
        "{number} is scrapped and does not belong in the store. Put it with the scrap.",
    ),
    "stock.held": (
        "{number} står på en mottagare. Registrera ankomsten på en hämtorder i stället.",
        "{number} is registered on a recipient. Register its arrival on a pick-up order instead.",
    ),
    "stock.in_van": (
        "{number} ligger på en tur. Vänta tills turen är klar.",
        "{number} is on a round. Wait until the round is done.",
    ),
}
