import { type Route, type Stage, UsageError } from '@nanoservices/model';
import { functionName } from './names.ts';

/**
 * Limits of AWS that cannot be raised. They are checked before the first change on AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const limits = {
  /** Integrations of one HTTP API. A function needs one, however many routes lead to it. */
  integrations: 300,
  /** Resources of one template. */
  resources: 500,
  templateBytes: 1_000_000,
  unzippedBytes: 262_144_000,
  /** Size of a zip that is sent within a request. */
  zippedBytes: 52_428_800,
  /** Lambda takes 64, but the PostgreSQL role of a function has the same name. */
  functionNameCharacters: 63,
  environmentBytes: 4096,
  descriptionCharacters: 256,
  /** All inline policies of a role. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  roleCharacters: 10_240,
} as const;

/** The sizes of a function that AWS limits. */
export interface FunctionSizes {
  readonly environment: Readonly<Record<string, unknown>>;
  /** Its IAM role. */
  readonly role?: unknown;
  readonly description: string;
  readonly unzippedBytes: number;
  readonly zippedBytes: number;
}

/**
 * Refuses a function that Lambda would refuse.
 *
 * @throws UsageError that names the limit and the way out
 */
export function checkFunction(
  stage: Stage,
  name: string,
  { environment, description, role, ...size }: FunctionSizes,
): void {
  const fullName = functionName(stage, name);
  if (fullName.length > limits.functionNameCharacters) {
    throw new UsageError(
      `${fullName} has ${fullName.length} characters; Lambda and PostgreSQL take ${limits.functionNameCharacters}. Shorten "application" in ${stage.file}, or the name of ${name}.`,
    );
  }
  const environmentBytes = Buffer.byteLength(JSON.stringify(environment));
  if (environmentBytes > limits.environmentBytes) {
    throw new UsageError(
      `${name}: its environment variables take ${environmentBytes} bytes; Lambda takes ${limits.environmentBytes}. They are what it calls, "environment" in ${stage.file}, and "lambda": { "environment" } of package.json files.`,
    );
  }
  const roleCharacters = JSON.stringify(role ?? '').length;
  if (roleCharacters > limits.roleCharacters) {
    throw new UsageError(
      `${name}: its IAM role has about ${roleCharacters} characters; IAM takes ${limits.roleCharacters}. Shorten "permissions" of its contracts (wildcards, fewer resources), or pack fewer endpoints into it.`,
    );
  }
  const excess = description.length - limits.descriptionCharacters;
  if (excess > 0) {
    throw new UsageError(
      `${name}: its description, which is the "summary" of its contract and a hash, has ${description.length} characters; Lambda takes ${limits.descriptionCharacters}. Shorten the summary by ${excess}.`,
    );
  }
  if (size.unzippedBytes > limits.unzippedBytes || size.zippedBytes > limits.zippedBytes) {
    throw new UsageError(
      `${name}: its code has ${megabytes(size.unzippedBytes)}, zipped ${megabytes(size.zippedBytes)}; Lambda takes ${megabytes(limits.unzippedBytes)} and ${megabytes(limits.zippedBytes)}. Split it, or see what is in it: npx nx run ${name}:size`,
    );
  }
}

/**
 * Refuses a topology with more functions than one HTTP API can have.
 *
 * @param functionCounts - number of functions by topology, for all topologies of the workspace
 * @throws UsageError that names the topologies that fit
 */
export function checkTopology(topology: string, functionCounts: Readonly<Record<string, number>>): void {
  const count = functionCounts[topology] ?? 0;
  if (count <= limits.integrations) return;
  const fitting = Object.entries(functionCounts)
    .filter(([, functions]) => functions <= limits.integrations)
    .map(([name, functions]) => `${name} (${functions})`);
  const wayOut =
    fitting.length > 0
      ? `These topologies fit: ${fitting.join(', ')}.`
      : 'No topology of topology.json fits: add one with larger units.';
  throw new UsageError(
    `The topology ${topology} has ${count} functions; an HTTP API takes ${limits.integrations}. ${wayOut}`,
  );
}

/**
 * Refuses a streamed response: an HTTP API waits for the whole response of a function. Function URLs and REST APIs can stream,
 * but have no JWT authorizer.
 *
 * @throws UsageError that names the endpoint and the way out
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export function checkStreams(routes: readonly Pick<Route, 'endpoint' | 'stream'>[]): void {
  const streaming = routes.find(({ stream }) => stream !== undefined);
  if (!streaming) return;
  throw new UsageError(
    `${streaming.endpoint} streams its response ("stream" in its contract). That works in "nanos start" only: a deployment makes an HTTP API of API Gateway, which cannot stream. Give the contract a "response" that clients ask for again, or keep the endpoint out of this workspace.`,
  );
}

/**
 * Refuses a stack that CloudFormation would refuse.
 *
 * @throws UsageError that names the limit and the way out
 */
export function checkTemplate(name: string, resources: Readonly<Record<string, unknown>>): void {
  const count = Object.keys(resources).length;
  const bytes = Buffer.byteLength(JSON.stringify(resources));
  if (count > limits.resources || bytes > limits.templateBytes) {
    throw new UsageError(
      `The stack ${name} has ${count} resources and ${bytes} bytes; CloudFormation takes ${limits.resources} and ${limits.templateBytes}. Fewer routes in one API, or shorter summaries, make it smaller.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
