// Judge many pairs in one node process: reads {templates, pairs: [[template index, answers], ...]} from standard input,
// writes one judgement per pair, or {refused, linkId} for a template that cannot be used.
// With the argument --time it judges the pairs again and again and writes judgements per second instead.

import { registerHooks } from "node:module";
import { readFileSync } from "node:fs";

// The client's modules import each other without an extension, as its bundler wants it.
registerHooks({
  resolve: (name, context, next) => next(/^\.\.?\//.test(name) && !/\.\w+$/.test(name) ? `${name}.ts` : name, context),
});
const { compileTemplate, judge } = await import("../../../pwa/client/src/protocol/engine.ts");

const { templates, pairs } = JSON.parse(readFileSync(0, "utf8"));
const compiled = templates.map((template) => {
  try {
    return { template: compileTemplate(template) };
  } catch (error) {
    return { refused: error.code, linkId: error.linkId };
  }
});

if (process.argv.includes("--time")) {
  const rounds = [];
  for (let round = 0; round < 7; round += 1) {
    const begin = process.cpuUsage();
    let count = 0;
    const until = performance.now() + 300;
    while (performance.now() < until) {
      for (const [index, answers] of pairs) judge(compiled[index].template, answers);
      count += pairs.length;
    }
    const used = process.cpuUsage(begin);
    rounds.push(count / ((used.user + used.system) / 1e6));
  }
  console.log(JSON.stringify(rounds.sort((a, b) => a - b)[3]));
} else {
  const judged = pairs.map(([index, answers]) => {
    const { template, ...refusal } = compiled[index];
    return template === undefined ? refusal : judge(template, answers);
  });
  process.stdout.write(JSON.stringify(judged));
}
