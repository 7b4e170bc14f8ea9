/** Reads the declared environment variables. */
import type { Command } from "./command.ts";
import { envPropertyOf } from "./definition.ts";
import { usage } from "./errors.ts";
import { hostEnv } from "./host.ts";
import { convertFor } from "./convert.ts";
import type { Values } from "./read_options.ts";

/**
 * The values of the command's environment variables by property name.
 *
 * @param lenient a required variable may be missing (`--help` was given)
 * @throws ValidationError for a missing required variable and for an invalid value
 */
// deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
export async function readEnv(command: Command<any>, lenient: boolean): Promise<Values> {
  const values: Values = {};
  for (const variable of command.getEnvVars(true)) {
    const found = await firstSet(variable.names);
    if (!found) {
      if (variable.required && !lenient) throw usage.missingEnvVar(variable.name);
      continue;
    }
    const value = convertFor(command, variable.details, {
      label: "Environment variable",
      name: found.name,
      value: found.value,
    });
    const property = envPropertyOf(variable.name, variable.prefix);
    values[property] = variable.value ? variable.value(value) : value;
  }
  return values;
}

async function firstSet(names: string[]): Promise<{ name: string; value: string } | undefined> {
  for (const name of names) {
    const value = await hostEnv(name);
    if (value) return { name, value };
  }
}
