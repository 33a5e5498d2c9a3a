"""Every refusal and every "kept, a person decides" of a pick-up order, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    # ------------------------------------------------------------ registering
    "pickup.id_missing": (
        "Ordern saknar sitt id. Uppdatera appen och försök igen.",
        "The order lacks its id. Update the app and try again.",
    ),
    "pickup.id_taken": (
        "Hämtordern finns redan. Hämta listan igen.",
        "The pick-up order exists already. Load the list again.",
    ),
    "pickup.recipient_needed": (
        "Ange vem hämtordern gäller: en brukare eller en vårdenhet.",
        "Say whom the pick-up order is for: a user or a care unit.",
    ),
    "pickup.recipient_unknown": (
        "Mottagaren finns inte. Sök igen.",
        "There is no such recipient. Search again.",
    ),
    "pickup.holding_unknown": (
        "Ett av hjälpmedlen finns inte hos mottagaren. Hämta listan över hjälpmedel igen.",
        "One of the aids is not with the recipient. Load the list of aids again.",
    ),
    "pickup.holding_twice": (
        "Samma hjälpmedel står två gånger. Ta bort det ena.",
        "The same aid is listed twice. Remove one of them.",
    ),
    "pickup.quantity": (
        "Mottagaren har {held} av {article}. Ange högst så många.",
        "The recipient has {held} of {article}. Give no more than that.",
    ),
    "pickup.not_accessory": (
        "{article} är inget tillbehör. Skriv en vanlig hämtorder för den.",
        "{article} is not an accessory. Make an ordinary pick-up order for it.",
    ),
    "pickup.name_needed": (
        "Skriv var tillbehören lämnades, till exempel din enhet.",
        "Say where the accessories were handed in, for example your unit.",
    ),
    "pickup.vision_aid": (
        "{article} är ett synhjälpmedel och hämtas inte med hämtorder. Kontakta syncentralen.",
        "{article} is a vision aid and is not collected by pick-up order. Contact the vision centre.",
    ),
    "pickup.consumable": (
        "{article} är förbrukningsartikel och hämtas inte. Ta bort raden.",
        "{article} is a consumable and is not collected. Remove the line.",
    ),
    "pickup.asked_for_already": (
        "{article} ska redan hämtas med hämtorder {pickup}. Ta bort raden.",
        "{article} is to be collected already, by pick-up order {pickup}. Remove the line.",
    ),
    "pickup.wanted_past": (
        "Dagen har redan varit. Välj dagens datum eller ett senare.",
        "That day is past. Choose today or a later day.",
    ),
    "pickup.address_needed": (
        "Hämtadress saknas. Skriv gata och ort.",
        "The pick-up address is missing. Write street and town.",
    ),
    "pickup.info_too_long": (
        "Informationen är {length} tecken och får vara högst {limit}. Korta den; ingenting har klippts bort.",
        "The information is {length} characters and may be at most {limit}. Shorten it; nothing was cut.",
    ),
    # ------------------------------------------------------------ the order has moved on
    "pickup.closed": (
        "Hämtorder {number} är stängd: allt är tillbaka. Hämta ordern igen.",
        "Pick-up order {number} is closed: everything is back. Load the order again.",
    ),
    "pickup.cancelled": (
        "Hämtorder {number} är makulerad. Gör en ny hämtorder om något ska hämtas.",
        "Pick-up order {number} is cancelled. Make a new pick-up order if something is to be collected.",
    ),
    "pickup.collected": (
        "Något på hämtorder {number} är redan hämtat. Registrera ankomsten i stället.",
        "Something on pick-up order {number} is collected already. Register the arrival instead.",
    ),
    "pickup.on_round": (
        "Hämtorder {number} ligger på en tur. Ta bort den från turen först.",
        "Pick-up order {number} is on a round. Take it off the round first.",
    ),
    "pickup.cancel_by_customer_service": (
        "I din region makulerar kundtjänst hämtordrar. Kontakta kundtjänst.",
        "In your region customer service cancels pick-up orders. Contact customer service.",
    ),
    "pickup.begun": (
        "Centralen har börjat med hämtorder {number}. Kontakta kundtjänst om den ska makuleras.",
        "The centre has begun with pick-up order {number}. Contact customer service to have it cancelled.",
    ),
    # ------------------------------------------------------------ arrivals
    "pickup.line_unknown": (
        "Raden finns inte på hämtorder {number}. Hämta ordern igen.",
        "There is no such line on pick-up order {number}. Load the order again.",
    ),
    "pickup.arrived_already": (
        "Ankomsten är redan registrerad på hämtorder {number}. Du behöver inte göra något.",
        "The arrival is registered already on pick-up order {number}. You need not do anything.",
    ),
    "pickup.other_device": (
        "Du läste {scanned}, men raden på hämtorder {number} gäller {wanted}. Kontrollera etiketten.",
        "You read {scanned}, but the line on pick-up order {number} is for {wanted}. Check the label.",
    ),
    "pickup.holder_changed": (
        "Hjälpmedel {wanted} står numera på en annan mottagare. Be planeringen reda ut det.",
        "Device {wanted} is registered on another recipient now. Ask the planners to sort it out.",
    ),
}
