import type { ScaleResource } from './scale-resource.ts';

/** An endpoint of a generated workspace. */
export interface ScaleEndpoint {
  readonly name: string;
  /** The folder, relative to the workspace root. */
  readonly root: string;
  /** The files by their path in the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** The sources of an endpoint's contract and handler. */
interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Properties of the contract. */
  readonly contract: readonly string[];
  /** Imports of the contract from libs/validation. */
  readonly schemas: readonly string[];
  /** An expression that calls the repository. */
  readonly handler: string;
  /** Imports of the contract from @nanoservices/endpoint, other than `contract`. */
  readonly protocol?: readonly string[];
  /** The endpoint that it calls, and its contract's export. */
  readonly calls?: readonly [endpoint: string, contract: string];
}

/** Endpoints of one resource. */
export const endpointsPerResource = 10;

/**
 * The endpoints of a resource: as thin as hand-written ones, each with schemas, a table and rights.
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
        'src/handler.ts': handlerFile(resource, operation),
        'src/handler.spec.ts': specFile(operation),
      },
    }));
}

function operations({ one, many, type, table }: ScaleResource): Operation[] {
  const id = `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`;
  const item = `/${many}/{${id}}`;
  const [words, allWords] = [one.replace('-', ' '), many.replace('-', ' ')];
  const rights = (...privileges: string[]) =>
    `database: { '${table}': [${privileges.map((privilege) => `'${privilege}'`).join(', ')}] }`;
  const params = `params: z.strictObject({ ${id}: ${type}Id })`;
  const [found, entity] = [`problems: [${type}NotFound]`, `response: ${type}`];
  const ofOne = [`${type}Id`, `${type}NotFound`];
  const orThrow = `if (!entity) throw new ${type}NotFound(params.${id});`;
  const ofOwner = camelCase(`list-owner-${many}`);
  return [
    {
      name: `create-${one}`,
      method: 'POST',
      path: `/${many}`,
      summary: `Create one ${words}`,
      contract: [`body: New${type}`, entity, 'status: 201', "etag: 'version'", rights('select', 'insert')],
      schemas: [`New${type}`, type],
      handler: '({ body, caller }) => repository.create(body, caller.subject)',
    },
    {
      name: `get-${one}`,
      method: 'GET',
      path: item,
      summary: `Read one ${words}`,
      contract: [params, entity, "etag: 'version'", found, rights('select')],
      schemas: [type, ...ofOne],
      handler: `async ({ params }) => {\n  const entity = await repository.find(params.${id});\n  ${orThrow}\n  return entity;\n}`,
    },
    {
      name: `list-${many}`,
      method: 'GET',
      path: `/${many}`,
      summary: `List ${allWords}, the newest first`,
      contract: ['query: PageQuery', `response: page(${type})`, rights('select')],
      schemas: [type],
      protocol: ['PageQuery', 'page'],
      handler: '({ query }) => repository.list(query)',
    },
    {
      name: `update-${one}`,
      method: 'PATCH',
      path: item,
      summary: `Change one ${words}`,
      contract: [params, `body: ${type}Changes`, entity, found, rights('select', 'update')],
      schemas: [type, `${type}Changes`, ...ofOne],
      handler: `({ params, body }) => repository.change(params.${id}, body)`,
    },
    {
      name: `delete-${one}`,
      method: 'DELETE',
      path: item,
      summary: `Delete one ${words}`,
      contract: [params, found, rights('select', 'delete')],
      schemas: ofOne,
      handler: `({ params }) => repository.remove(params.${id})`,
    },
    {
      name: `count-${many}`,
      method: 'GET',
      path: `/${many}/count`,
      summary: `Count ${allWords}`,
      contract: ['response: z.strictObject({ count: z.int().check(z.minimum(0)) })', rights('select')],
      schemas: [],
      handler: 'async () => ({ count: await repository.count() })',
    },
    ...[true, false].map((archived) => ({
      name: `${archived ? 'archive' : 'restore'}-${one}`,
      method: archived ? 'PUT' : 'DELETE',
      path: `${item}/archive`,
      summary: `${archived ? 'Put' : 'Take'} one ${words} ${archived ? 'into' : 'out of'} the archive`,
      contract: [params, entity, found, rights('select', 'update')],
      schemas: [type, ...ofOne],
      handler: `({ params }) => repository.setArchived(params.${id}, ${archived})`,
    })),
    {
      name: `list-owner-${many}`,
      method: 'GET',
      path: `/owners/{ownerId}/${many}`,
      summary: `List the ${allWords} of an owner`,
      contract: [
        'params: z.strictObject({ ownerId: OwnerId })',
        'query: PageQuery',
        `response: page(${type})`,
        rights('select'),
      ],
      schemas: [type, 'OwnerId'],
      protocol: ['PageQuery', 'page'],
      handler: '({ params, query }) => repository.list(query, params.ownerId)',
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
        `calls: [${ofOwner}]`,
        rights('select'),
      ],
      schemas: [type, ...ofOne],
      handler: `async ({ params, call }) => {
  const entity = await repository.find(params.${id});
  ${orThrow}
  const request = { params: { ownerId: entity.ownerId }, query: { limit: 100 } };
  const others = await call(${ofOwner}, request).catch(() => null);
  return { ...entity, others: others && others.items.length - 1 };
}`,
      calls: [`list-owner-${many}`, ofOwner],
    },
  ];
}

function manifest({ name, calls }: Operation, index: number): string {
  const content = {
    name: `@shop/${name}`,
    version: '0.0.0',
    private: true,
    type: 'module',
    exports: { './contract': './src/contract.ts' },
    dependencies: {
      '@nanoservices/endpoint': '*',
      '@shop/data-access': '*',
      ...(calls && { [`@shop/${calls[0]}`]: '*' }),
      '@shop/validation': '*',
      zod: '^4.6.7',
    },
    ...(index % 4 === 3 && { lambda: { memorySize: 512 } }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function contractFile(operation: Operation): string {
  const { name, method, path, summary, contract, schemas, protocol = [], calls } = operation;
  const properties = [
    `name: '${name}'`,
    `method: '${method}'`,
    `path: '${path}'`,
    `summary: '${summary}'`,
    ...contract,
    `access: ${name.startsWith('count') ? "{ scope: 'admin' }" : "'user'"}`,
  ];
  return [
    `import { ${['contract', ...protocol].join(', ')} } from '@nanoservices/endpoint';`,
    ...(calls ? [importOfCallee(calls)] : []),
    ...(schemas.length > 0 ? [`import { ${schemas.toSorted().join(', ')} } from '@shop/validation';`] : []),
    ...(contract.some((property) => property.includes('z.')) ? ["import * as z from 'zod/mini';"] : []),
    '',
    `export const ${camelCase(name)} = contract({`,
    ...properties.map((property) => `  ${property},`),
    '});',
    '',
  ].join('\n');
}

function handlerFile({ many }: ScaleResource, { name, handler, schemas, calls }: Operation): string {
  const problem = schemas.find((schema) => schema.endsWith('NotFound') && handler.includes(schema));
  return [
    "import { endpoint } from '@nanoservices/endpoint';",
    `import * as repository from '@shop/data-access/${many}';`,
    ...(calls ? [importOfCallee(calls)] : []),
    ...(problem ? [`import { ${problem} } from '@shop/validation';`] : []),
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

it('refuses a request without a token', async () => {
  expect((await sender(${camelCase(name)}, handler)({} as never, { subject: null })).status).toBe(401);
});
`;
}

function importOfCallee([endpoint, contract]: readonly [string, string]): string {
  return `import { ${contract} } from '@shop/${endpoint}/contract';`;
}

/** list-owner-orders-2 -> listOwnerOrders2 */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
