"""Every refusal of a customer order, in Swedish and English, saying what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    # ------------------------------------------------------------ registering
    "order.id_missing": (
        "Ordern saknar sitt id. Uppdatera appen och försök igen.",
        "The order lacks its id. Update the app and try again.",
    ),
    "order.id_taken": (
        "Ordern finns redan. Hämta listan igen.",
        "The order exists already. Load the list again.",
    ),
    "order.recipient_needed": (
        "Ange vem ordern gäller: en brukare eller en vårdenhet.",
        "Say whom the order is for: a user or a care unit.",
    ),
    "order.recipient_unknown": (
        "Mottagaren finns inte. Sök igen.",
        "There is no such recipient. Search again.",
    ),
    "order.prescription_to_person": (
        "En förskrivning gäller en brukare. Välj en brukare, eller gör en beställning till vårdenheten.",
        "A prescription is for a user. Choose a user, or make a unit order for the care unit.",
    ),
    "order.unit_order_to_party": (
        "En beställning gäller en vårdenhet. Välj en vårdenhet, eller gör en förskrivning till brukaren.",
        "A unit order is for a care unit. Choose a care unit, or make a prescription for the user.",
    ),
    "order.article_unknown": (
        "Artikel {article} finns inte. Kontrollera numret.",
        "There is no article {article}. Check the number.",
    ),
    "order.article_expired": (
        "Artikel {article} har utgått. Välj en annan artikel.",
        "Article {article} has expired. Choose another article.",
    ),
    "order.article_service": (
        "Artikel {article} är en tjänst och kan inte levereras. Gör en arbetsorder i stället.",
        "Article {article} is a service and cannot be delivered. Make a work order instead.",
    ),
    "order.too_many_devices": (
        "Ordern gäller {count} hjälpmedel och får gälla högst {limit}. Dela upp den på flera ordrar.",
        "The order is for {count} devices and may be for {limit} at most. Split it into several orders.",
    ),
    "order.dispatch_past": (
        "Dagen har redan varit. Välj dagens datum eller ett senare.",
        "That day is past. Choose today or a later day.",
    ),
    "order.address_needed": (
        "Leveransadress saknas. Skriv gata och ort, eller välj leverans hem till brukaren.",
        "The delivery address is missing. Write street and town, or choose delivery to the user's home.",
    ),
    "order.linked_unknown": (
        "Arbetsordern finns inte. Kontrollera numret.",
        "There is no such work order. Check the number.",
    ),
    # ------------------------------------------------------------ choosing devices
    "order.line_unknown": (
        "Raden finns inte på order {number}. Hämta ordern igen.",
        "There is no such line on order {number}. Load the order again.",
    ),
    "order.line_unnumbered": (
        "Artikeln är inte individmärkt och behöver inget individnummer.",
        "The article is not individually numbered and needs no device number.",
    ),
    "order.line_done": (
        "Raden är redan levererad eller makulerad. Hämta ordern igen.",
        "The line is already delivered or cancelled. Load the order again.",
    ),
    "order.line_in_transit": (
        "Hjälpmedlet är redan lastat. Ring föraren om det ska bytas.",
        "The device is already loaded. Call the driver if it is to be changed.",
    ),
    "order.device_unknown": (
        "Individnumret finns inte. Kontrollera siffrorna.",
        "There is no device with that number. Check the digits.",
    ),
    "order.device_other_article": (
        "Hjälpmedel {device} är artikel {article}, men raden gäller artikel {wanted}. Välj ett annat hjälpmedel.",
        "Device {device} is article {article}, but the line is for article {wanted}. Choose another device.",
    ),
    "order.device_taken": (
        "Hjälpmedel {device} är inte ledigt i lagret. Välj ett annat hjälpmedel.",
        "Device {device} is not free in stock. Choose another device.",
    ),
    "order.device_stopped": (
        "Hjälpmedel {device} är spärrat eller har ett säkerhetsmeddelande. Välj ett annat hjälpmedel.",
        "Device {device} is blocked or has a safety notice. Choose another device.",
    ),
    # ------------------------------------------------------------ the order has moved on
    "order.cancelled": (
        "Order {number} är makulerad. Gör en ny order om behovet finns kvar.",
        "Order {number} is cancelled. Make a new order if it is still needed.",
    ),
    "order.delivered": (
        "Order {number} är levererad. Gör en hämtorder om något ska tillbaka.",
        "Order {number} is delivered. Make a pick-up order if something is to come back.",
    ),
    "order.in_transit": (
        "Order {number} är redan på väg. Ring föraren.",
        "Order {number} is already on its way. Call the driver.",
    ),
    "order.on_round": (
        "Order {number} ligger på en tur. Ta bort den från turen först.",
        "Order {number} is on a round. Take it off the round first.",
    ),
    # ------------------------------------------------------------ other carriers
    "order.postal_to_home": (
        "Med posten går bara det som ska hem till patienten. Välj hemleverans, eller ett annat sätt.",
        "Only what goes home to the patient goes by post. Choose delivery to the home, or another way.",
    ),
    "order.postal_numbered": (
        "Hjälpmedel med individnummer går inte med posten. Välj bil eller internpost.",
        "Devices with a number do not go by post. Choose the van or the internal post.",
    ),
    "order.internal_post_to_unit": (
        "Internposten går inte hem till patienter. Välj bil eller post.",
        "The internal post does not go home to patients. Choose the van or the post.",
    ),
    "order.by_van": (
        "Order {number} går med bil. Lägg den på en tur.",
        "Order {number} goes by van. Put it on a round.",
    ),
    "order.sent": ("Order {number} är redan skickad.", "Order {number} has been sent already."),
    "order.not_sent": (
        "Order {number} är inte skickad än. Lämna den till transporten först.",
        "Order {number} has not been sent yet. Give it to its carrier first.",
    ),
    "order.not_packed": (
        "Order {number} är inte färdigplockad. Välj hjälpmedel till alla rader först.",
        "Order {number} is not picked yet. Choose devices for all its lines first.",
    ),
    "order.too_early": (
        "Order {number} får gå ut tidigast {day}. Vänta till dess.",
        "Order {number} may go out on {day} at the earliest. Wait until then.",
    ),
    "order.cancel_by_customer_service": (
        "I din region makulerar kundtjänst ordrar. Kontakta kundtjänst.",
        "In your region customer service cancels orders. Contact customer service.",
    ),
    "order.processing_begun": (
        "Centralen har börjat med order {number}. Kontakta kundtjänst om den ska makuleras.",
        "The centre has begun with order {number}. Contact customer service to have it cancelled.",
    ),
}
