/** Stops and their lines for tests: every field valid, every person invented. */
import type { StopTask, VanStop } from "../api/driver";

export function testTask(changes: Partial<StopTask> = {}): StopTask {
  return {
    id: "00000000-0000-7000-8000-0000000000a1",
    position: 1,
    kind: "deliver",
    device_number: "104901",
    article_number: "23993",
    article_name: "Telefontillkoppling",
    quantity: 1,
    state: "planned",
    done_quantity: 0,
    failed_code: null,
    hygiene: null,
    unplanned: false,
    order_number: "81234567",
    components: 0,
    loaded: false,
    parts: [],
    ...changes,
  };
}

export function testStop(changes: Partial<VanStop> = {}): VanStop {
  return {
    id: "00000000-0000-7000-8000-000000000051",
    round_id: "00000000-0000-7000-8000-0000000000f1",
    position: 1,
    state: "planned",
    window_from: null,
    window_to: null,
    name: "Testa Testsson",
    care_of: "",
    street: "Storgatan 4",
    postcode: "722 11",
    town: "Västerås",
    entry_code: "",
    phone: "",
    carrier_note: "",
    latitude: null,
    longitude: null,
    protected: false,
    tasks: [testTask()],
    attempts: [],
    proof: null,
    failed_code: null,
    failed_note: "",
    done_at: null,
    rv: 7,
    ...changes,
  };
}
