"""What became of a command about a round or a stop, in one sentence: what happened and what to do, without names."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # ------------------------------------------------------------ the chain of custody
    "custody.other_driver": (
        "En kollega hade redan {number}. Det du gjorde är sparat och planeringen reder ut det.",
        "A colleague already had {number}. What you did is saved and the planners sort it out.",
    ),
    "stop.other_holder": (
        "{number} är registrerat på någon annan. Ta med det till centralen; planeringen går igenom det.",
        "{number} is registered on somebody else. Bring it to the centre; the planners look through it.",
    ),
    "stop.other_device": (
        "{number} hör inte till uppgiften på stopp {stop}. Kontrollera numret och läs av igen.",
        "{number} does not belong to the task at stop {stop}. Check the number and scan again.",
    ),
    "stop.never_collected": (
        "Synhjälpmedel och förbrukningsvaror hämtas inte. Det är noterat; fråga planeringen vad du gör med det.",
        "Vision aids and consumables are not picked up. It is noted; ask the planners what to do with it.",
    ),
    "stop.device_scrapped": (
        "{number} är skrotat. Kontrollera numret och ring planeringen.",
        "{number} is scrapped. Check the number and call the planners.",
    ),
    "stop.device_unknown": (
        "Individnumret {number} finns inte. Kontrollera siffrorna och läs av igen.",
        "There is no device {number}. Check the digits and scan again.",
    ),
    "stop.device_needed": (
        "Hjälpmedlet är individmärkt. Läs av etiketten eller skriv numret.",
        "The device is individually numbered. Scan the label or type the number.",
    ),
    "stop.article_unknown": (
        "Artikelnumret finns inte. Kontrollera siffrorna.",
        "There is no article with that number. Check the digits.",
    ),
    "stop.task_unknown": (
        "Uppgiften finns inte på stopp {stop}. Det är sparat och planeringen går igenom det.",
        "The task is not one of stop {stop}. It is saved and the planners look through it.",
    ),
    "stop.too_many": (
        "Antalet är större än på ordern för stopp {stop}. Det är sparat och planeringen går igenom det.",
        "The number is larger than on the order for stop {stop}. It is saved and the planners look through it.",
    ),
    # ------------------------------------------------------------ the outcome and its proof
    "stop.nothing_said": (
        "Stopp {stop} saknar uppgift om vad som gjordes. Fyll i det och spara igen.",
        "Stop {stop} says nothing of what was done. Fill it in and save again.",
    ),
    "stop.no_proof": (
        "Leveransen på stopp {stop} saknar kvittens. Den är sparad och planeringen går igenom den.",
        "The delivery at stop {stop} has no proof. It is saved and the planners look through it.",
    ),
    "stop.proof_empty": (
        "Kvittensen på stopp {stop} gäller ingenting. Den är sparad och planeringen går igenom den.",
        "The proof at stop {stop} is for nothing. It is saved and the planners look through it.",
    ),
    "stop.proof_other_items": (
        "Kvittensen på stopp {stop} gäller andra saker än de som lämnades. Planeringen går igenom den.",
        "The proof at stop {stop} is for other items than those handed over. The planners look through it.",
    ),
    "stop.no_signer": (
        "Kvittensen på stopp {stop} saknar namn. Den är sparad och planeringen går igenom den.",
        "The proof at stop {stop} lacks a name. It is saved and the planners look through it.",
    ),
    "stop.proof_no_picture": (
        "Kvittensen på stopp {stop} saknar sin bild. Den är sparad och planeringen går igenom den.",
        "The proof at stop {stop} lacks its picture. It is saved and the planners look through it.",
    ),
    "stop.failed_by_office": (
        "Kontoret hade markerat stopp {stop} som misslyckat. Det du gjorde gäller; planeringen går igenom det.",
        "The office had marked stop {stop} as failed. What you did counts; the planners look through it.",
    ),
    "stop.cancelled_meanwhile": (
        "Stopp {stop} var borttaget. Det du gjorde gäller; planeringen går igenom det.",
        "Stop {stop} had been taken off. What you did counts; the planners look through it.",
    ),
    "stop.substituted": (
        "Kontoret hade valt ett annat hjälpmedel än {number}. Det du lämnade gäller; lagret ser över det andra.",
        "The office had chosen another device than {number}. What you did counts; the warehouse sees to the other.",
    ),
    # ------------------------------------------------------------ where the door is
    "stop.position_vague": (
        "Telefonen vet inte säkert var du är vid stopp {stop}. Läget är inte ändrat; försök igen utomhus.",
        "The phone is not sure where you are at stop {stop}. The position is unchanged; try again outdoors.",
    ),
    "stop.position_odd": (
        "Läget för stopp {stop} är utanför landet och är inte sparat. Kontrollera telefonens plats.",
        "The position of stop {stop} is outside the country and is not saved. Check the phone's location.",
    ),
    # ------------------------------------------------------------ undo
    "stop.undo_impossible": (
        "Det här går inte att ångra. Ring planeringen.",
        "This cannot be undone. Call the planners.",
    ),
    "stop.undo_not_own": (
        "Du kan bara ångra det du själv har gjort. Tala med kollegan.",
        "You can only undo what you did yourself. Talk to your colleague.",
    ),
    "stop.undo_too_late": (
        "Det har gått mer än tio minuter. Ring planeringen i stället.",
        "More than ten minutes have passed. Call the planners instead.",
    ),
    # ------------------------------------------------------------ the office's stops
    "stop.settled": (
        "Stoppet är redan avgjort. Hämta rundan igen.",
        "The stop is settled already. Load the round again.",
    ),
    "stop.not_settled": (
        "Stoppet är inte avgjort, så det är öppet redan. Hämta rundan igen.",
        "The stop is not settled, so it is open already. Load the round again.",
    ),
    "stop.reopen_why": (
        "Skriv varför stoppet öppnas igen; det står kvar på kvittensen.",
        "Write why the stop is opened again; it stays on the proof.",
    ),
    "stop.off_round": (
        "Stoppet är inte på någon runda. Lägg ordern på en runda i stället.",
        "The stop is on no round. Put the order on a round instead.",
    ),
    "stop.window_ends_first": (
        "Tiden slutar innan den börjar. Kontrollera klockslagen.",
        "The window ends before it begins. Check the times.",
    ),
    # ------------------------------------------------------------ rounds
    "round.id_missing": (
        "Rundan saknar sitt id. Ladda om sidan och försök igen.",
        "The round lacks its id. Reload the page and try again.",
    ),
    "round.id_taken": ("Rundan finns redan. Hämta listan igen.", "The round exists already. Load the list again."),
    # ------------------------------------------------------------ from hand to hand
    "custody.place_unknown": (
        "Platsen finns inte. Välj en annan.",
        "There is no such place. Choose another.",
    ),
    "custody.scrapped": (
        "{number} är utrangerad. Ställ undan den och kontrollera numret.",
        "{number} is scrapped. Put it aside and check the number.",
    ),
    "custody.other_label": (
        "Etiketten hör inte till {number}. Läs etiketten igen.",
        "The label does not belong to {number}. Read the label again.",
    ),
    "custody.nowhere": (
        "Ingen vet var {number} är. Registrera ankomsten eller inventera den först.",
        "Nobody knows where {number} is. Register its arrival or count it first.",
    ),
    "custody.there_already": (
        "{number} är redan där. Du behöver inte göra något.",
        "{number} is there already. You need not do anything.",
    ),
    # ------------------------------------------------------------ the van at the day's end
    "round.unit_missing": (
        "{number} skulle vara i bilen på {round} och är borta. Planeringen letar vidare.",
        "{number} should be in the van of {round} and is missing. The planners look for it.",
    ),
    "round.unit_unsigned": (
        "{number} på {round} är lämnad utan kvittens. Planeringen går igenom det.",
        "{number} of {round} was left without a proof. The planners look through it.",
    ),
    "round.unit_explained": (
        "{number} på {round} är inte i bilen. Din förklaring är sparad och planeringen går igenom den.",
        "{number} of {round} is not in the van. Your explanation is saved and the planners look through it.",
    ),
    "round.unit_unknown": (
        "Något du redovisade på {round} fanns inte i bilen enligt listan. Planeringen går igenom det.",
        "Something you accounted for on {round} was not in the van by the list. The planners look through it.",
    ),
    "round.unit_too_many": (
        "Du redovisade fler än som skulle vara i bilen på {round}. Planeringen går igenom det.",
        "You accounted for more than should be in the van of {round}. The planners look through it.",
    ),
    "round.not_even": (
        "{number} är inte redovisad på {round}. Gå igenom bilen igen.",
        "{number} is not accounted for on {round}. Go through the van again.",
    ),
    "round.unknown": ("Rundan finns inte. Hämta listan igen.", "There is no such round. Load the list again."),
    "round.no_depot": (
        "Det finns inget lager att utgå från. Lägg upp ett lager först.",
        "There is no warehouse to start from. Set one up first.",
    ),
    "round.van_unknown": (
        "Bilen finns inte. Välj en annan.",
        "There is no such van. Choose another.",
    ),
    "round.driver_unknown": (
        "Föraren finns inte eller har slutat. Välj en annan.",
        "There is no such driver, or the driver has left. Choose another.",
    ),
    "round.no_van": ("{round} saknar bil. Välj en bil.", "{round} has no van. Choose a van."),
    "round.no_driver": ("{round} saknar förare. Välj en förare.", "{round} has no driver. Choose a driver."),
    "round.no_stops": ("{round} har inga stopp. Lägg till order först.", "{round} has no stops. Add orders first."),
    "round.returned": (
        "{round} är tillbaka. Gör ändringen på en annan runda.",
        "{round} is back. Make the change on another round.",
    ),
    "round.stops_differ": (
        "Stoppen på {round} har ändrats. Hämta rundan igen.",
        "The stops of {round} have changed. Load the round again.",
    ),
    "round.nothing_to_add": (
        "Välj minst en order att lägga till.",
        "Choose at least one order to add.",
    ),
    "round.order_unknown": (
        "Det finns ingen order {number} av det slaget. Kontrollera numret.",
        "There is no order {number} of that kind. Check the number.",
    ),
    "round.order_not_ready": (
        "Order {number} är inte klar att köra ut. Kontrollera ordern.",
        "Order {number} is not ready to go out. Check the order.",
    ),
    "round.order_too_early": (
        "Order {number} får gå ut tidigast {day}. Välj en senare runda.",
        "Order {number} may go out on {day} at the earliest. Choose a later round.",
    ),
    "round.order_other_carrier": (
        "Order {number} går inte med bil utan med posten. Ta bort den från valet.",
        "Order {number} does not go by van but by post. Take it out of the choice.",
    ),
    "round.repair_not_ready": (
        "Arbetsorder {number} har inget att hämta eller lämna. En tekniker ska ha bedömt att den hämtas för åtgärd.",
        "Work order {number} has nothing to fetch or bring back. A technician must have assessed it so.",
    ),
    "round.order_taken": (
        "Order {number} är redan på en runda. Hämta kön igen.",
        "Order {number} is on a round already. Load the queue again.",
    ),
}
