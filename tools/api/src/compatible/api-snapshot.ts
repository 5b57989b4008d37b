import type { AnyContract, Breaking } from '@nanoservices/endpoint';
import type { Workspace } from '@nanoservices/model';
import { toJSONSchema } from 'zod/v4/core';
import { apiDocument } from '../api-document.ts';
import type { Schema } from './json-schema.ts';
import type { DocumentedOperation, Operation } from './operation-changes.ts';

/** The facts of an endpoint beyond its operation in the OpenAPI document. */
export interface EndpointSnapshot {
  readonly method: string;
  readonly path: string;
  /** Names of the endpoints that it calls. */
  readonly calls: readonly string[];
  /** Permission to break its clients. */
  readonly breaking?: Breaking;
  /** Schema by which callers parse its response, where there are any. */
  readonly accepts?: Schema;
}

/** An API at some commit: plain data. */
export interface ApiSnapshot {
  /** The OpenAPI document, without examples. */
  readonly document: {
    readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components?: object;
  };
  /** Endpoints by name. */
  readonly endpoints: Readonly<Record<string, EndpointSnapshot>>;
}

/** Takes a snapshot of a workspace's API. @throws UsageError when JSON Schema cannot express a schema */
export async function apiSnapshot(
  workspace: Pick<Workspace, 'manifest' | 'api' | 'contracts' | 'documentation'>,
): Promise<ApiSnapshot> {
  const { paths, components } = await apiDocument(workspace);
  const contracts = [...workspace.contracts.values()];
  const callees = new Set(contracts.flatMap(({ calls }) => calls.map(({ name }) => name)));
  const endpoints = contracts.map((one) => [one.name, endpointSnapshot(one, callees.has(one.name))]);
  const snapshot = { document: { paths, components }, endpoints: Object.fromEntries(endpoints) };
  return withoutExamples(JSON.parse(JSON.stringify(snapshot))) as ApiSnapshot;
}

function endpointSnapshot(
  { method, path, calls, breaking, response }: AnyContract,
  isCalled: boolean,
): EndpointSnapshot {
  return {
    method,
    path,
    calls: calls.map(({ name }) => name),
    ...(breaking && { breaking }),
    ...(isCalled &&
      response && { accepts: toJSONSchema(response, { io: 'input', unrepresentable: 'any' }) as Schema }),
  };
}

/** Keys of objects whose own keys are names: an endpoint, a schema or a property may be called `example`. */
const named = new Set(['endpoints', 'schemas', 'headers', 'properties', '$defs']);

/** Leaves out examples: they are most of a document, and change nothing. @param isNamed - the keys of the value are names */
function withoutExamples(value: unknown, isNamed = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutExamples(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isNamed || (key !== 'example' && key !== 'examples'));
  return Object.fromEntries(
    kept.map(([key, one]) => [key, withoutExamples(one, !isNamed && named.has(key))]),
  );
}

/** The operation of an endpoint; undefined for one that OpenAPI cannot describe. */
export function operationOf({ document }: ApiSnapshot, endpoint: string): DocumentedOperation | undefined {
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item));
  const operation = operations.find(({ operationId }) => operationId === endpoint);
  return operation && { operation, root: document };
}

/** The part of a snapshot that a few endpoints need, and what they call. */
export function partOf({ document, endpoints }: ApiSnapshot, names: readonly string[]): ApiSnapshot {
  const wanted = new Set(names.flatMap((name) => [name, ...(endpoints[name]?.calls ?? [])]));
  const paths = Object.entries(document.paths ?? {}).flatMap(([path, item]) => {
    const own = Object.entries(item).filter(([, { operationId }]) => wanted.has(operationId));
    return own.length > 0 ? [[path, Object.fromEntries(own)]] : [];
  });
  const part: { paths: object; components: { schemas: Record<string, unknown> } } = {
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  };
  const { schemas = {} } = (document.components ?? {}) as { schemas?: Record<string, unknown> };
  const pending = [JSON.stringify(part.paths)];
  for (const text of pending) {
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || name in part.components.schemas) continue;
      part.components.schemas[name] = schemas[name];
      pending.push(JSON.stringify(schemas[name] ?? {}));
    }
  }
  const own = Object.entries(endpoints).filter(([name]) => wanted.has(name));
  return { document: part, endpoints: Object.fromEntries(own) } as ApiSnapshot;
}
