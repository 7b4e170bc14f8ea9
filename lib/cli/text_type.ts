/**
 * A value type for options whose text may be empty, or whose command says best why it may not. An
 * empty value of any other option is refused before the command runs.
 */
export function textType({ value }: { value: string }): string {
  return value;
}
