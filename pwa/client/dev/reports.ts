/** Made-up fault reports for looking at the triage: long words, an unknown number, a flood, an open order, photos. */
import type { ReportDetail, ReportHit } from "../src/api/reports";

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const base: ReportDetail = {
  id: "f1", state: "received", topic: "broken", to: "centre", proposed: "work_order", held: false, times_sent: 1, article_name: "Rullstol transport Transit III sittbredd 40 sitthöjd 50", device_number: "179711", known_device: true, open_orders: [], received_at: ago(190), photos: 2, photo_positions: [1, 2],
  excerpt: "Höger broms tar inte. Den började glappa i förrgår, och nu rullar stolen iväg när jag sätter mig.", rv: 4,
  text: "Höger broms tar inte. Den började glappa i förrgår, och nu rullar stolen iväg när jag sätter mig.\n\nJag är hemma alla dagar före tolv.", contact_name: "Testa Testsson", contact_phone: "070-174 06 05", language: "sv", source: "label", expired: false, prescriber: true, answer: "", work_order_number: null, decided_at: null, decided_by: null,
};

const reports: readonly ReportDetail[] = [
  base,
  { ...base, id: "f2", topic: "not_working", received_at: ago(95), article_name: "Säng elektrisk Opus 5K", device_number: "104901", photos: 0, photo_positions: [], times_sent: 3, open_orders: [{ number: "15510441", type: "corrective", state: "started" }, { number: "15510300", type: "preventive", state: "registered" }], text: "Sängen höjs inte i fotändan.", excerpt: "Sängen höjs inte i fotändan.", contact_name: "", contact_phone: "" },
  { ...base, id: "f3", topic: "other", received_at: ago(40), article_name: "", device_number: "99999999", known_device: false, source: "number", photos: 1, photo_positions: [1], text: "Numret är nästan bortnött. Hjulet på rollatorn har lossnat.", excerpt: "Numret är nästan bortnött. Hjulet på rollatorn har lossnat." },
  { ...base, id: "f4", topic: "worn_part", received_at: ago(600), held: true, photos: 0, photo_positions: [], text: "hjälpmedelskonsulenternas förbrukningsmaterialsbeställningsrutiner ".repeat(12), excerpt: "hjälpmedelskonsulenternas förbrukningsmaterialsbeställningsrutiner ".repeat(2) },
  { ...base, id: "f5", topic: "chafes_or_allergy", to: "prescriber", proposed: "refer", received_at: ago(1500), article_name: "Sittdyna Roho Quadtro Select hög 39,5x43", device_number: "170098", photos: 3, photo_positions: [1, 2, 3], text: "The cushion gives me a rash on the left side.", excerpt: "The cushion gives me a rash on the left side.", language: "en", expired: true },
  { ...base, id: "f6", topic: "treatment_insufficient", to: "prescriber", proposed: "refer", received_at: ago(20), photos: 0, photo_positions: [], text: "Jag orkar inte ta mig upp ur stolen längre.", excerpt: "Jag orkar inte ta mig upp ur stolen längre.", prescriber: false },
];

const decided: readonly ReportDetail[] = [{ ...base, id: "g1", state: "work_order_created", answer: "Vi byter bromsen hemma hos dig.", work_order_number: "15510512", decided_at: ago(60), decided_by: "Petra Planerare" }];

export class FakeReports {
  private gone = new Set<string>();

  constructor(private readonly scene: URLSearchParams) {}

  answer(name: string, query: URLSearchParams, body: string, json: (value: unknown, status?: number) => Response): Response | null {
    const all = this.scene.has("empty") ? [] : [...reports.filter((one) => !this.gone.has(one.id)), ...decided];
    if (name === "fault-reports") {
      const items: readonly ReportHit[] = all.filter((one) => (query.get("state") === "decided") === (one.state !== "received"));
      return json({ items, more: false });
    }
    const photo = /^fault-reports\/\w+\/photos\/(\d)$/.exec(name);
    if (photo) return null;
    if (name.startsWith("fault-reports/")) {
      const found = all.find((one) => one.id === name.slice(14));
      return found ? json(found) : json({ title: "Finns inte", detail: "Finns inte", code: "not_found" }, 404);
    }
    if (name === "commands/fault_report.decide") this.gone.add(String((JSON.parse(body) as { aggregate: string }).aggregate));
    return null;
  }
}
