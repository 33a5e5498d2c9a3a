/**
 * What the page talks to, all on loopback: Turbil behind a proxy of the page's own origin, a PouchDB server that writes to
 * LevelDB, and an RxDB backend that keeps its rows in memory and writes each push to a file with fsync.
 *
 * node server.mjs <port> <turbil> <folder> <docs.json>
 */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import express from "express";
import httpProxy from "http-proxy";

const require = createRequire(import.meta.url);
const [port, turbil, folder, file] = process.argv.slice(2);
const PouchDB = require("pouchdb").defaults({ prefix: `${folder}/pouch-` });
const docs = JSON.parse(readFileSync(file, "utf8"));

const remote = new PouchDB("remote");
for (let start = 0; start < docs.length; start += 1000) {
  await remote.bulkDocs(docs.slice(start, start + 1000).map((row, index) => ({ _id: String(start + index).padStart(6, "0"), ...row, id: undefined })));
}

const proxy = httpProxy.createProxyServer({ target: turbil, changeOrigin: true, headers: { origin: turbil } });
proxy.on("error", (_error, _request, response) => response.writeHead?.(502).end());

const app = express();
app.use("/api", (request, response) => {
  request.url = request.originalUrl;
  proxy.web(request, response);
});
const log = openSync(join(folder, "rx.log"), "a");
app.get("/rx/pull", (request, response) => {
  const [from, limit] = [Number(request.query.from), Number(request.query.limit)];
  const part = docs.slice(from, from + limit);
  const documents = part.map((row, index) => ({ id: String(from + index).padStart(6, "0"), updated: from + index, row, _deleted: false }));
  response.json({ documents, checkpoint: { at: from + part.length } });
});
app.post("/rx/push", express.json({ limit: "4mb" }), (request, response) => {
  writeSync(log, `${JSON.stringify(request.body)}\n`);
  fsyncSync(log);
  response.json([]);
});
app.use("/db", require("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB", logPath: join(folder, "pouch.log"), configPath: join(folder, "pouch.json") }));
app.use(express.static(new URL("dist", import.meta.url).pathname));
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => {
  closeSync(log);
  process.exit(0);
});
