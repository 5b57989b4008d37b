import type { Contract } from '@nanoservices/endpoint';
import { apiDocument } from '@nanoservices/workspace/api-document';
import type { Traffic } from '../traffic/traffic-file.ts';

/** A request that changes nothing: a GET, as the traffic description or the contract's examples have it. */
export interface SafeRequest {
  readonly endpoint: string;
  readonly path: string;
  /** How many of these are in {@link mix}, relative to the others. */
  readonly weight: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
}

type Paths = Record<string, { readonly get?: { readonly parameters?: readonly Parameter[] } }>;

/** One request for each GET endpoint. Where nobody says what to ask, it is what the OpenAPI document has as examples. */
export function safeRequests(
  workspaceRoot: string,
  contracts: ReadonlyMap<string, Contract>,
  traffic: Traffic,
): SafeRequest[] {
  const safe = [...contracts.values()].filter(({ method }) => method === 'GET');
  const { paths = {} } = apiDocument(workspaceRoot, safe) as { paths?: Paths };
  return safe.map(({ name, path }) => ({
    endpoint: name,
    path: traffic.paths.get(name) ?? examplePath(path, paths[path]?.get?.parameters ?? []),
    weight: traffic.rates.get(name) ?? 0,
  }));
}

function examplePath(template: string, parameters: readonly Parameter[]): string {
  const example = (name: string) =>
    encodeURIComponent(String(parameters.find((one) => one.name === name)?.example ?? 'x'));
  const query = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name }) => `${encodeURIComponent(name)}=${example(name)}`);
  const path = template.replace(/\{(\w+)\+?\}/g, (_, name: string) => example(name));
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** How many requests a mix has. */
const mixLength = 100;

/** Requests in the shares of the traffic, each at least once, evenly spread. */
export function mix(requests: readonly SafeRequest[]): SafeRequest[] {
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  return requests
    .flatMap((request, place) => {
      const share = total === 0 ? 1 / requests.length : request.weight / total;
      const count = Math.max(1, Math.round(share * mixLength));
      return Array.from({ length: count }, (_, n) => ({ request, at: (n + 0.5) / count, place }));
    })
    .sort((a, b) => a.at - b.at || a.place - b.place)
    .map(({ request }) => request);
}
