/** Writes `schemas/auth-config.schema.json` from the zod schema. `deno run -A scripts/auth_schema.ts` */
import { join } from "@std/path";
import { authSchemaText } from "../lib/declare/auth_json_schema.ts";
import { ROOT } from "./esbuild_options.ts";

await Deno.writeTextFile(join(ROOT, "schemas", "auth-config.schema.json"), authSchemaText());
