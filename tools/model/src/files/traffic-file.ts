import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsPath } from '../folders.ts';
import { readJson } from '../read-json.ts';
import { UsageError } from '../usage-error.ts';

export const trafficFile = 'traffic.json';

const Rate = z.number().min(0).max(1_000_000);

const EndpointTraffic = z.strictObject({
  requestsPerSecond: Rate.describe('Average rate.'),
  path: z
    .string()
    .startsWith('/')
    .optional()
    .describe('Path that measurements request, for a GET endpoint. Default: the examples of its contract.'),
});

const Weight = z.number().min(0).max(1000).default(1);
const Price = z.number().min(0).optional();

export const TrafficFile = z.strictObject({
  $schema: z.string().optional(),
  endpoints: z
    .record(z.string(), z.union([Rate, EndpointTraffic]))
    .describe('Requests per second by endpoint, on average, with "*" for all others. They arrive at random.'),
  idleMinutes: z
    .number()
    .positive()
    .max(1440)
    .default(10)
    .describe('Minutes after which an idle environment is stopped.'),
  architecture: z
    .enum(['x86_64', 'arm64'])
    .default('arm64')
    .describe(
      'Processors that the prices are for. Functions are deployed for arm64, unless their package.json says otherwise.',
    ),
  durationFactor: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .describe('Duration of init and requests on Lambda, as a multiple of the measured duration.'),
  prices: z
    .strictObject({
      usdPerMillionRequests: Price,
      usdPerGbSecond: Price,
      usdPerMillionApiRequests: Price,
    })
    .default({})
    .describe('Prices that replace the list prices of AWS.'),
  weights: z
    .strictObject({
      cost: Weight,
      coldStarts: Weight,
      changes: Weight,
      crashes: Weight,
      privileges: Weight,
      bytes: Weight,
    })
    .prefault({})
    .describe('Weights of the terms that a recommended topology minimizes. 0 ignores a term.'),
  limits: z
    .strictObject({
      functions: z.int().min(1).max(300).default(300),
      endpointsPerFunction: z.int().min(1).default(300),
      bytesPerFunction: z.int().min(1).max(262_144_000).default(262_144_000),
    })
    .prefault({})
    .describe('Limits of a recommended topology.'),
});
export type TrafficFile = z.output<typeof TrafficFile>;

/**
 * Reads a description of the traffic.
 *
 * @param file - relative to the workspace root. Default: traffic.json beside topology.json, which may be absent
 * @returns undefined when there is none
 * @throws UsageError when it is invalid, or when a named file is missing
 */
export function readTrafficFile(workspaceRoot: string, file?: string): TrafficFile | undefined {
  const name = file ?? settingsPath(workspaceRoot, trafficFile);
  if (existsSync(join(workspaceRoot, name))) return readJson(workspaceRoot, name, TrafficFile);
  if (file !== undefined) throw new UsageError(`--traffic: there is no file ${file}.`);
  return undefined;
}
