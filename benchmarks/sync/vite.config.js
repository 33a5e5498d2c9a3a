import { defineConfig } from "vite";

export default defineConfig({ build: { outDir: "dist", target: "es2023", chunkSizeWarningLimit: 4000 }, resolve: { alias: { events: "events/events.js" } }, define: { global: "globalThis" } });
