/** Gives an object a property as classes and globals have them: it may be replaced, and no loop shows it. */
export function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, configurable: true });
}
