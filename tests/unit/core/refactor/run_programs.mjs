// Runs programs: a line of JSON in, a list of [source, isTypeScript]; a line out, what each logs.
// A program has `log`; it runs in a realm of its own, as a module if it exports, to its last microtask.
import { stripTypeScriptTypes } from "node:module";
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import vm from "node:vm";

const shown = (value) => (typeof value === "function" ? "function" : inspect(value, { depth: 5 }));
const named = (error) => `throws ${error?.name ?? shown(error)}`;

async function run(source, typed) {
  const seen = [];
  const log = (...values) => {
    if (seen.length < 1000) seen.push(values.map(shown).join(" "));
    return values[0];
  };
  const context = vm.createContext({ log, setTimeout });
  try {
    const text = typed ? stripTypeScriptTypes(source, { mode: "transform" }) : source;
    if (/^export /m.test(source)) {
      const module = new vm.SourceTextModule(text, { context });
      await module.link(() => undefined);
      await module.evaluate({ timeout: 2000 });
      log(Object.keys(module.namespace).join(" "));
    } else vm.runInContext(text, context, { timeout: 2000 });
  } catch (error) {
    seen.push(named(error));
  }
  await new Promise(setImmediate);
  return seen;
}

process.on("unhandledRejection", () => undefined);
process.emitWarning = () => undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const logs = [];
  for (const [source, typed] of JSON.parse(line)) logs.push(await run(source, typed));
  process.stdout.write(`${JSON.stringify(logs)}\n`);
}
