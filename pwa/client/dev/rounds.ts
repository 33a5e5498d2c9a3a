/** Made-up van rounds that answer like the server's and change when they are told to. Every person is invented. */
import type { RoundDetail, RoundHit, RoundQueue, RoundStop, RoundTask } from "../src/api/rounds";

const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(new Date());
const at = (clock: string): string => new Date(`${today}T${clock}:00+01:00`).toISOString();
const vans = [{ id: "van1", name: "Bil 1" }, { id: "van2", name: "Bil 2" }];
const drivers = [{ id: "d1", name: "Berit Budbil" }, { id: "d2", name: "Åke Åkare" }];

const task = (id: string, kind: "deliver" | "collect", device: string | null, name: string, more: Partial<RoundTask> = {}): RoundTask => ({ id, position: 0, kind, device_number: device, article_number: "16952", article_name: name, quantity: 1, state: "planned", done_quantity: 0, failed_code: null, hygiene: null, unplanned: false, order_number: kind === "deliver" ? "15500607" : "15510055", components: 0, ...more });
const stop = (id: string, position: number, name: string, street: string, town: string, from: string, to: string, tasks: RoundTask[], more: Partial<RoundStop> = {}): RoundStop => ({ id, position, state: "planned", window_from: from ? at(from) : null, window_to: to ? at(to) : null, name, street, town, carrier_note: "", tasks, attempts: [], proof: null, failed_code: null, failed_note: "", positioned: true, rv: 1, ...more });

const morning: RoundDetail = {
  id: "r1", name: "Boden förmiddag", on_day: today, van: vans[0]!, driver: drivers[0]!, state: "in_progress", version: 1, done: 1, failed: 1, rv: 1, depot: { id: "dep", name: "Centrallagret" },
  stops: [
    stop("s1", 1, "Testare Tolvansson", "Tolvgatan 12", "Boden", "08:15", "09:45", [task("t1", "deliver", "300101", "Rollator Gemino 30", { state: "done", done_quantity: 1, components: 2 }), task("t2", "deliver", null, "Ferrul 19 mm", { state: "done", quantity: 4, done_quantity: 4 })], { state: "done", proof: { signer_name: "Testare Tolvansson", method: "signature", at: at("08:31"), items: [{ action: "deliver", quantity: 1, task_id: "t1", device_number: "300101" }, { action: "deliver", quantity: 4, task_id: "t2", article_number: "19020" }] } }),
    stop("s2", 2, "Prov Provsdotter", "Kungsgatan 3 B", "Boden", "09:00", "10:30", [task("t3", "deliver", "300102", "Eldriven rullstol Permobil M3 Corpus")], { state: "failed", failed_code: "no_contact", attempts: [{ at: at("09:12"), code: "no_contact" }], carrier_note: "Ring hemtjänsten innan, de öppnar." }),
    stop("s3", 3, "Hjälpmedelskonsulenterna Ängslyckan, särskilda boendet", "Bergslagsvägen 118, ingång B", "Sävast", "09:45", "11:15", [task("t4", "collect", "300201", "Vårdsäng Opus")]),
    stop("s4", 4, "Exempel Exempelsson", "Garnisonsgatan 21", "Boden", "", "12:00", [task("t5", "deliver", "300103", "Manuell rullstol Cross 6", { state: "loaded" }), task("t6", "collect", "300202", "Manuell rullstol Cross 6")]),
    stop("s5", 5, "Skyddad identitet", "", "", "", "", [task("t7", "collect", "300203", "Toalettförhöjning")], {}),
    stop("s6", 6, "Mall Mallsson", "Okända vägen 1", "Harads", "", "", [task("t8", "deliver", "300104", "Personlyft Molift Mover")], { positioned: false }),
  ],
};
const afternoon: RoundDetail = { ...morning, id: "r2", name: "Boden eftermiddag", van: null, driver: null, state: "draft", version: 0, done: 0, failed: 0, stops: [
  stop("a1", 1, "Test Testlund", "Skolgatan 8", "Luleå", "13:00", "14:30", [task("t9", "deliver", "300111", "Duschstol på hjul")]),
  stop("a2", 2, "Dummy Dummerholm", "Storgatan 44", "Boden", "", "", [task("t10", "deliver", "300112", "Sängbotten elektrisk Invacare")]),
  stop("a3", 3, "Fiktiva Fiktivsson", "Hamngatan 2", "Luleå", "14:00", "15:30", [task("t11", "collect", "300211", "Rollator Gemino 30")]),
] };
const waiting: RoundQueue = {
  deliveries: [
    { order_number: "15500613", town: "Boden", earliest_dispatch: today, urgent: true, co_delivery: false, lines: 1, items: ["Rollator Gemino 30"] },
    { order_number: "15500614", town: "Luleå", earliest_dispatch: today, urgent: false, co_delivery: true, lines: 2, items: ["Duschstol på hjul", "Ferrul 19 mm, 2 st"] },
    { order_number: "15500615", town: "", earliest_dispatch: today, urgent: false, co_delivery: false, lines: 1, items: ["Sittdyna Roho Quadtro Select hög 39,5x43"] },
  ],
  pickups: [{ pickup_number: "15510059", town: "Boden", wanted_on: today, items: ["Toalettförhöjning"] }, { pickup_number: "15510060", town: "Sävast", wanted_on: null, items: ["Personlyft Molift Mover"] }],
};

type Json = (value: unknown, status?: number) => Response;

export class FakeRounds {
  private rounds: RoundDetail[];
  private queue: RoundQueue;

  constructor(private readonly scene: URLSearchParams, private readonly readsOnly: boolean) {
    this.rounds = scene.has("empty") ? [] : [morning, afternoon];
    if (scene.has("many")) this.rounds = [{ ...morning, stops: Array.from({ length: 60 }, (_, n) => ({ ...morning.stops[n % 6]!, id: `m${n}`, position: n + 1 })) }, ...Array.from({ length: 12 }, (_, n) => ({ ...afternoon, id: `x${n}`, name: `Runda ${n + 3}` }))];
    this.queue = scene.has("empty") ? { deliveries: [], pickups: [] } : waiting;
  }

  /** What a person who only reads gets: no name, no street, no note. */
  private seen(round: RoundDetail): RoundDetail {
    return this.readsOnly ? { ...round, stops: round.stops.map((one) => ({ ...one, name: one.name.startsWith("Skyddad") ? one.name : "", street: "", carrier_note: "", failed_note: "", proof: one.proof && { ...one.proof, signer_name: "" } })) } : round;
  }

  private hit = ({ stops, ...round }: RoundDetail): RoundHit => ({ ...round, stops: stops.length });

  private change(id: string, change: Partial<RoundDetail>): void {
    this.rounds = this.rounds.map((round) => (round.id === id ? { ...round, ...change, rv: round.rv + 1 } : round));
  }

  answer(method: string, name: string, query: URLSearchParams, body: string, json: Json): Response | null {
    if (name === "drivers") return json({ items: drivers });
    if (name === "locations") return json({ items: vans.map((van) => ({ ...van, kind: "van", number: "9001" })) });
    if (name === "rounds") return json({ items: this.rounds.filter((round) => round.on_day === (query.get("day") ?? today)).map(this.hit) });
    if (name === "rounds/queue") return json(this.queue);
    const [, id = "", more] = name.split("/");
    if (name.startsWith("rounds/")) {
      const round = this.rounds.find((one) => one.id === id);
      if (!round) return json({ title: "Finns inte", detail: "Finns inte", code: "not_found" }, 404);
      if (more !== "proposal" || method !== "POST") return json(this.seen(round));
      const placed = round.stops.filter((one) => one.positioned).map((one) => one.id);
      const nowhere = round.stops.filter((one) => !one.positioned).map((one) => one.id);
      return json({ stop_ids: [...(this.scene.has("same") ? placed : [...placed.slice(-2), ...placed.slice(0, -2)]), ...nowhere], total_minutes: 172, estimated: true, unpositioned: nowhere, present_minutes: 221, present_late: placed.slice(1, 2), unserved: [] });
    }
    if (!/^commands\/(round|stop)\./.test(name)) return null;
    const { aggregate, args } = JSON.parse(body) as { aggregate: string; args: Record<string, unknown> };
    const command = name.slice(9);
    const of = this.rounds.find((round) => round.id === aggregate) ?? this.rounds.find((round) => round.stops.some((one) => one.id === aggregate));
    if (this.scene.has("refuse")) return json({ title: "Nej", detail: "Rundan har ändrats av någon annan. Läs den igen och försök en gång till.", code: "round.changed" }, 409);
    if (command === "round.create") this.rounds = [...this.rounds, { ...afternoon, id: aggregate, stops: [], name: String(args["name"]), on_day: String(args["on_day"]), van: vans.find((van) => van.id === args["van_id"]) ?? null, driver: drivers.find((driver) => driver.id === args["driver_id"]) ?? null }];
    if (command === "round.change" && of) this.change(of.id, { name: String(args["name"] ?? of.name), on_day: String(args["on_day"] ?? of.on_day), van: vans.find((van) => van.id === args["van_id"]) ?? null, driver: drivers.find((driver) => driver.id === args["driver_id"]) ?? null });
    if (command === "round.publish" && of) {
      if (!of.van) return json({ title: "Ingen bil", detail: "Välj en bil innan rundan publiceras.", code: "round.no_van" }, 409);
      if (!of.driver) return json({ title: "Ingen förare", detail: "Välj en förare innan rundan publiceras.", code: "round.no_driver" }, 409);
      this.change(of.id, { state: "published", version: of.version + 1 });
    }
    if (command === "round.sequence" && of) this.change(of.id, { stops: (args["stop_ids"] as string[]).map((stopId, index) => ({ ...of.stops.find((one) => one.id === stopId)!, position: index + 1 })) });
    if (command === "round.take_off" && of) this.change(of.id, { stops: of.stops.filter((one) => one.id !== args["stop_id"]) });
    if (command === "round.add" && of) {
      const numbers = [...(args["order_numbers"] as string[]), ...(args["pickup_numbers"] as string[])];
      const made = numbers.map((number, index) => stop(`n${number}`, of.stops.length + index + 1, `Ny Nysson ${number}`, "Nygatan 1", "Boden", "", "", [task(`t${number}`, "deliver", "300121", "Rollator Gemino 30")]));
      this.queue = { deliveries: this.queue.deliveries.filter((row) => !numbers.includes(row.order_number)), pickups: this.queue.pickups.filter((row) => !numbers.includes(row.pickup_number)) };
      this.change(of.id, { stops: [...of.stops, ...made] });
    }
    if (command === "stop.move" && of) {
      const moved = of.stops.find((one) => one.id === aggregate)!;
      const target = this.rounds.find((round) => round.id === args["round_id"]);
      this.change(of.id, { stops: of.stops.filter((one) => one.id !== aggregate) });
      if (target) this.change(target.id, { stops: [...target.stops, moved] });
    }
    if (command === "stop.change" && of) this.change(of.id, { stops: of.stops.map((one) => (one.id === aggregate ? { ...one, ...(args as Partial<RoundStop>), ...(args["state"] === "failed" ? { failed_code: "office", failed_note: String(args["note"] ?? "") } : {}) } : one)) });
    return json({ id: "c", verdict: "applied", duplicate: false, result: {}, rv: 8 });
  }
}
