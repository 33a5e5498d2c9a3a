import { fileURLToPath } from "node:url";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const zxing = here("../../pwa/client/node_modules/zxing-wasm/dist/");

export default {
  root: here("."),
  resolve: {
    alias: [
      // Our reader is measured with the very package that is shipped.
      { find: /^zxing-wasm\/reader\/(.*\.wasm)(.*)$/, replacement: `${zxing}reader/$1$2` },
      { find: /^zxing-wasm\/reader$/, replacement: `${zxing}es/reader/index.js` },
      { find: "zbar-wasm-inlined", replacement: here("node_modules/@undecaf/zbar-wasm/dist/inlined/index.mjs") },
    ],
  },
  build: { target: "esnext", reportCompressedSize: false, chunkSizeWarningLimit: 5000 },
};
