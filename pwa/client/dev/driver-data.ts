/** A driver's made-up day. Every person is invented. */
import type { StopTask, VanRound, VanStop } from "../src/api/driver";

const day = new Date().toISOString().slice(0, 10);
const at = (hour: number, minute = 0): string => new Date(new Date().setHours(hour, minute, 0, 0)).toISOString();
const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const round: VanRound = { id: uuid(1), name: "Västerås norra", on_day: day, van_name: "Turbil 3", depot_name: "Centrallagret", state: "published", version: 2, stops: 7, published_at: at(6), rv: 3 };

export function rounds(scene: URLSearchParams): VanRound[] {
  const state = scene.has("returned") ? "returned" : scene.has("begun") ? "in_progress" : "published";
  return scene.has("two") ? [{ ...round, state }, { ...round, id: uuid(2), name: "Köping eftermiddag", van_name: "Turbil 5" }] : [{ ...round, state }];
}

let tasks = 100;
function task(kind: StopTask["kind"], device: string | null, article: string, changes: Partial<StopTask> = {}): StopTask {
  tasks += 1;
  return { id: uuid(tasks), position: tasks, kind, device_number: device, article_number: String(20000 + tasks), article_name: article, quantity: 1, state: "planned", done_quantity: 0, failed_code: null, hygiene: null, unplanned: false, order_number: "81000001", components: 0, ...changes };
}

const base: VanStop = { id: "", round_id: uuid(1), position: 0, state: "planned", window_from: null, window_to: null, name: "", care_of: "", street: "", postcode: "722 11", town: "Västerås", entry_code: "", phone: "", carrier_note: "", latitude: null, longitude: null, protected: false, tasks: [], attempts: [], proof: null, failed_code: null, failed_note: "", done_at: null, rv: 7 };

const stops: VanStop[] = [
  { ...base, id: uuid(11), position: 1, name: "Gullvivans särskilda boende, ingång B", street: "Gullvivegatan 14", window_from: at(8, 15), window_to: at(9), entry_code: "4711", phone: "021-000 00 01", carrier_note: "Lastkaj på baksidan, ring på hos nattpersonalen.", tasks: [task("deliver", "179711", "Rullstol transport Transit III", { components: 2 }), task("collect", "104901", "Telefontillkoppling", { components: 2 })] },
  { ...base, id: uuid(12), position: 2, name: "Testa Testsson", street: "Storgatan 4", entry_code: "2580#", phone: "070-174 06 05", window_from: at(9, 15), window_to: at(10), tasks: [task("deliver", "98210", "Sängbotten elektrisk Invacare"), task("deliver", null, "Halkskydd till badkar", { quantity: 3 }), task("deliver", null, "Fixeringsband", { quantity: 12 })] },
  { ...base, id: uuid(13), position: 3, name: "Skyddad identitet", street: "Tolvgatan 12", protected: true, window_from: at(10), window_to: at(11), tasks: [task("deliver", "75082", "Personlyft Molift Mover")] },
  { ...base, id: uuid(14), position: 4, name: "Hjälpmedelskonsulenternas gemensamhetslokal", care_of: "Rehabiliteringsavdelningen", street: "Förrådsbyggnadsvägen 128, uppgång C", town: "Hallstahammar", postcode: "734 40", entry_code: "19750812", phone: "0220-000 00 02", carrier_note: "Hissen är trasig. Bär inte ensam: be om hjälp i receptionen på plan 2 innan något lyfts av bilen.", window_from: at(11), tasks: [task("deliver", "104902", "Manöverkontrollsystemkomponentsuppsättning"), task("deliver", "104903", "Vårdsäng Opus"), task("collect", "123569", "Rollator Gemino 30"), task("collect", null, "Sittdyna Roho", { quantity: 4 })] },
  { ...base, id: uuid(15), position: 5, name: "Äldreboendet Solglimten", street: "Ekvägen 3", window_to: at(13), tasks: [task("collect", "104905", "Duschstol Etac Swift")] },
  { ...base, id: uuid(16), position: 6, name: "Berit Provsson", street: "Lindgatan 9", tasks: [task("deliver", null, "Toalettförhöjning", { quantity: 1 })] },
  { ...base, id: uuid(17), position: 7, name: "Vårdcentralen Hemdal", street: "Hemdalsvägen 1", tasks: [task("deliver", "104907", "Eldriven rullstol Permobil M3")] },
];

export function stopsOf(scene: URLSearchParams): VanStop[] {
  const loaded = (stop: VanStop): VanStop => ({ ...stop, tasks: stop.tasks.map((one) => (one.kind === "deliver" ? { ...one, state: "loaded" as const } : one)) });
  const done = (stop: VanStop): VanStop => ({ ...stop, state: "done", done_at: at(8, 40), proof: { signer_name: "Siv Testare", method: "signature", at: at(8, 40) }, tasks: stop.tasks.map((one) => ({ ...one, state: "done" as const, done_quantity: one.quantity, hygiene: one.kind === "collect" ? ("dirty" as const) : null })) });
  const failed = (stop: VanStop): VanStop => ({ ...loaded(stop), state: "failed", failed_code: "no_contact", failed_note: "Ringde två gånger.", attempts: [{ at: at(9, 50), code: "no_contact" }], done_at: at(9, 50) });
  if (scene.has("handled") || scene.has("returned")) return stops.map((stop) => (stop.position === 3 ? failed(stop) : done(stop)));
  if (scene.has("begun")) return stops.map((stop) => (stop.position === 1 ? done(stop) : stop.position === 3 ? failed(stop) : stop.position === 7 ? { ...loaded(stop), state: "cancelled" as const } : loaded(stop)));
  if (scene.has("loaded")) return stops.map(loaded);
  if (scene.has("manystops")) return Array.from({ length: 60 }, (_, n) => ({ ...stops[n % 7]!, id: uuid(1000 + n), position: n + 1, tasks: stops[n % 7]!.tasks.map((one, m) => ({ ...one, id: uuid(5000 + n * 10 + m), device_number: one.device_number ? String(200000 + n * 10 + m) : null })) }));
  return stops;
}
