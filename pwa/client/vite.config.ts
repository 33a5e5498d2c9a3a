import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { precompress } from "./src/vite-plugins/precompress.ts";
import { serviceWorker } from "./src/vite-plugins/service-worker.ts";

export default defineConfig({
  base: "/",
  plugins: [svelte(), serviceWorker({ entry: "src/service-worker/sw.ts", without: { "report-sw.js": "src/service-worker/report-sw.ts" } }), precompress()],
  build: {
    // `python -m pwa.build` gives an empty folder of its own and moves the result into pwa/static.
    outDir: "../static",
    emptyOutDir: false,
    target: ["chrome107", "edge107", "firefox115", "safari16.4"],
    // The Content-Security-Policy allows neither inline scripts nor data: addresses for code, so nothing is inlined.
    assetsInlineLimit: 0,
    // The app, and the public's page (/F/..., /S/...), which carries nothing of the app.
    rolldownOptions: { input: ["index.html", "report.html"] },
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(
      ["/api", "/schema", "/healthz", "/f/", "/F/"].map((path) => [path, { target: "http://127.0.0.1:8000" }]),
    ),
    fs: { allow: [".", "../../tests/vectors"] },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    // A run that finds no test is a broken run, never a green one.
    passWithNoTests: false,
    restoreMocks: true,
  },
});
