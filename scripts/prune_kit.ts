/**
 * Cuts drizzle-kit's api down to the one function that this program calls, while it is bundled. The
 * code that runs stays drizzle-kit's own; what goes is what its module starts up for other databases
 * and for prompts, two thirds of its load time. Every cut must fit, or the build fails: a new version
 * of drizzle-kit is looked at again. A test holds the result against the package as it is.
 */
import type { Plugin } from "esbuild";

/**
 * What drizzle-kit's own resolvers answer where nothing is open. Where something is new while something
 * else is gone they would ask; `diffSchemas` never lets it come to that.
 */
const DECIDED = `(input) => {
      if (input.created.length > 0 && input.deleted.length > 0) throw new Error("drizzle-kit would ask");
      return { ...input, renamed: [], moved: [] };
    }`;

const RESOLVERS = ["tablesResolver", "columnsResolver", "sqliteViewsResolver"];

/** See above. */
export function pruneKit(): Plugin {
  return {
    name: "prune-kit",
    setup(build) {
      build.onLoad({ filter: /[\\/]drizzle-kit[\\/]api\.mjs$/ }, async ({ path }) => {
        return { contents: pruned(await Deno.readTextFile(path)), loader: "js" };
      });
    },
  };
}

/** The module's text with the cuts. */
export function pruned(text: string): string {
  const start = text.indexOf("// src/api.ts\n");
  if (start < 0) throw new Error("drizzle-kit's api has another form");
  const [library, api] = [text.slice(0, start), text.slice(start)];
  return pure(library) + withoutPrompts(withoutStart(api));
}

/** Lazily made modules of its bundle, which esbuild may leave out where nothing refers to them. */
function pure(text: string): string {
  return text.replaceAll(/= (__esm|__commonJS)\(/g, "= /* @__PURE__ */ $1(");
}

/** What the module initialises at once; the function itself initialises what it needs. */
function withoutStart(api: string): string {
  const calls: string[] = api.match(/^init_\w+\(\);$/gm) ?? [];
  if (!calls.includes("init_migrate();")) {
    throw new Error("drizzle-kit's api starts up differently");
  }
  return api.replaceAll(/^init_\w+\(\);$/gm, "");
}

function withoutPrompts(api: string): string {
  const head = "var generateSQLiteMigration = async (prev, cur) => {\n";
  const at = api.indexOf(head);
  const end = api.indexOf("\n};\n", at);
  if (at < 0 || end < 0) throw new Error("generateSQLiteMigration has another form");
  let body = api.slice(at, end).replace(head, `${head}  init_sqliteSchema();\n`);
  for (const name of RESOLVERS) {
    const replaced = body.replace(new RegExp(`^ +${name},$`, "m"), `    ${DECIDED},`);
    if (replaced === body) throw new Error(`generateSQLiteMigration does not take ${name}`);
    body = replaced;
  }
  return api.slice(0, at) + body + api.slice(end);
}
