import { type ContractFacts, mistakeInRoute } from '@nanoservices/model';
import { entriesOf, inWords, isJson, type Json, type Remark } from '../json.ts';
import { eventRemarks } from './remarks.ts';

/** A route of a function, as a contract has it. */
export interface ServiceRoute {
  readonly method: string;
  readonly path: string;
  /** Undefined when nobody checked the caller in front of the function. */
  readonly access?: 'user' | { readonly scope: string } | undefined;
  /** Format of the events that the handler was written for. */
  readonly payload: '1.0' | '2.0';
  /** Keys of the event in the configuration. */
  readonly at: readonly string[];
}

/** The routes of a function, and remarks on its events. */
export interface ServiceRoutes {
  readonly routes: readonly ServiceRoute[];
  readonly remarks: readonly Remark[];
}

/**
 * Makes routes of the HTTP events of a function.
 *
 * @param at - keys of the events in the configuration
 */
export function routesOf(at: readonly string[], events: unknown, provider: Json): ServiceRoutes {
  const found = (Array.isArray(events) ? events : []).map((event, index) => {
    const [[kind, definition] = [inWords(event), undefined]] = entriesOf(event);
    const path = [...at, `${index}`, ...(isJson(event) ? [kind] : [])];
    if (kind === 'http' || kind === 'httpApi') return routeOf(path, kind, definition, provider);
    return refused(path, `An endpoint is a route of the HTTP API: "${kind}" cannot call it.`);
  });
  return {
    routes: found.flatMap(({ routes }) => routes),
    remarks: found.flatMap(({ remarks }) => remarks),
  };
}

function routeOf(at: readonly string[], kind: string, definition: unknown, provider: Json): ServiceRoutes {
  const event =
    typeof definition === 'string' ? parseShorthand(definition) : isJson(definition) ? definition : {};
  const { integration = 'lambda-proxy', async: isAsync } = event;
  if (typeof integration !== 'string' || !/^(?:lambda|aws)[-_]proxy$/i.test(integration)) {
    return refused(
      at,
      `With "integration: ${inWords(integration)}" the handler has neither a request nor a response of HTTP.`,
    );
  }
  if (isAsync === true) return refused(at, 'An endpoint is not invoked asynchronously.');
  const { method, path } = methodAndPath(event);
  const { access, remarks } = accessOf(at, event, provider);
  const mistake = mistakeInRoute({ method, path } as Pick<ContractFacts, 'method' | 'path'>);
  if (mistake) return refused(at, mistake);
  const isOldFormat =
    kind === 'http' || (isJson(provider.httpApi) && `${provider.httpApi.payload}` === '1.0');
  return {
    routes: [{ method, path, access, payload: isOldFormat ? '1.0' : '2.0', at }],
    remarks: [...remarks, ...eventRemarks(at, event)],
  };
}

/** `GET /orders`, or `*` for everything. */
function parseShorthand(text: string): Json {
  const [first = '', second] = text.trim().split(/\s+/);
  return second === undefined ? { path: first } : { method: first, path: second };
}

function methodAndPath(event: Json): { method: string; path: string } {
  const method = `${event.method ?? '*'}`.toUpperCase().replace('*', 'ANY');
  const path = `${event.path ?? '*'}`;
  if (path === '*') return { method: 'ANY', path: '$default' };
  return { method, path: `/${path.replace(/^\/+|\/+$/g, '')}` };
}

/** A route that somebody guarded stays closed: it asks for a token where its guard has no counterpart. */
function accessOf(
  at: readonly string[],
  { authorizer, private: isPrivate }: Json,
  provider: Json,
): Pick<ServiceRoute, 'access'> & { remarks: Remark[] } {
  const closed = 'The route asks for a token instead ("access": \'user\' in the contract).';
  if (authorizer === undefined || authorizer === null) {
    if (isPrivate !== true) return { remarks: [] };
    return {
      access: 'user',
      remarks: [{ path: [...at, 'private'], reason: `HTTP APIs have no API keys. ${closed}` }],
    };
  }
  const name = isJson(authorizer) ? authorizer.name : authorizer;
  const scopes = isJson(authorizer) && Array.isArray(authorizer.scopes) ? authorizer.scopes : [];
  const remark = { path: [...at, 'authorizer'] };
  const known =
    isJson(provider.httpApi) && isJson(provider.httpApi.authorizers) ? provider.httpApi.authorizers : {};
  const declared = typeof name === 'string' ? known[name] : undefined;
  if (isJson(declared) && 'issuerUrl' in declared) {
    const access = scopes[0] === undefined ? 'user' : { scope: `${scopes[0]}` };
    if (scopes.length < 2) return { access, remarks: [] };
    const reason = `A contract names one scope, and this route takes any of ${scopes.join(', ')}: it asks for the first now.`;
    return { access, remarks: [{ ...remark, reason }] };
  }
  return {
    access: 'user',
    remarks: [
      {
        ...remark,
        reason: `API Gateway checks tokens (JWT), and has no ${inWords(name ?? authorizer)}. ${closed}`,
      },
    ],
  };
}

function refused(path: readonly string[], reason: string): ServiceRoutes {
  return { routes: [], remarks: [{ path, reason }] };
}
