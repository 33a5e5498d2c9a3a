/** What each command is called where people see what they or others have done. A file of its own: the first picture needs none of it. */
import { dictionary } from "./words";

const words = dictionary(
  {
    "work_order.register": "Registrera order",
    "work_order.correct": "Ändra order",
    "work_order.assess": "Bedöm order",
    "work_order.assign": "Tilldela order",
    "work_order.book": "Boka besök",
    "work_order.contact": "Anteckna kontakt",
    "work_order.start": "Påbörja order",
    "work_order.wait": "Låt order vänta",
    "work_order.resume": "Ta upp order igen",
    "work_order.report": "Spara arbete på order",
    "work_order.close": "Avsluta order",
    "work_order.cancel": "Makulera order",
    "work_order.undo": "Ångra",
    "device.scan": "Skannad kod",
    "review.decide": "Avgör granskning",
    "message.read": "Läst meddelande",
    "stop.load": "Lastat",
    "stop.complete": "Utfört",
    "stop.fail": "Ej utfört",
    "stop.undo": "Ångra",
    "round.return": "Tillbaka på centralen",
    "round.reconcile": "Gått igenom bilen",
    "customer_order.register": "Registrera leverans",
    "customer_order.assign_device": "Välj hjälpmedel",
    "customer_order.cancel": "Makulera leverans",
    "pickup_order.register": "Registrera hämtorder",
    "pickup_order.arrive": "Registrera ankomst",
    "pickup_order.cancel": "Makulera hämtorder",
    "stock_count.record": "Inventering",
    "stock_count.adjust": "Rätta inventering",
    "fault_report.submit": "Felanmälan från brukaren",
    "fault_report.decide": "Ta hand om felanmälan",
  },
  {
    "work_order.register": "Register order",
    "work_order.correct": "Change order",
    "work_order.assess": "Assess order",
    "work_order.assign": "Assign order",
    "work_order.book": "Book visit",
    "work_order.contact": "Note contact",
    "work_order.start": "Start order",
    "work_order.wait": "Let order wait",
    "work_order.resume": "Take order up again",
    "work_order.report": "Save work on order",
    "work_order.close": "Close order",
    "work_order.cancel": "Cancel order",
    "work_order.undo": "Undo",
    "device.scan": "Scanned code",
    "review.decide": "Decide review",
    "message.read": "Message read",
    "stop.load": "Loaded",
    "stop.complete": "Done",
    "stop.fail": "Not done",
    "stop.undo": "Undo",
    "round.return": "Back at the centre",
    "round.reconcile": "Gone through the van",
    "customer_order.register": "Register delivery",
    "customer_order.assign_device": "Choose device",
    "customer_order.cancel": "Cancel delivery",
    "pickup_order.register": "Register pick-up order",
    "pickup_order.arrive": "Register arrival",
    "pickup_order.cancel": "Cancel pick-up order",
    "stock_count.record": "Stock count",
    "stock_count.adjust": "Put stock count right",
    "fault_report.submit": "Fault report from the user",
    "fault_report.decide": "Deal with fault report",
  },
);

/** "Avsluta order" of `work_order.close`; a type that this version does not know stands for itself. */
export function commandWord(type: string): string {
  return words.maybe(type) || type.replaceAll(".", " ").replaceAll("_", " ");
}

/** Stops in the outbox. */
export const stopWords = dictionary(
  { draft: "Stopp {n}: fortsätt", left: "Stopp {n}: spara det du gjort", name: "stopp {n}" },
  { draft: "Stop {n}: go on", left: "Stop {n}: save what you did", name: "stop {n}" },
);
