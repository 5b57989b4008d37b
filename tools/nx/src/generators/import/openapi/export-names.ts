/** order_status, "order status" -> OrderStatus */
export function pascalCase(text: string): string {
  const name = text
    .split(/[^A-Za-z\d]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Z]/.test(name) ? name : `Schema${name}`;
}

/**
 * Chooses a name of an export for each schema: unique, and none that hides a global such as `Error`.
 *
 * @param reserved - names that are taken
 */
export function exportNames(schemas: readonly string[], reserved: readonly string[]): Map<string, string> {
  const taken = new Set(reserved);
  return new Map(
    schemas.map((schema) => {
      const plain = pascalCase(schema);
      const wanted = plain in globalThis || taken.has(plain) ? `${plain}Schema` : plain;
      let name = wanted;
      for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
      taken.add(name);
      return [schema, name];
    }),
  );
}
