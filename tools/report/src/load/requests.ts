import { apiDocument } from '@nanoservices/api';
import type { Workspace } from '@nanoservices/model';
import type { Traffic } from '../traffic/traffic.ts';

/** A request that changes nothing: a GET, with the path of the traffic file or the examples of the contract. */
export interface SafeRequest {
  readonly endpoint: string;
  readonly path: string;
  /** Share in {@link mix}, relative to the other requests. */
  readonly weight: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
}

type Paths = Record<string, { readonly get?: { readonly parameters?: readonly Parameter[] } }>;

/** One request for each GET endpoint. The OpenAPI document has the examples for paths that the traffic does not name. */
export async function safeRequests(
  workspace: Pick<Workspace, 'manifest' | 'api' | 'contracts' | 'documentation'>,
  traffic: Pick<Traffic, 'rates' | 'paths'>,
): Promise<SafeRequest[]> {
  const safe = new Map([...workspace.contracts].filter(([, { method }]) => method === 'GET'));
  const { paths = {} } = (await apiDocument({ ...workspace, contracts: safe })) as { paths?: Paths };
  return [...safe.values()].map(({ name, path }) => ({
    endpoint: name,
    path: traffic.paths.get(name) ?? examplePath(path, paths[path.replace('+}', '}')]?.get?.parameters ?? []),
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

/** Requests in a mix, about. */
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
