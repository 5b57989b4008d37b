import { TrafficFile, trafficFile, UsageError, type Workspace } from '@nanoservices/model';
import defaultPrices from './prices.json' with { type: 'json' };

export type Weights = TrafficFile['weights'];

/** The traffic that an API expects, and the goals for its topology. */
export interface Traffic extends Pick<TrafficFile, 'architecture' | 'durationFactor' | 'limits' | 'weights'> {
  /** Requests per second from outside, by endpoint. */
  readonly rates: ReadonlyMap<string, number>;
  /** Paths that measurements request, by endpoint. */
  readonly paths: ReadonlyMap<string, string>;
  /** Seconds that an environment without work is kept. */
  readonly idleSeconds: number;
  readonly prices: Prices;
  /** The file that describes it; undefined if there is none. */
  readonly file: string | undefined;
}

export interface Prices {
  readonly usdPerMillionRequests: number;
  readonly usdPerGbSecond: number;
  readonly usdPerMillionApiRequests: number;
  /** Region, date and address of the price lists, for a reader. */
  readonly source: string;
}

/** Requests per second of all endpoints together, if no file describes the traffic. */
export const assumedRate = 1;

/** An equal share of {@link assumedRate} for every endpoint, and the defaults of a traffic file. */
function assumedTraffic(endpoints: number): TrafficFile {
  return TrafficFile.parse({ endpoints: { '*': assumedRate / endpoints } });
}

/**
 * The traffic of a workspace: the one in its traffic file, or else an equal share of {@link assumedRate} for every endpoint.
 *
 * @param file - relative to the workspace root; by default traffic.json beside topology.json, which may be absent
 * @throws UsageError when the file is invalid, names an unknown endpoint or leaves one out
 */
export function trafficOf(
  workspace: Pick<Workspace, 'endpoints' | 'traffic' | 'folders'>,
  file?: string,
): Traffic {
  const endpoints = workspace.endpoints.map(({ name }) => name);
  const described = workspace.traffic(file);
  const { endpoints: given, ...settings } = described ?? assumedTraffic(endpoints.length);
  const { architecture, durationFactor, limits, weights, idleMinutes, prices } = settings;
  const name = file ?? `${workspace.folders.functions}/${trafficFile}`;
  const unknown = Object.keys(given).find((key) => key !== '*' && !endpoints.includes(key));
  if (unknown) {
    throw new UsageError(
      `${name}: "endpoints" names "${unknown}", which is no endpoint. There are: *, ${endpoints.join(', ')}.`,
    );
  }
  const rates = endpoints.map((endpoint) => {
    const own = given[endpoint] ?? given['*'];
    if (own === undefined) {
      throw new UsageError(
        `${name}: "endpoints" says nothing of "${endpoint}". Add it, or "*" for all others.`,
      );
    }
    return [endpoint, typeof own === 'number' ? own : own.requestsPerSecond] as const;
  });
  const paths = Object.entries(given).flatMap(([key, own]) =>
    typeof own === 'object' && own.path !== undefined ? [[key, own.path] as const] : [],
  );
  return {
    ...{ architecture, durationFactor, limits, weights },
    rates: new Map(rates),
    paths: new Map(paths),
    idleSeconds: idleMinutes * 60,
    prices: pricesOf(prices, architecture),
    file: described && name,
  };
}

function pricesOf(own: TrafficFile['prices'], architecture: Traffic['architecture']): Prices {
  const { source, date, region, ...prices } = defaultPrices;
  const isOwn = Object.values(own).some((price) => price !== undefined);
  return {
    usdPerMillionRequests: own.usdPerMillionRequests ?? prices.usdPerMillionRequests,
    usdPerGbSecond: own.usdPerGbSecond ?? prices.usdPerGbSecond[architecture],
    usdPerMillionApiRequests: own.usdPerMillionApiRequests ?? prices.usdPerMillionApiRequests,
    source: `${region}, ${architecture}, ${date}: ${source}${isOwn ? '; with prices of your own' : ''}`,
  };
}
