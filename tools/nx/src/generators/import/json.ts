/** A value of a configuration, as JSON has it. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of a map; none for anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isJson(value) ? Object.entries(value) : [];
}

/** @returns the value at keys and list indices from the top; undefined where there is none */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if ((!isJson(value) && !Array.isArray(value)) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Json)[key];
  }
  return value;
}

/** A part of a configuration that is not taken over, or that needs a look. */
export interface Remark {
  /** Keys and list indices from the top. */
  readonly path: readonly string[];
  readonly reason: string;
}

/** The text of a value for a message. */
export function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
