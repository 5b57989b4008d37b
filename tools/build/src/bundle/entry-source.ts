/** An endpoint of a unit. */
export interface UnitPart {
  readonly name: string;
  /** Route in API Gateway's notation: `GET /orders/{orderId}`. */
  readonly route: string;
  /** Import specifier of the handler. */
  readonly handlerFile: string;
  /** True for a Lambda handler that the framework has not made. */
  readonly isPlain?: boolean;
}

/** @returns the source of a unit's handler: all endpoints in one function */
export function unitEntry(parts: readonly UnitPart[]): string {
  const imports = parts.map(
    ({ handlerFile }, index) => `import { handler as handler${index} } from ${JSON.stringify(handlerFile)};`,
  );
  const endpoints = parts.map(({ name, route, isPlain }, index) => {
    const handler = isPlain ? `plain(${JSON.stringify(name)}, handler${index})` : `handler${index}`;
    return `  { name: ${JSON.stringify(name)}, route: ${JSON.stringify(route)}, handler: ${handler} },`;
  });
  const needed = parts.some(({ isPlain }) => isPlain) ? 'fuse, plain' : 'fuse';
  return [
    `import { ${needed} } from '@nanoservices/endpoint';`,
    ...imports,
    '',
    'export const handler = fuse([',
    ...endpoints,
    ']);',
    '',
  ].join('\n');
}

/** @returns the source of a function with one plain handler */
export function plainEntry({ name, handlerFile }: Pick<UnitPart, 'name' | 'handlerFile'>): string {
  return [
    "import { plain } from '@nanoservices/endpoint';",
    `import { handler as own } from ${JSON.stringify(handlerFile)};`,
    '',
    `export const handler = plain(${JSON.stringify(name)}, own);`,
    '',
  ].join('\n');
}
