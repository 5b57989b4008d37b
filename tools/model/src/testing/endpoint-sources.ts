/**
 * The source of a contract without validation.
 *
 * @param route - `GET /things`
 */
export function contractSource(name: string, route: string): string {
  const [method, path] = route.split(' ');
  const definition = JSON.stringify({ name, method, path, summary: name, access: 'public' });
  return `import { contract } from '@nanoservices/endpoint';\nexport const theContract = contract(${definition} as never);\n`;
}

/**
 * The source of a plain Lambda handler.
 *
 * @param body - a function body of `event` and `context`
 * @param top - lines above the handler
 */
export function handlerSource(body: string, top = ''): string {
  return `${top}\nexport const handler = async (event: any, context: any): Promise<any> => { ${body} };`;
}

/**
 * An endpoint at `GET /<name>`, for `TemporaryWorkspace.endpoint`. It declares the packages that its handler imports.
 *
 * @param handler - the source of the handler
 */
export function plainEndpoint(
  name: string,
  handler: string,
): { readonly dependencies: object; readonly contract: string; readonly handler: string } {
  const imports = handler.matchAll(/(?:from|import|require\() ?'(@\w[^/']*\/[^/']+|\w[^/':]*)/g);
  const used = [...imports].map(([, imported]) => [imported, '*']);
  return {
    dependencies: Object.fromEntries([...used, ['@nanoservices/endpoint', '*']]),
    contract: contractSource(name, `GET /${name}`),
    handler,
  };
}
