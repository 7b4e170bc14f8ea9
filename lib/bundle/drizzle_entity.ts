import { dirname } from "@std/path";
import type { Plugin } from "esbuild";

/** How drizzle-orm tells its classes, word for word from 0.36 to 0.45. */
const ORIGINAL = `function is(value, type) {
  if (!value || typeof value !== "object") {
    return false;
  }
  if (value instanceof type) {
    return true;
  }
  if (!Object.prototype.hasOwnProperty.call(type, entityKind)) {
    throw new Error(
      \`Class "\${type.name ?? "<unknown>"}" doesn't look like a Drizzle entity. If this is incorrect and the class is provided by Drizzle, please report this as a bug.\`
    );
  }
  let cls = Object.getPrototypeOf(value).constructor;
  if (cls) {
    while (cls) {
      if (entityKind in cls && cls[entityKind] === type[entityKind]) {
        return true;
      }
      cls = Object.getPrototypeOf(cls);
    }
  }
  return false;
}
`;

/** The same answers; they depend on nothing but the prototype of the value and the class. */
const REMEMBERED = `${
  ORIGINAL.replace("function is(", "function compare(")
}const answers = new WeakMap();
function is(value, type) {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return compare(value, type);
  const known = answers.get(type)?.get(prototype);
  if (known !== undefined) return known;
  const answer = compare(value, type);
  if (!answers.has(type)) answers.set(type, new WeakMap());
  answers.get(type).set(prototype, answer);
  return answer;
}
`;

/** The text of drizzle-orm's `entity.js` with remembered answers; null: it is not the one that is known. */
export function rememberEntities(text: string): string | null {
  return text.includes(ORIGINAL) ? text.replace(ORIGINAL, () => REMEMBERED) : null;
}

/**
 * Lets drizzle-orm remember which class is which. It asks some fifty times while it builds a query and
 * walks up the classes each time: a third of what it does.
 *
 * @param read the text of a file; null when it cannot be had, which is then for the bundler to say
 */
export function drizzleEntities(read: (path: string) => Promise<string | null>): Plugin {
  return {
    name: "drizzle-entities",
    setup(build) {
      build.onLoad({ filter: /[\\/]drizzle-orm[\\/]entity\.js$/ }, async ({ path }) => {
        const contents = rememberEntities(await read(path) ?? "");
        return contents === null ? null : { contents, loader: "js", resolveDir: dirname(path) };
      });
    },
  };
}
