"""Every refusal and every "kept, a person decides" of a work order, in Swedish and English, saying what to do.

The same sentence is read on the phone, where the work is saved, and in the office, where nothing was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    # ------------------------------------------------------------ the order has moved on
    "work_order.cancelled_meanwhile": (
        "Arbetsorder {number} har makulerats. Det du har gjort finns kvar på ordern. Ring planeringen.",
        "Work order {number} has been cancelled. What you have done is kept on the order. Call the planners.",
    ),
    "work_order.closed_meanwhile": (
        "Arbetsorder {number} var redan avslutad. Ditt besök finns kvar på ordern och planeringen går igenom det.",
        "Work order {number} was already closed. Your visit is kept on the order and the planners look through it.",
    ),
    "work_order.started_by_other": (
        "En kollega har börjat med arbetsorder {number}. Det du har gjort finns kvar. Stäm av med kollegan.",
        "A colleague has begun work order {number}. What you have done is kept. Check with your colleague.",
    ),
    "work_order.same_value": (
        "Någon annan ändrade samma sak på {number} innan du hade täckning. Båda är sparade; planeringen väljer.",
        "Somebody else changed the same thing on {number} before you had coverage. Both are kept; the planners choose.",
    ),
    "work_order.changed_meanwhile": (
        "Någon har ändrat arbetsorder {number} sedan du läste den. Hämta den igen och gör om ändringen.",
        "Somebody has changed work order {number} since you read it. Load it again and redo your change.",
    ),
    "work_order.done_already": (
        "Arbetsorder {number} är redan klar och kan inte sättas i väntan. Avsluta den, eller gör en ny arbetsorder.",
        "Work order {number} is done already and cannot be set to wait. Close it, or make a new work order.",
    ),
    "work_order.not_waiting": (
        "Arbetsorder {number} väntar inte på något. Hämta den igen och se hur den ligger till.",
        "Work order {number} is not waiting for anything. Load it again and see where it stands.",
    ),
    "work_order.assessment_final": (
        "En tekniker har gjort den slutliga bedömningen av arbetsorder {number}. Tala med teknikern.",
        "A technician has made the final assessment of work order {number}. Talk to the technician.",
    ),
    # ------------------------------------------------------------ what was written
    "work_order.fault_text_too_long": (
        "Felbeskrivningen är {length} tecken och får vara högst {limit}. Korta den; ingenting har klippts bort.",
        "The fault description is {length} characters and may be at most {limit}. Shorten it; nothing was cut.",
    ),
    "work_order.fault_text_empty": (
        "Felbeskrivningen saknas. Skriv vad som är fel.",
        "The fault description is missing. Write what is wrong.",
    ),
    "work_order.basic_need": (
        "Akut gäller bara sömn, toalett eller mat och dryck. Välj vilket det är, eller en annan prioritet.",
        "Acute is for sleep, toilet or food and drink only. Choose which it is, or another priority.",
    ),
    "work_order.site_restricted": (
        "Det här hjälpmedlet åtgärdas bara på centralen eller hos förskrivaren. Välj en annan plats.",
        "This device is mended at the centre or the prescriber's only. Choose another place.",
    ),
    "work_order.booking_ends_first": (
        "Besöket slutar innan det börjar. Kontrollera tiderna.",
        "The visit ends before it begins. Check the times.",
    ),
    "work_order.booking_too_long": (
        "Ett besök kan inte vara längre än ett dygn. Kontrollera dag och tider.",
        "A visit cannot be longer than a day and a night. Check the day and the times.",
    ),
    "work_order.notice_empty": (
        "Meddelandet är tomt. Skriv vad brukaren ska få veta.",
        "The text is empty. Write what the user shall know.",
    ),
    "work_order.notice_personal_number": (
        "Texten innehåller något som ser ut som ett personnummer. Ta bort det.",
        "The text holds something that looks like a personal number. Remove it.",
    ),
    "work_order.notice_too_long": (
        "Ett sms får vara högst 480 tecken. Korta texten, eller skicka ett brev.",
        "A text message may be at most 480 characters. Shorten it, or send a letter.",
    ),
    "work_order.notice_protected": (
        "Skyddad identitet: inget skickas härifrån. Kopiera brevet och sänd det genom Skatteverkets förmedling.",
        "Protected identity: nothing is sent from here. Copy the letter and send it through the tax agency.",
    ),
    "work_order.notice_letter": (
        "Ett brev kan inte skickas härifrån. Kopiera texten och posta den.",
        "A letter cannot be sent from here. Copy the text and post it.",
    ),
    "work_order.notice_no_number": (
        "Arbetsorder {number} saknar ett telefonnummer som kan ta emot sms. Rätta kontakten, eller skriv ett brev.",
        "Work order {number} has no telephone number for a text message. Correct it, or write a letter.",
    ),
    "work_order.notice_no_address": (
        "E-postadressen går inte att använda. Kontrollera den.",
        "The e-mail address cannot be used. Check it.",
    ),
    "work_order.supplier_not_sent": (
        "Ange först när hjälpmedlet skickades till leverantören.",
        "Say first when the device was sent to the supplier.",
    ),
    "work_order.supplier_dates": (
        "Hjälpmedlet kan inte komma tillbaka innan det skickades. Kontrollera datumen.",
        "The device cannot come back before it was sent. Check the dates.",
    ),
    "work_order.no_prescriber": (
        "Arbetsorder {number} har ingen förskrivare. Ring den vårdenhet som har beställt.",
        "Work order {number} has no prescriber. Call the care unit that ordered it.",
    ),
    "work_order.exchange_no_device": (
        "Arbetsorder {number} gäller inget numrerat hjälpmedel.",
        "Work order {number} is about no numbered device.",
    ),
    "work_order.exchange_unknown": (
        "Hjälpmedel {device} finns inte. Kontrollera numret.",
        "There is no device {device}. Check the number.",
    ),
    "work_order.exchange_other": (
        "Den första koden är inte hjälpmedlet på arbetsorder {number}. Skanna det som ska bytas.",
        "The first code is not the device of work order {number}. Scan the one to be exchanged.",
    ),
    "work_order.exchange_same": (
        "Båda koderna är samma hjälpmedel. Skanna det nya.",
        "Both codes are the same device. Scan the new one.",
    ),
    "work_order.exchange_stopped": (
        "Det nya hjälpmedlet är spärrat eller utrangerat och får inte lämnas ut. Ta ett annat.",
        "The new device is blocked or scrapped and must not be handed out. Take another.",
    ),
    "work_order.exchange_not_ready": (
        "Det nya hjälpmedlet finns redan hos någon eller är inte klart att lämnas ut. Ta ett annat.",
        "Somebody has the new device already, or it is not ready. Take another.",
    ),
    "work_order.exchange_reserved": (
        "Det nya hjälpmedlet är reserverat för en annan order. Ta ett annat.",
        "The new device is kept for another order. Take another.",
    ),
    "work_order.exchange_not_listed": (
        "Modellen finns inte på regionens lista över utbyten. Laga den, eller tala med förskrivaren.",
        "The model is not on the region's list of exchanges. Mend it, or talk to the prescriber.",
    ),
    "work_order.exchange_expired": (
        "Artikeln har utgått. Hänvisa till förskrivaren för en ny förskrivning.",
        "The article is discontinued. Refer to the prescriber for a new prescription.",
    ),
    "work_order.exchange_not_alike": (
        "Byte görs lika mot lika, och det nya hjälpmedlet är en annan modell. Ta ett likadant.",
        "An exchange is like for like, and the new device is another model. Take one alike.",
    ),
    "work_order.exchange_before": (
        "Det finns nyare uppgifter om ett av hjälpmedlen. Bytet är sparat och planeringen går igenom det.",
        "There is newer knowledge of one of the devices. The exchange is saved and the planners look at it.",
    ),
    "work_order.no_time": (
        "Arbetsorder {number} saknar tid. Lägg till minst en tidsrad och avsluta igen.",
        "Work order {number} has no time on it. Add at least one time entry and close it again.",
    ),
    "work_order.line_elsewhere": (
        "En rad hör redan till en annan order. Planeringen går igenom det.",
        "A line already belongs to another order. The planners look through it.",
    ),
    # ------------------------------------------------------------ service protocols
    "work_order.template_unknown": (
        "Servern känner inte igen protokollets mall. Svaren är sparade och planeringen går igenom dem.",
        "The server does not know the protocol's template. The answers are saved and the planners look at them.",
    ),
    "work_order.protocol_incomplete": (
        "Protokollet är inte komplett. Fyll i det som saknas i ett nytt protokoll och avsluta igen.",
        "The protocol is not complete. Fill in what is missing in a new protocol and close again.",
    ),
    "work_order.device_scrapped": (
        "Hjälpmedlet är skrotat. Protokollet är sparat. Kontrollera numret och ring planeringen.",
        "The device is scrapped. The protocol is saved. Check the number and call the planners.",
    ),
    "work_order.device_returned": (
        "Hjälpmedlet är återlämnat. Protokollet är sparat. Kontrollera numret och ring planeringen.",
        "The device has been returned. The protocol is saved. Check the number and call the planners.",
    ),
    # ------------------------------------------------------------ registering
    "work_order.id_missing": (
        "Ordern saknar sitt id. Uppdatera appen och försök igen.",
        "The order lacks its id. Update the app and try again.",
    ),
    "work_order.id_taken": (
        "Ordern finns redan. Hämta listan igen.",
        "The order exists already. Load the list again.",
    ),
    "work_order.device_or_article": (
        "Ange hjälpmedlets individnummer, eller artikelnummer om det saknas.",
        "Give the device's number, or the article number if it has none.",
    ),
    "work_order.device_unknown": (
        "Individnumret finns inte. Kontrollera siffrorna.",
        "There is no device with that number. Check the digits.",
    ),
    "work_order.device_number_needed": (
        "Artikeln är individmärkt. Ange hjälpmedlets individnummer.",
        "The article is individually numbered. Give the device's number.",
    ),
    "work_order.article_unknown": (
        "Artikelnumret finns inte. Kontrollera siffrorna.",
        "There is no article with that number. Check the digits.",
    ),
    "work_order.holder_needed": (
        "Ange vem ordern gäller: en brukare eller en vårdenhet.",
        "Say whom the order is for: a user or a care unit.",
    ),
    "work_order.holder_unknown": (
        "Mottagaren finns inte. Sök igen.",
        "There is no such recipient. Search again.",
    ),
    "work_order.holder_from_device": (
        "Mottagaren följer med hjälpmedlet. Ta bort den ur ordern.",
        "The recipient comes with the device. Remove it from the order.",
    ),
    "work_order.follows_unknown": (
        "Den tidigare ordern finns inte. Kontrollera numret.",
        "There is no such earlier order. Check the number.",
    ),
    "work_order.priority_unknown": (
        "Den prioriteten används inte i regionen. Välj en annan.",
        "The region does not use that priority. Choose another.",
    ),
    "work_order.team_unknown": (
        "Serviceavdelningen finns inte. Välj en annan.",
        "There is no such service department. Choose another.",
    ),
    "work_order.technician_unknown": (
        "Teknikern finns inte eller har slutat. Välj en annan.",
        "There is no such technician, or the technician has left. Choose another.",
    ),
    # ------------------------------------------------------------ undo
    "work_order.undo_impossible": (
        "Det här går inte att ångra. Hämta ordern igen och rätta den.",
        "This cannot be undone. Load the order again and correct it.",
    ),
    "work_order.undo_not_own": (
        "Du kan bara ångra det du själv har gjort. Tala med kollegan.",
        "You can only undo what you did yourself. Talk to your colleague.",
    ),
    "work_order.undo_too_late": (
        "Det har gått mer än tio minuter. Rätta ordern i stället.",
        "More than ten minutes have passed. Correct the order instead.",
    ),
    "work_order.undo_overtaken": (
        "Ordern har ändrats efteråt. Hämta den igen och rätta den.",
        "The order has changed since. Load it again and correct it.",
    ),
    "work_order.undo_protocol": (
        "Ett signerat protokoll går inte att ångra. Gör ett nytt protokoll.",
        "A signed protocol cannot be undone. Make a new protocol.",
    ),
    # ------------------------------------------------------------ scanning
    "device.not_the_orders": (
        "Du läste {scanned}, men arbetsorder {number} gäller ett annat hjälpmedel. Kontrollera etiketten.",
        "You read {scanned}, but work order {number} is about another device. Check the label.",
    ),
}
