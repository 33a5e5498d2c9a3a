import { mount } from "svelte";
import App from "./App.svelte";
import { startLanguage } from "./i18n";
import { onWorkerMessage, registerServiceWorker } from "./service-worker/register";
import { watchMarks } from "./state/marks.svelte";
import { firstPicture } from "./state/paint";
import { router } from "./state/route.svelte";
import { session } from "./state/session.svelte";
import { applyTheme } from "./state/settings.svelte";
import { provideSync, sync } from "./state/sync";
import { protocolVerdict } from "./state/verdict";
import { appVersion } from "./state/version";
import { createSync } from "./sync";

async function start(): Promise<void> {
  provideSync(createSync({ build: appVersion, protocolVerdict, calm: () => firstPicture }));
  applyTheme();
  await startLanguage();
  await session.begin();
  watchMarks();
  const target = document.getElementById("app");
  if (target) mount(App, { target });
  onWorkerMessage((message) => {
    if (message.type === "open") router.go(message.url);
    else void sync().syncNow(message.type);
  });
  if (import.meta.env.PROD) void registerServiceWorker();
}

void start();
