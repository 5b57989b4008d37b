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
