/** Development entry: the real screens over an in-memory sync core and a made-up server. */
import { mount } from "svelte";
import App from "../src/App.svelte";
import { startLanguage } from "../src/i18n";
import { watchMarks } from "../src/state/marks.svelte";
import { session } from "../src/state/session.svelte";
import { applyTheme } from "../src/state/settings.svelte";
import { provideSync } from "../src/state/sync";
import { FakeSync } from "./fake-sync";
import { fakeServer, people } from "./fake-server";

const scene = new URLSearchParams(sessionStorage.getItem("scene") ?? "");
const fake = new FakeSync(scene);
fakeServer(scene, fake);
provideSync(fake);
applyTheme();
await startLanguage();
const who = scene.get("who") ?? "technician";
if (who === "none") await session.signOut();
else await session.keep(people[who] ?? people["technician"]!);
await session.begin();
watchMarks();
const target = document.getElementById("app");
if (target) mount(App, { target });
Object.assign(window, { fake });
