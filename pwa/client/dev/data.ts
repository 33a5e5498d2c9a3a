/** Made-up rows. Every person is invented. */
import type { Device, Message, Policy, Session, WorkOrder } from "../src/api/types";

const hour = 3600_000;
const at = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
const day = (days: number): string => new Date(Date.now() + days * 24 * hour).toISOString().slice(0, 10);
const contact = { name: "Testa Testsson", phone: "070-174 06 05", care_of: "", street: "Storgatan 4", postcode: "722 11", town: "Västerås", entry_code: "4711", instructions: "Ring på två gånger. Hunden är snäll." };

export const technician: Session = {
  user: { id: "u1", username: "tekniker", name: "Tekla Teknikersdotter", language: "sv", must_change_password: false, roles: ["technician"], teams: [{ id: "t1", name: "Västerås service" }], customers: [] },
  region: { code: "vastmanland", name: "Region Västmanland" },
  demo: true,
};

export const planner: Session = { ...technician, user: { ...technician.user, id: "u2", username: "planerare", name: "Plana Planeringsson", roles: ["planner", "customer_service"] } };
export const driver: Session = { ...technician, user: { ...technician.user, id: "u4", username: "forare", name: "Folke Förarsson", roles: ["driver"], teams: [] } };
export const prescriber: Session = { ...technician, user: { ...technician.user, id: "u3", username: "forskrivare", name: "Frida Förskrivare", roles: ["prescriber"], teams: [] } };

const base: WorkOrder = {
  id: "o1", number: "15510441", type: "corrective", state: "triaged", waiting_for: null, device_id: "d1", device_number: "104901", article_number: "23993", article_name: "Telefontillkoppling", quantity: 1,
  fault_text: "Sängen höjs inte. Motorn brummar men ryggdelen står still sedan i går kväll.",
  proposed: { priority: 4, place: "at_holder", basic_need: "sleep", by_name: "Frida Förskrivare" }, assessed: null, team: { id: "t1", name: "Västerås service" }, assigned_to: "u1", planned_on: day(0), booked_from: null, booked_to: null,
  subject: { kind: "person", name: "Testa Testsson", protected: false }, contact, linked_order: null, follows_number: null, registered_at: at(-14), registered_by_name: "Frida Förskrivare", prescriber_name: "Frida Förskrivare",
  due: { contact: null, start: null, done: at(9.2) }, contacted_at: null, started_at: null, done_at: null, closed_at: null, cancelled_at: null, cancel_reason: null, cancel_note: "", outcome: null, protocol_verdict: null, attachment_pending: false,
  time_entries: [], parts: [], protocols: [], visits: [], rv: 7,
};

export const orders: WorkOrder[] = [
  { ...base, article_name: "Sängbotten elektrisk Invacare", article_number: "75310", device_id: "d2", device_number: "98210" },
  { ...base, id: "o2", number: "15510112", proposed: { ...base.proposed, priority: 5, basic_need: null, by_name: "Plana Planeringsson" }, type: "preventive", fault_text: "Årlig kontroll av personlyft.", article_name: "Personlyft Molift Mover", device_id: "d3", device_number: "75082", contact: { ...contact, name: "Hjälpmedelskonsulenterna Ängslyckan", street: "Tolvgatan 12", entry_code: "", instructions: "Ring först." }, due: { contact: at(-30), start: null, done: at(90) }, registered_at: at(-300), booked_from: at(2), booked_to: at(3) },
  { ...base, id: "o3", number: "15510398", proposed: { ...base.proposed, priority: 1, basic_need: null }, assessed: { priority: 1, place: "at_holder", basic_need: null, by_name: "Tekla Teknikersdotter", at: at(-5), final: true }, state: "started", started_at: at(-3), fault_text: "Bromsen på höger sida tar inte. Rullatorn rullar iväg i backen utanför porten och det känns otäckt varje gång.", article_name: "Rollator Gemino 30", device_id: "d4", device_number: "123569", contact: { ...contact, street: "Skultunavägen 118 B", town: "Skultuna" }, due: { contact: null, start: at(20), done: at(60) } },
  { ...base, id: "o4", number: "15510302", proposed: { ...base.proposed, priority: 3, basic_need: null }, state: "waiting", waiting_for: "parts", started_at: at(-60), fault_text: "Vänster drivhjul har spel.", article_name: "Eldriven rullstol Permobil M3 Corpus", device_number: "88112", device_id: null, due: { contact: null, start: null, done: at(-4) }, contact: { ...contact, street: "Bergslagsvägen 3", town: "Fagersta" } },
  { ...base, id: "o5", number: "15510450", proposed: { ...base.proposed, priority: 2, basic_need: null }, fault_text: "Fotplattan glappar.", article_name: "Manuell rullstol Cross 6", device_id: "d1", device_number: "104901", due: { contact: at(5), start: null, done: null }, subject: { kind: "person", name: "Skyddad identitet", protected: true }, contact: { ...contact, name: "", phone: "", street: "", postcode: "", town: "", entry_code: "", instructions: "" } },
  { ...base, id: "o6", number: "15510470", planned_on: day(2), proposed: { ...base.proposed, priority: 1, basic_need: null }, fault_text: "Handkontrollen svarar inte.", article_name: "Vårdsäng Opus", due: { contact: null, start: at(70), done: at(120) } },
  { ...base, id: "o7", number: "15510290", state: "closed", closed_at: at(-1), done_at: at(-1), outcome: "adjusted", proposed: { ...base.proposed, priority: 1, basic_need: null }, fault_text: "Lyften lutar.", article_name: "Taklyft GH3", time_entries: [{ id: "t", started_at: at(-2), minutes: 35, comment: "Skenan justerad och provlastad.", visible_to_prescriber: true, by_name: "Tekla Teknikersdotter" }], visits: [{ at: at(-1), by_name: "Tekla Teknikersdotter", outcome: "adjusted", additional: false }] },
];

const device: Device = {
  id: "d1", number: "104901", serial: "SN-88-2210", article_number: "23993", article_name: "Telefontillkoppling", iso_class: "22 24 06", article_expired: false, site_restriction: "", status: "with_holder", scrapped_on: null, last_pm: "2026-05-11", next_pm: "2027-05-01", warranty_to: "2027-02-01", purchased_on: "2021-02-01", home_location: "Centrallagret Västerås", holder_label: "Brukare",
  adaptations: [{ number: "1112007", made_on: "2024-03-02", text: "Förlängd arm med stoppskruv.", safety_note: "Stoppskruven ska sitta kvar. Utan den kan armen falla." }],
  components: [{ article_number: "44120", name: "Nätadapter", quantity: 1, serial: "", main_number: "104901" }, { article_number: "44121", name: "Väggfäste", quantity: 2, serial: "", main_number: "104901" }],
  open_orders: [{ number: "15510450", type: "corrective", state: "registered", priority: 2, team: "Västerås service" }, { number: "15510499", type: "adaptation", state: "booked", priority: 1, team: "Specialanpassningsverkstaden" }],
  label_versions: { live: [2], revoked: [1] }, template_ids: ["manual_wheelchair"],
};

export const devices: Device[] = [
  device,
  { ...device, id: "d2", number: "98210", article_name: "Sängbotten elektrisk Invacare", article_number: "75310", adaptations: [], open_orders: [{ number: "15510441", type: "corrective", state: "triaged", priority: 4, team: "Västerås service" }], template_ids: ["electric_bed"], last_answers: { electric_bed: { "movement.current_delivery": "2.1", "electric.method": "direct", "frame.torque": "8" } } },
  { ...device, id: "d3", number: "75082", article_name: "Personlyft Molift Mover", adaptations: [], next_pm: "2026-10-01", template_ids: ["patient_lift"], open_orders: [] },
  { ...device, id: "d4", number: "123569", article_name: "Rollator Gemino 30", adaptations: [], components: [], template_ids: [], open_orders: [] },
];

export const messages: Message[] = [
  { id: "m1", kind: "work_order.closed", params: { number: "15510290", article_name: "Taklyft GH3", outcome: "adjusted" }, work_order_id: "o7", created_at: at(-1), read_at: null },
  { id: "m2", kind: "work_order.cancelled", params: { number: "15509988", article_name: "Rollator Gemino 30", reason: "no_contact" }, work_order_id: "x", created_at: at(-26), read_at: at(-20) },
  { id: "m3", kind: "work_order.late", params: { number: "15510302", article_name: "Eldriven rullstol" }, work_order_id: "o4", created_at: at(-4), read_at: null },
];

export const policy: Policy = { id: "p1", region_code: "vastmanland", region_name: "Region Västmanland", fault_text_limit: 250, pickup_text_limit: 255, priorities: [1, 2, 3, 4, 5, 6], label_owner: "Hjälpmedelscentrum", label_phone: "021-000 00 00", assumed: [], timezone: "Europe/Stockholm", clocks: { "1": [{ event: "start", amount: 3, unit: "working_days" }], "3": [{ event: "done", amount: 3, unit: "working_days" }], "4": [{ event: "done", amount: 24, unit: "hours" }] } };
