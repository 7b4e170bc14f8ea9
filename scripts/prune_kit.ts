/**
 * Cuts drizzle-kit's api down to the one function that this program calls, while it is bundled. The
 * code that runs stays drizzle-kit's own; what goes is what its module starts up for other databases
 * and for prompts, three quarters of its load time. Every cut must fit, or the build fails: a new version
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
      // What is left prints nothing, and a look at `process` would load half of Node's modules.
      build.onLoad({ filter: /[\\/]schema[\\/]quiet\.ts$/ }, () => {
        return { contents: "export const quietly = (work) => work();", loader: "js" };
      });
    },
  };
}

/** The module's text with the cuts. */
export function pruned(text: string): string {
  const start = text.indexOf("// src/api.ts\n");
  if (start < 0) throw new Error("drizzle-kit's api has another form");
  const [library, api] = [text.slice(0, start), text.slice(start)];
  return pure(withoutZod(withoutParts(library))) + withoutPrompts(withoutStart(api));
}

/**
 * What its modules start up that only other databases, prompts and printing need. `null`: everything.
 * Of `migrate` one constant is used.
 */
const UNUSED: Record<string, string[] | null> = {
  init_migrate: null,
  init_utils: ["views", "gelSchema", "mysqlSchema", "pgSchema", "singlestoreSchema"],
  init_sqlgenerator: ["mysqlSchema", "pgSchema", "singlestoreSchema"],
  init_snapshotsDiffer: ["mysqlSchema", "singlestoreSchema"],
  init_jsonStatements: [
    ...["source", "sqlitePushUtils", "views", "mysqlSchema", "pgSchema", "singlestoreSchema"],
  ],
};

function withoutParts(library: string): string {
  let text = library;
  for (const [name, parts] of Object.entries(UNUSED)) {
    const at = text.indexOf(`var ${name} = __esm(`);
    const end = text.indexOf("\n});", at);
    if (at < 0 || end < 0) throw new Error(`drizzle-kit has no ${name}`);
    let body = text.slice(at, end);
    for (const part of parts ?? ["\\w+"]) {
      const cut = body.replaceAll(new RegExp(`^ +init_${part}\\(\\);$`, "gm"), "");
      if (cut === body) throw new Error(`${name} does not start ${part}`);
      body = cut;
    }
    text = text.slice(0, at) + body + text.slice(end);
  }
  return text;
}

/** The constructors of zod that its modules call when they are made. */
const TYPES = [
  "any",
  "array",
  "boolean",
  "enum",
  "literal",
  "map",
  "never",
  "null",
  "number",
  "object",
]
  .concat(["optional", "record", "string", "tuple", "undefined", "union", "unknown"]);

/**
 * A snapshot is validated before it comes here (`parseSnapshot`), and what its own steps hand to each
 * other is as they make it; validating each again costs more than the diff. Parsing gives what it got.
 */
function withoutZod(library: string): string {
  const head = /var init_types = __esm\({\n {2}"[^"]*zod[^"]*types\.js"\(\) {\n/.exec(library);
  const end = head ? library.indexOf("\n});", head.index) : -1;
  if (!head || end < 0) throw new Error("drizzle-kit has another zod");
  const made = TYPES.map((name) => `${name}Type = () => scheme;`).join(" ");
  const body = `${head[0]}const scheme = new Proxy(() => scheme, {
    get: (_, name) => name === "parse" ? (value) => value : scheme });
    ${made}\n  }`;
  return library.slice(0, head.index) + body + library.slice(end);
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
  let body = api.slice(at, end).replace(
    head,
    `${head}  init_sqliteSchema();\n  warning = () => {};\n`,
  );
  for (const name of RESOLVERS) {
    const replaced = body.replace(new RegExp(`^ +${name},$`, "m"), `    ${DECIDED},`);
    if (replaced === body) throw new Error(`generateSQLiteMigration does not take ${name}`);
    body = replaced;
  }
  return api.slice(0, at) + body + api.slice(end);
}
