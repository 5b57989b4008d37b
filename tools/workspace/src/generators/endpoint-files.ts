/** What a new endpoint is made of. */
export interface EndpointParts {
  readonly name: string;
  readonly resource: string;
  readonly method: string;
  readonly path: string;
  /** The parameters of the path. */
  readonly params: readonly string[];
  readonly access: 'user' | 'public';
}

/** Parameters that have a schema in libs/validation. */
const idSchemas: Readonly<Record<string, string>> = { userId: 'UserId', gameId: 'GameId' };

/** The files of a new endpoint, by their path in its folder. */
export function endpointFiles(parts: EndpointParts): Record<string, string> {
  return {
    'package.json': manifest(parts),
    'src/contract.ts': contractFile(parts),
    'src/handler.ts': handlerFile(parts),
    'src/handler.spec.ts': specFile(parts),
  };
}

/** get-score -> getScore */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function sentence(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function manifest({ name, params }: EndpointParts): string {
  const dependencies = {
    '@nanoservices/endpoint': '*',
    ...(usedSchemas(params).length > 0 && { '@nanoservices/validation': '*' }),
    zod: '^4.6.7',
  };
  const content = {
    name: `@nanoservices/${name}`,
    version: '0.0.0',
    private: true,
    license: 'MIT',
    type: 'module',
    exports: { './contract': './src/contract.ts' },
    dependencies,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function usedSchemas(params: readonly string[]): string[] {
  return params.flatMap((param) => idSchemas[param] ?? []).sort();
}

const hasBody = ({ method }: EndpointParts) => method === 'POST' || method === 'PUT' || method === 'PATCH';

function contractFile(parts: EndpointParts): string {
  const { name, method, path, params, access } = parts;
  const schemas = usedSchemas(params);
  const fields = params.map((param) => `${param}: ${idSchemas[param] ?? 'z.string()'}`).join(', ');
  return [
    "import { contract } from '@nanoservices/endpoint';",
    ...(schemas.length > 0 ? [`import { ${schemas.join(', ')} } from '@nanoservices/validation';`] : []),
    "import * as z from 'zod/mini';",
    '',
    `export const ${camelCase(name)} = contract({`,
    `  name: '${name}',`,
    `  method: '${method}',`,
    `  path: '${path}',`,
    `  summary: '${sentence(name)}',`,
    ...(params.length > 0 ? [`  params: z.strictObject({ ${fields} }),`] : []),
    ...(hasBody(parts) ? ['  body: z.strictObject({ note: z.string() }),'] : []),
    '  response: z.strictObject({ message: z.string() }),',
    ...(method === 'POST' ? ['  status: 201,'] : []),
    `  access: '${access}',`,
    '});',
    '',
  ].join('\n');
}

function handlerFile(parts: EndpointParts): string {
  const { name, params } = parts;
  const inputs = [...(params.length > 0 ? ['params'] : []), ...(hasBody(parts) ? ['body'] : [])];
  const values = [
    ...params.map((param) => `\${params.${param}}`),
    ...(hasBody(parts) ? [`\${body.note}`] : []),
  ];
  const message = values.length > 0 ? `\`${name}: ${values.join(', ')}\`` : `'${name}'`;
  return [
    "import { endpoint } from '@nanoservices/endpoint';",
    `import { ${camelCase(name)} } from './contract.ts';`,
    '',
    `export const handler = endpoint(${camelCase(name)}, async (${inputs.length > 0 ? `{ ${inputs.join(', ')} }` : ''}) => {`,
    `  return { message: ${message} };`,
    '});',
    '',
  ].join('\n');
}

const sampleId = '01980000-0000-7000-8000-000000000001';

function specFile(parts: EndpointParts): string {
  const { name, method, params, access } = parts;
  const samples = params.map((param) => [param, idSchemas[param] ? sampleId : 'one'] as const);
  const request = [
    ...(params.length > 0
      ? [`params: { ${samples.map(([param, value]) => `${param}: '${value}'`).join(', ')} }`]
      : []),
    ...(hasBody(parts) ? ["body: { note: 'hello' }"] : []),
  ].join(', ');
  const values = [...samples.map(([, value]) => value), ...(hasBody(parts) ? ['hello'] : [])];
  const message = values.length > 0 ? `${name}: ${values.join(', ')}` : name;
  return [
    "import { sender } from '@nanoservices/endpoint/testing';",
    "import { expect, it } from 'vitest';",
    `import { ${camelCase(name)} } from './contract.ts';`,
    "import { handler } from './handler.ts';",
    '',
    `const send = sender(${camelCase(name)}, handler);`,
    `const request = { ${request} };`,
    '',
    "it('answers', async () => {",
    '  const { status, body } = await send(request);',
    `  expect({ status, body }).toEqual({ status: ${method === 'POST' ? 201 : 200}, body: { message: '${message}' } });`,
    '});',
    ...(access === 'user'
      ? [
          '',
          "it('refuses someone without a token', async () => {",
          '  expect((await send(request, { caller: null })).status).toBe(401);',
          '});',
        ]
      : []),
    ...(hasBody(parts)
      ? [
          '',
          "it('refuses a body that is not what it expects', async () => {",
          '  expect((await send({ ...request, body: {} as never })).status).toBe(400);',
          '});',
        ]
      : []),
    '',
  ].join('\n');
}
