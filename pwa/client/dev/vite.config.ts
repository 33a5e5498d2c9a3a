/** The app with a made-up server, for looking at screens: `npm run` is not needed, `vite -c dev/vite.config.ts` is enough. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: "dev",
  publicDir: "../public",
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  server: { port: 18009, strictPort: true, fs: { allow: ["..", "../../../field/protocols/templates"] } },
  build: { outDir: "dist", emptyOutDir: true },
  preview: { port: 18009, strictPort: true },
  worker: { format: "es" },
});
