/** Answers the office's calls inside the page. */
import type { OfficeOrder, Review, WorkOrder } from "../src/api/types";
import { devices, driver, messages, orders, planner, prescriber, technician } from "./data";
import type { FakeSync } from "./fake-sync";
import { FakeReports } from "./reports";
import { FakeRounds } from "./rounds";

export const people: Readonly<Record<string, typeof technician>> = { technician, planner, prescriber, driver, warehouse: { ...technician, user: { ...technician.user, id: "u8", username: "lager", name: "Lage Lagersson", roles: ["warehouse"], teams: [] } } };
const technicians = [{ id: "u1", name: "Tekla Teknikersdotter", teams: ["t1"], open_orders: 6 }, { id: "u9", name: "Sven Servicesson", teams: ["t2"], open_orders: 11 }];

function officeRow(order: WorkOrder): OfficeOrder {
  const { id, number, type, state, waiting_for, article_name, device_number, team, planned_on, registered_at, due, rv } = order;
  return { id, number, type, state, waiting_for, priority: order.assessed?.priority ?? order.proposed.priority, priority_final: order.assessed?.final ?? false, article_name, device_number, town: order.contact.town, team, assigned_to: { id: "u1", name: "Tekla Teknikersdotter" }, planned_on, registered_at, due, late: number === "15510302", rv };
}

const reviews: Review[] = [{ id: "r1", reason: "work_order.cancelled_meanwhile", text: "Ordern avslutades i fält efter att kontoret makulerat den", created_at: new Date().toISOString(), state: "open", subject_kind: "work_order", subject_id: "o4", number: "15510302", command: { id: "c", type: "work_order.close", by_name: "Tekla Teknikersdotter", at: new Date(Date.now() - 7200_000).toISOString(), received_at: new Date().toISOString(), args_summary: { outcome: "repaired", minutes: 45, comment: "Nytt lager monterat, provkört.", parts: 1 } }, office: { state: "cancelled", cancel_reason: "no_contact", cancelled_at: new Date(Date.now() - 9000_000).toISOString() }, decision: null, note: "" }];

export function fakeServer(scene: URLSearchParams, fake: FakeSync): void {
  const me = people[scene.get("who") ?? "technician"] ?? technician;
  const rounds = new FakeRounds(scene, !me.user.roles.includes("planner"));
  const reports = new FakeReports(scene);
  const original = window.fetch.bind(window);
  const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status, headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" } });
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input), location.origin);
    if (!url.pathname.startsWith("/api/")) return original(input, init);
    if (scene.has("offline") || scene.has("unreachable")) throw new TypeError("offline");
    await new Promise((resolve) => setTimeout(resolve, 60));
    const method = input instanceof Request ? input.method : (init?.method ?? "GET");
    const body = input instanceof Request ? await input.clone().text() : String(init?.body);
    const name = url.pathname.slice(5);
    const ofRounds = rounds.answer(method, name, url.searchParams, body, json);
    if (ofRounds) return ofRounds;
    const ofReports = reports.answer(name, url.searchParams, body, json);
    if (ofReports) return ofReports;
    if (name === "session") return method === "POST" && body.includes("fel") ? json({ title: "x", detail: "x", code: "session.wrong" }, 401) : method === "DELETE" ? new Response(null, { status: 204 }) : json(me);
    if (name === "work-orders") return json({ items: (scene.has("empty") ? [] : (fake.kinds["work_order"] as WorkOrder[])).filter((order) => order.number.startsWith(url.searchParams.get("q") ?? "")).map(officeRow), next_cursor: null });
    if (name.startsWith("work-orders/")) {
      const found = orders.find((order) => order.number === name.slice(12));
      return found ? json({ ...found, history: [{ at: found.registered_at, received_at: found.registered_at, by_name: "Frida Förskrivare", type: "work_order.register", verdict: "applied", code: null, text: null }, { at: new Date().toISOString(), received_at: new Date().toISOString(), by_name: "Tekla Teknikersdotter", type: "work_order.close", verdict: "recorded", code: "x", text: "Ordern hade makulerats." }] }) : json({ title: "Finns inte", detail: "Finns inte", code: "not_found" }, 404);
    }
    if (name.startsWith("devices/")) {
      const found = devices.find((device) => device.number === decodeURIComponent(name.slice(8)));
      return found ? json({ ...found, holder: { kind: "person", person_id: "p", name: "Testa Testsson", phone: "070-174 06 05", street: "Storgatan 4", postcode: "722 11", town: "Västerås", entry_code: "4711", prescriber_name: "Frida Förskrivare", customer: "Kund 2990" } }) : json({ title: "Finns inte", detail: "Finns inte", code: "not_found" }, 404);
    }
    if (name === "devices") return json({ items: devices.map(({ number, serial, article_number, article_name, status }) => ({ number, serial, article_number, article_name, status })) });
    if (name === "teams") return json({ items: [{ id: "t1", name: "Västerås service" }, { id: "t2", name: "Specialanpassningsverkstaden" }] });
    if (name === "technicians") return json({ items: technicians });
    if (name === "reviews") return json({ items: scene.has("empty") ? [] : reviews });
    if (name === "messages") return json({ items: messages });
    if (name === "sync/unsent-file") {
      if (!body.includes("unsent")) return json({ title: "Filen är inte hel", detail: "Inget är intaget. Spara filen på telefonen igen och hämta in den på nytt.", code: "unsent.not_whole", status: 422 }, 422);
      const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
      return json({ lines: [
        { id: "l1", type: "work_order.close", at: at(200), by_name: "Tekla Teknikersdotter", known: false, verdict: "applied", text: "" },
        { id: "l2", type: "work_order.contact", at: at(180), by_name: "Tekla Teknikersdotter", known: true, verdict: "applied", text: "" },
        { id: "l3", type: "work_order.close", at: at(150), by_name: "Sven Servicesson", known: false, verdict: "recorded", text: "Ordern hade makulerats. Det du gjorde är sparat, och kontoret går igenom det." },
        { id: "l4", type: "stop.complete", at: at(140), by_name: "", known: false, verdict: "quarantined", text: "Arbetet är sparat, men telefonen är inte känd här. Ta reda på vem som gjorde det och registrera det." },
      ] });
    }
    if (name.startsWith("commands/")) return json({ id: "c", verdict: "applied", duplicate: false, result: { number: "15510512" }, rv: 8 });
    return json({});
  };
}
