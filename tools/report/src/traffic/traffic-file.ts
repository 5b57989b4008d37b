import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import * as z from 'zod';
import defaultPrices from './prices.json' with { type: 'json' };

export const trafficFile = 'functions/traffic.json';

const Rate = z.number().min(0).max(1_000_000);

const Endpoint = z.strictObject({
  requestsPerSecond: Rate,
  /** Of a GET endpoint: what is asked in measurements. Default: the examples of its contract. */
  path: z.string().startsWith('/').optional(),
});

const Weight = z.number().min(0).max(1000).default(1);
const Price = z.number().min(0).optional();

const TrafficFile = z.strictObject({
  /** By endpoint, on average; they arrive at random. `"*"` is for those that are not named. */
  endpoints: z.record(z.string(), z.union([Rate, Endpoint])),
  /** How long an environment without work is kept. */
  idleMinutes: z.number().positive().max(1440).default(10),
  /** `deploy` makes functions for arm64. */
  architecture: z.enum(['x86_64', 'arm64']).default('arm64'),
  /** How many times as long init and requests take on Lambda as where they are measured. */
  durationFactor: z.number().positive().max(100).default(1),
  prices: z
    .strictObject({
      usdPerMillionRequests: Price,
      usdPerGbSecond: Price,
      usdPerMillionApiRequests: Price,
    })
    .default({}),
  weights: z
    .strictObject({
      cost: Weight,
      coldStarts: Weight,
      changes: Weight,
      crashes: Weight,
      privileges: Weight,
      bytes: Weight,
    })
    .prefault({}),
  limits: z
    .strictObject({
      functions: z.int().min(1).max(300).default(300),
      endpointsPerFunction: z.int().min(1).default(300),
      bytesPerFunction: z.int().min(1).max(262_144_000).default(262_144_000),
    })
    .prefault({}),
});

export type Weights = z.output<typeof TrafficFile>['weights'];
export type Limits = z.output<typeof TrafficFile>['limits'];

/** What is expected of an API, and what is wanted of its topology. */
export interface Traffic {
  /** Requests per second from outside, of every endpoint. */
  readonly rates: ReadonlyMap<string, number>;
  readonly paths: ReadonlyMap<string, string>;
  readonly idleSeconds: number;
  readonly durationFactor: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly prices: Prices;
  readonly weights: Weights;
  readonly limits: Limits;
  /** The file it is from; undefined where nobody has described any. */
  readonly file: string | undefined;
}

export interface Prices {
  readonly usdPerMillionRequests: number;
  readonly usdPerGbSecond: number;
  readonly usdPerMillionApiRequests: number;
  readonly source: string;
}

/** The requests of all endpoints together, where nobody says how many. */
export const assumedRate = 1;

/**
 * Reads the description of the traffic; without one, all endpoints have an equal share of {@link assumedRate}.
 *
 * @param file - relative to the workspace root; by default functions/traffic.json, which may be absent
 * @throws UsageError when it is invalid, names an unknown endpoint, or says nothing of one
 */
export function readTraffic(workspaceRoot: string, endpoints: readonly string[], file?: string): Traffic {
  const isThere = existsSync(join(workspaceRoot, file ?? trafficFile));
  if (file && !isThere) throw new UsageError(`--traffic: there is no file ${file}.`);
  const name = file ?? trafficFile;
  const equal = { endpoints: { '*': assumedRate / endpoints.length } };
  const parsed = isThere ? readJson(workspaceRoot, name, TrafficFile) : TrafficFile.parse(equal);
  const described = parsed.endpoints;
  const unknown = Object.keys(described).find((key) => key !== '*' && !endpoints.includes(key));
  if (unknown) {
    throw new UsageError(
      `${name}: "endpoints" names "${unknown}", which is no endpoint. There are: *, ${endpoints.join(', ')}.`,
    );
  }
  const rates = endpoints.map((endpoint) => {
    const said = described[endpoint] ?? described['*'];
    if (said === undefined) {
      throw new UsageError(
        `${name}: "endpoints" says nothing of "${endpoint}". Add it, or "*" for all others.`,
      );
    }
    return [endpoint, typeof said === 'number' ? said : said.requestsPerSecond] as const;
  });
  const paths = Object.entries(described).flatMap(([key, said]) =>
    typeof said === 'object' && said.path !== undefined ? [[key, said.path] as const] : [],
  );
  return {
    ...parsed,
    rates: new Map(rates),
    paths: new Map(paths),
    idleSeconds: parsed.idleMinutes * 60,
    prices: pricesOf(parsed.prices, parsed.architecture),
    file: isThere ? name : undefined,
  };
}

function pricesOf(
  own: z.output<typeof TrafficFile>['prices'],
  architecture: Traffic['architecture'],
): Prices {
  const { source, date, region, ...prices } = defaultPrices;
  const isOwn = Object.values(own).some((price) => price !== undefined);
  return {
    usdPerMillionRequests: own.usdPerMillionRequests ?? prices.usdPerMillionRequests,
    usdPerGbSecond: own.usdPerGbSecond ?? prices.usdPerGbSecond[architecture],
    usdPerMillionApiRequests: own.usdPerMillionApiRequests ?? prices.usdPerMillionApiRequests,
    source: `${region}, ${architecture}, ${date}: ${source}${isOwn ? '; with prices of your own' : ''}`,
  };
}
