/** An endpoint of a unit. */
export interface UnitPart {
  readonly name: string;
  /** Route in API Gateway's notation: `GET /orders/{orderId}`. */
  readonly route: string;
  /** Import specifier of the handler. */
  readonly handlerFile: string;
}

/** @returns the source of a unit's handler: all endpoints in one function */
export function unitEntry(parts: readonly UnitPart[]): string {
  const imports = parts.map(
    ({ handlerFile }, index) => `import { handler as handler${index} } from ${JSON.stringify(handlerFile)};`,
  );
  const endpoints = parts.map(
    ({ name, route }, index) =>
      `  { name: ${JSON.stringify(name)}, route: ${JSON.stringify(route)}, handler: handler${index} },`,
  );
  return [
    "import { fuse } from '@nanoservices/endpoint';",
    ...imports,
    '',
    'export const handler = fuse([',
    ...endpoints,
    ']);',
    '',
  ].join('\n');
}
