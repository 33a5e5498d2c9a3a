// Read a device index as the phone does, in one node process. Standard input: {snapshot: base64, today, scans:
// [[number, [version, token] or null], ...]}. Output: for each scan [facts or null, notices].
// With the argument --time: the median time of a look-up in milliseconds, and that of reading the snapshot.

import { readFileSync } from "node:fs";
import { DeviceIndex } from "../../../pwa/client/src/index/format.ts";
import { notices, tokenCheck } from "../../../pwa/client/src/index/verdict.ts";

const { snapshot, today, scans } = JSON.parse(readFileSync(0, "utf8"));
const content = Uint8Array.from(Buffer.from(snapshot, "base64"));

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];

if (process.argv.includes("--time")) {
  const reads = [];
  for (let round = 0; round < 7; round += 1) {
    const begin = performance.now();
    DeviceIndex.read(content);
    reads.push(performance.now() - begin);
  }
  const index = DeviceIndex.read(content);
  const lookups = scans.map(([number]) => {
    const begin = performance.now();
    index.find(number);
    return performance.now() - begin;
  });
  console.log(JSON.stringify({ read_ms: median(reads), lookup_ms: median(lookups) }));
} else {
  const index = DeviceIndex.read(content);
  const judged = [];
  for (const [number, label] of scans) {
    const facts = index.find(number);
    const read = label && { version: label[0], check: await tokenCheck(label[1]) };
    judged.push([facts, notices(facts, read, today)]);
  }
  process.stdout.write(JSON.stringify(judged));
}
