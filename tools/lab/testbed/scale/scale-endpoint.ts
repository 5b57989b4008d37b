import type { ScaleResource } from './scale-resource.ts';

/** An endpoint of a generated workspace. */
export interface ScaleEndpoint {
  readonly name: string;
  /** The folder, relative to the workspace root. */
  readonly root: string;
  /** By their path in the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** What an endpoint does, as the sources of its contract and its handler. */
interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Properties of the contract. */
  readonly contract: readonly string[];
  /** What the contract takes of libs/validation. */
  readonly schemas: readonly string[];
  /** What the handler takes of libs/data-access, and does with it. */
  readonly uses: string;
  readonly handler: string;
  /** The endpoint that it calls, and its contract's export. */
  readonly calls?: readonly [endpoint: string, contract: string];
}

/** Endpoints of one resource. */
export const endpointsPerResource = 10;

/**
 * The endpoints of a resource: as thin as those of a person, each with a schema, a table and a right of its own.
 *
 * @param count - the first so many
 */
export function scaleEndpoints(resource: ScaleResource, count: number): ScaleEndpoint[] {
  return operations(resource)
    .slice(0, count)
    .map((operation, index) => ({
      name: operation.name,
      root: `functions/${resource.many}/${operation.name}`,
      files: {
        'package.json': manifest(operation, index),
        'src/contract.ts': contractFile(operation),
        'src/handler.ts': handlerFile(operation),
        'src/handler.spec.ts': specFile(operation),
      },
    }));
}

function operations({ one, many, type, table }: ScaleResource): Operation[] {
  const id = `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`;
  const item = `/${many}/{${id}}`;
  const [words, allWords] = [one.replace('-', ' '), many.replace('-', ' ')];
  const may = (...rights: string[]) =>
    `database: { '${table}': [${rights.map((right) => `'${right}'`).join(', ')}] }`;
  const params = `params: z.strictObject({ ${id}: ${type}Id })`;
  const [found, entity] = [`problems: [${type}NotFound]`, `response: ${type}`];
  const ofOne = [`${type}Id`, `${type}NotFound`];
  const find = `find${type}`;
  const orThrow = `if (!entity) throw new ${type}NotFound(params.${id});`;
  return [
    {
      name: `create-${one}`,
      method: 'POST',
      path: `/${many}`,
      summary: `Create one ${words}`,
      contract: [`body: New${type}`, entity, 'status: 201', "etag: 'version'", may('select', 'insert')],
      schemas: [`New${type}`, type],
      uses: `insert${type}`,
      handler: `({ body, caller }) => insert${type}(body, caller.userId)`,
    },
    {
      name: `get-${one}`,
      method: 'GET',
      path: item,
      summary: `Read one ${words}`,
      contract: [params, entity, "etag: 'version'", found, may('select')],
      schemas: [type, ...ofOne],
      uses: find,
      handler: `async ({ params }) => {\n  const entity = await ${find}(params.${id});\n  ${orThrow}\n  return entity;\n}`,
    },
    {
      name: `list-${many}`,
      method: 'GET',
      path: `/${many}`,
      summary: `List ${allWords}, the newest first`,
      contract: ['query: PageQuery', `response: page(${type})`, may('select')],
      schemas: ['PageQuery', 'page', type],
      uses: `list${type}`,
      handler: `({ query }) => list${type}(query)`,
    },
    {
      name: `update-${one}`,
      method: 'PATCH',
      path: item,
      summary: `Change one ${words}`,
      contract: [params, `body: ${type}Changes`, entity, found, may('select', 'update')],
      schemas: [type, `${type}Changes`, ...ofOne],
      uses: `change${type}`,
      handler: `({ params, body }) => change${type}(params.${id}, body)`,
    },
    {
      name: `delete-${one}`,
      method: 'DELETE',
      path: item,
      summary: `Delete one ${words}`,
      contract: [params, found, may('select', 'delete')],
      schemas: ofOne,
      uses: `remove${type}`,
      handler: `({ params }) => remove${type}(params.${id})`,
    },
    {
      name: `count-${many}`,
      method: 'GET',
      path: `/${many}/count`,
      summary: `Count ${allWords}`,
      contract: ['response: z.strictObject({ count: z.int().check(z.minimum(0)) })', may('select')],
      schemas: [],
      uses: `count${type}`,
      handler: `async () => ({ count: await count${type}() })`,
    },
    ...[true, false].map((archived) => ({
      name: `${archived ? 'archive' : 'restore'}-${one}`,
      method: archived ? 'PUT' : 'DELETE',
      path: `${item}/archive`,
      summary: `${archived ? 'Put' : 'Take'} one ${words} ${archived ? 'into' : 'out of'} the archive`,
      contract: [params, entity, found, may('select', 'update')],
      schemas: [type, ...ofOne],
      uses: `set${type}Archived`,
      handler: `({ params }) => set${type}Archived(params.${id}, ${archived})`,
    })),
    {
      name: `list-user-${many}`,
      method: 'GET',
      path: `/users/{userId}/${many}`,
      summary: `List the ${allWords} of a user`,
      contract: [
        'params: z.strictObject({ userId: UserId })',
        'query: PageQuery',
        `response: page(${type})`,
        may('select'),
      ],
      schemas: ['PageQuery', 'page', type, 'UserId'],
      uses: `list${type}`,
      handler: `({ params, query }) => list${type}(query, params.userId)`,
    },
    {
      name: `get-${one}-overview`,
      method: 'GET',
      path: `${item}/overview`,
      summary: `Read one ${words}, and how many more its owner has`,
      contract: [
        params,
        `response: z.strictObject({ ...${type}.shape, others: z.nullable(z.int()) })`,
        found,
        `calls: [${camelCase(`list-user-${many}`)}]`,
        may('select'),
      ],
      schemas: [type, ...ofOne],
      uses: find,
      handler: `async ({ params, call }) => {
  const entity = await ${find}(params.${id});
  ${orThrow}
  const request = { params: { userId: entity.ownerId }, query: { limit: 100 } };
  const others = await call(${camelCase(`list-user-${many}`)}, request).catch(() => null);
  return { ...entity, others: others && others.items.length - 1 };
}`,
      calls: [`list-user-${many}`, camelCase(`list-user-${many}`)],
    },
  ];
}

function manifest({ name, calls }: Operation, index: number): string {
  const content = {
    name: `@nanoservices/${name}`,
    version: '0.0.0',
    private: true,
    type: 'module',
    exports: { './contract': './src/contract.ts' },
    dependencies: {
      '@nanoservices/data-access': '*',
      '@nanoservices/endpoint': '*',
      ...(calls && { [`@nanoservices/${calls[0]}`]: '*' }),
      '@nanoservices/validation': '*',
      zod: '^4.6.7',
    },
    ...(index % 4 === 3 && { lambda: { memorySize: 512 } }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function contractFile({ name, method, path, summary, contract, schemas, calls }: Operation): string {
  const properties = [
    `name: '${name}'`,
    `method: '${method}'`,
    `path: '${path}'`,
    `summary: '${summary}'`,
    ...contract,
    `access: ${name.startsWith('count') ? "{ scope: 'admin' }" : "'user'"}`,
  ];
  return [
    "import { contract } from '@nanoservices/endpoint';",
    ...(calls ? [importOfCallee(calls)] : []),
    ...(schemas.length > 0
      ? [`import { ${schemas.toSorted().join(', ')} } from '@nanoservices/validation';`]
      : []),
    ...(contract.some((property) => property.includes('z.')) ? ["import * as z from 'zod/mini';"] : []),
    '',
    `export const ${camelCase(name)} = contract({`,
    ...properties.map((property) => `  ${property},`),
    '});',
    '',
  ].join('\n');
}

function handlerFile({ name, uses, handler, schemas, calls }: Operation): string {
  const problem = schemas.find((schema) => schema.endsWith('NotFound') && handler.includes(schema));
  return [
    `import { ${uses} } from '@nanoservices/data-access';`,
    "import { endpoint } from '@nanoservices/endpoint';",
    ...(calls ? [importOfCallee(calls)] : []),
    ...(problem ? [`import { ${problem} } from '@nanoservices/validation';`] : []),
    `import { ${camelCase(name)} } from './contract.ts';`,
    '',
    `export const handler = endpoint(${camelCase(name)}, ${handler});`,
    '',
  ].join('\n');
}

function specFile({ name }: Operation): string {
  return `import { sender } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { ${camelCase(name)} } from './contract.ts';
import { handler } from './handler.ts';

it('refuses someone without a token', async () => {
  expect((await sender(${camelCase(name)}, handler)({} as never, { caller: null })).status).toBe(401);
});
`;
}

function importOfCallee([endpoint, contract]: readonly [string, string]): string {
  return `import { ${contract} } from '@nanoservices/${endpoint}/contract';`;
}

/** list-user-orders-2 -> listUserOrders2 */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
