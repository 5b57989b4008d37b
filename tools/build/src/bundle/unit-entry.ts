/** An endpoint as a part of a unit. */
export interface UnitPart {
  readonly name: string;
  /** As API Gateway names it: `GET /users/{userId}`. */
  readonly route: string;
  /** How the entry imports the handler. */
  readonly handlerFile: string;
}

/** The source of the handler of a unit: all its endpoints in one function. */
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
