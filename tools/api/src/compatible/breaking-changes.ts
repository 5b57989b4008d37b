import type { Breaking } from '@nanoservices/endpoint';
import { type ApiSnapshot, operationOf } from './api-snapshot.ts';
import { type DocumentedOperation, operationChanges } from './operation-changes.ts';
import { schemaChanges } from './schema-changes.ts';

/** A caller that a change of its callee breaks. */
export interface BrokenCaller {
  readonly endpoint: string;
  readonly changes: readonly string[];
}

/** An endpoint that breaks those who know it as it was. */
export interface BreakingChange {
  readonly endpoint: string;
  /** Method and path before the change: `GET /orders/{orderId}`. */
  readonly route: string;
  /** Changes that break its clients; none when they break only callers, which parse responses by their schemas. */
  readonly changes: readonly string[];
  readonly callers: readonly BrokenCaller[];
  /** Permission by the contract; for an endpoint that is gone, by its last one. */
  readonly permission?: Breaking;
  /** True when the permission is there, and has not ended. */
  readonly isPermitted: boolean;
}

/**
 * Compares two states of an API, endpoint by endpoint.
 *
 * @param before - what clients and callers know
 * @param today - ISO date, UTC: the last day of a permission counts
 */
export function breakingChanges(before: ApiSnapshot, after: ApiSnapshot, today: string): BreakingChange[] {
  return Object.entries(before.endpoints)
    .flatMap(([endpoint, { method, path }]): BreakingChange[] => {
      const { forClients, forCallers } = changesOf(endpoint, before, after);
      const callers = Object.entries(before.endpoints)
        .filter(([name, { calls }]) => name !== endpoint && calls.includes(endpoint) && forCallers.length > 0)
        .map(([name]) => ({ endpoint: name, changes: forCallers }));
      if (forClients.length === 0 && callers.length === 0) return [];
      const permission = permissionOf(endpoint, before, after);
      return [
        {
          endpoint,
          route: path === '$default' ? path : `${method} ${path}`,
          changes: forClients,
          callers,
          ...(permission && { permission }),
          isPermitted: isPermitted(permission, today),
        },
      ];
    })
    .sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
}

/** The permission to break those who know an endpoint: by its contract; for one that is gone, by its last contract. */
export function permissionOf(
  endpoint: string,
  before: ApiSnapshot,
  after: ApiSnapshot,
): Breaking | undefined {
  return (after.endpoints[endpoint] ?? before.endpoints[endpoint])?.breaking;
}

/** ISO date, UTC: the day by which permissions end. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** @param today - ISO date, UTC: the last day counts */
export function isPermitted(permission: Breaking | undefined, today: string): boolean {
  return permission !== undefined && today <= permission.until;
}

interface Changes {
  readonly forClients: readonly string[];
  readonly forCallers: readonly string[];
}

/** Finds the changes of an endpoint that break its clients, and those that break its callers. */
export function changesOf(endpoint: string, before: ApiSnapshot, after: ApiSnapshot): Changes {
  const [had, has] = [before.endpoints[endpoint], after.endpoints[endpoint]];
  if (!had) return { forClients: [], forCallers: [] };
  if (!has) {
    const [renamed] = Object.entries(after.endpoints).find(([, one]) => isSameRoute(one, had)) ?? [];
    const change = renamed ? `it is named ${renamed} now, also in clients` : 'it is gone';
    return { forClients: [change], forCallers: [change] };
  }
  const [operation, next] = [operationOf(before, endpoint), operationOf(after, endpoint)];
  const moved = isSameRoute(had, has)
    ? []
    : [`it is at ${has.method} ${has.path} now, not at ${had.method} ${had.path}`];
  if (!operation) return { forClients: moved, forCallers: moved };
  if (!next || (isPlain(next) && !isPlain(operation))) {
    const plain = [...moved, 'it is a plain handler now: its contract has no requests and responses'];
    return { forClients: plain, forCallers: plain };
  }
  const { request, response } = operationChanges(operation, next);
  const shared = [...moved, ...request];
  return {
    forClients: [...shared, ...response],
    forCallers: [...shared, ...parsed(endpoint, before, after)],
  };
}

/** Decides if an operation is that of a plain handler: the document has no response of a certain status. */
function isPlain({ operation }: DocumentedOperation): boolean {
  return Object.keys(operation.responses).every((status) => status === 'default');
}

function parsed(endpoint: string, before: ApiSnapshot, after: ApiSnapshot): string[] {
  const accepts = before.endpoints[endpoint]?.accepts;
  const next = operationOf(after, endpoint);
  const [status, { content = {} } = {}] =
    Object.entries(next?.operation.responses ?? {}).find(([code]) => /^2/.test(code)) ?? [];
  if (accepts === undefined || !next || status === undefined) return [];
  return Object.values(content).flatMap(({ schema = true }) =>
    schemaChanges({ schema: accepts, root: accepts }, { schema, root: next.root }, 'parsed', 'response'),
  );
}

type Route = Pick<ApiSnapshot['endpoints'][string], 'method' | 'path'>;

/** A parameter's name is no part of a route. */
function isSameRoute(one: Route, other: Route): boolean {
  const shape = ({ method, path }: Route) => `${method} ${path.replace(/\{\w+/g, '{')}`;
  return shape(one) === shape(other);
}
