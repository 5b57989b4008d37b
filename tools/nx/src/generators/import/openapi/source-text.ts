/** Pieces of source code. */

export function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.join(', ')})`;
}

/** A schema with checks, as zod/mini adds them. */
export function checked(schema: string, checks: readonly string[]): string {
  return checks.length === 0 ? schema : `${schema}.check(${checks.join(', ')})`;
}

/** A value of JSON. Line separators are escaped: they end lines in some tools. */
export function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** The key of an object literal. `__proto__` is computed: otherwise it would set the prototype. */
export function key(name: string): string {
  if (name === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** @returns a regular expression as a literal; undefined when it is none */
export function regexOf(pattern: string): string | undefined {
  for (const flags of ['u', '']) {
    try {
      const { source } = new RegExp(pattern, flags);
      return `/${source}/${flags}`;
    } catch {
      // The next flags may take it.
    }
  }
  return undefined;
}

/** A comment for an export. */
export function comment(text: string | undefined): string {
  const line = text?.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim();
  return line ? `/** ${line} */\n` : '';
}
