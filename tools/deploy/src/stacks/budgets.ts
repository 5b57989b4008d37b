import { type Route, type Stage, UsageError } from '@nanoservices/model';
import { stackName } from './names.ts';

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
  /** Routes of one HTTP API, unless AWS has raised the quota. */
  routes: 300,
  /** API mappings of a domain with a path of several parts. */
  mappings: 200,
  /** Resources of one template. */
  resources: 500,
  templateBytes: 1_000_000,
  stackNameCharacters: 128,
  unzippedBytes: 262_144_000,
  /** Size of a zip that is sent within a request. */
  zippedBytes: 52_428_800,
  /** Lambda takes 64, but the PostgreSQL role of a function has the same name. */
  functionNameCharacters: 63,
  environmentBytes: 4096,
  descriptionCharacters: 256,
  /** All inline policies of a role. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  roleCharacters: 10_240,
  /** Tags of a function, those that `deploy` sets included. */
  tags: 50,
} as const;

/**
 * Refuses a topology whose routes lead to more functions than one HTTP API can have. A domain puts several together.
 *
 * @param functionCounts - number of functions to which routes lead, for all topologies of the workspace
 * @throws UsageError that names the topologies that fit
 */
export function checkTopology(
  stage: Pick<Stage, 'domain' | 'file' | 'name'>,
  topology: string,
  functionCounts: Readonly<Record<string, number>>,
): void {
  const count = functionCounts[topology] ?? 0;
  if (count <= limits.integrations || stage.domain) return;
  const fitting = Object.entries(functionCounts)
    .filter(([, functions]) => functions <= limits.integrations)
    .map(([name, functions]) => `${name} (${functions})`);
  const wayOut =
    fitting.length > 0
      ? `These topologies fit: ${fitting.join(', ')}.`
      : 'No topology of topology.json fits: add one with larger units.';
  throw new UsageError(
    `The topology ${topology} has ${count} functions; an HTTP API takes ${limits.integrations}. ${wayOut} Or give the stage "${stage.name}" of ${stage.file} a domain, behind which each resource gets an HTTP API: "domain": { "name", "certificateArn" }.`,
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
 * @param part - of the stage: a function, `platform`, or one with an HTTP API
 * @throws UsageError that names the limit and the way out
 */
export function checkTemplate(
  stage: Pick<Stage, 'application' | 'name' | 'file'>,
  part: string,
  resources: Readonly<Record<string, unknown>>,
): void {
  const name = stackName(stage, part);
  if (name.length > limits.stackNameCharacters) {
    throw new UsageError(
      `The stack ${name} has a name of ${name.length} characters; CloudFormation takes ${limits.stackNameCharacters}. Shorten "application" in ${stage.file}, or the paths of the API.`,
    );
  }
  const count = Object.keys(resources).length;
  const bytes = Buffer.byteLength(JSON.stringify(resources));
  if (count > limits.resources || bytes > limits.templateBytes) {
    throw new UsageError(
      `The stack ${name} has ${count} resources and ${bytes} bytes; CloudFormation takes ${limits.resources} and ${limits.templateBytes}. Fewer routes in one API, or shorter summaries, make it smaller.`,
    );
  }
}
