import { createHash } from 'node:crypto';
import { type Stage, UsageError } from '@nanoservices/model';
import { stringify } from 'yaml';
import { stackName } from './names.ts';
import { boundaryProperty } from './permissions-boundary.ts';

/** The content of a serverless.yml. @see https://github.com/oss-serverless/osls/tree/main/docs */
export interface Service {
  readonly service: string;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** The parts in which services differ. */
interface ServiceParts {
  readonly provider?: Readonly<Record<string, unknown>>;
  /** Further tags of the stack. */
  readonly stackTags?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** The name of the deployment bucket, which `deploy` passes to Serverless. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Serverless
const deploymentBucket = "${param:deploymentBucket, 'given-by-deploy'}";

/** Number of previous templates that stay in the deployment bucket. */
const maxPreviousDeploymentArtifacts = 3;

/**
 * A service of a stage: one stack.
 *
 * @param name - a function, `platform` or `api`
 */
export function serviceOf(
  stage: Stage,
  name: string,
  { provider, stackTags, ...rest }: ServiceParts,
): Service {
  return {
    service: `${stage.application}-${name}`,
    frameworkVersion: '4',
    configValidationMode: 'error',
    provider: {
      name: 'aws',
      stage: stage.name,
      region: stage.region,
      stackName: stackName(stage, name),
      deploymentBucket: { name: deploymentBucket, maxPreviousDeploymentArtifacts },
      stackTags: { ...tagsOf(stage), ...stackTags },
      ...provider,
    },
    ...rest,
  };
}

/** The tags of everything that is deployed to a stage. */
export function tagsOf({ tags, application, name: stage }: Stage): Readonly<Record<string, string>> {
  return { ...tags, application, stage };
}

/** A role of a stage that an AWS service assumes, with one inline policy and the boundary of the stage. */
export function roleFor(
  stage: Stage,
  service: 'lambda' | 'apigateway',
  policyName: string,
  statements: readonly object[],
  more: object = {},
): object {
  const Version = '2012-10-17';
  const Principal = { Service: `${service}.amazonaws.com` };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version,
        Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: policyName, PolicyDocument: { Version, Statement: statements } }],
      ...boundaryProperty(stage),
      ...more,
    },
  };
}

/** A statement of a policy. */
export function allow(actions: readonly string[], resources: readonly unknown[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resources };
}

/** The ARN of a resource in the account and region of its stack. */
export function arn(service: string, resource: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}` };
}

/**
 * The text of a serverless.yml. Nothing in it is a variable of Serverless but the deployment bucket.
 *
 * @throws UsageError that names the place of a text which Serverless would replace
 */
export function renderService(service: Service, comment: string): string {
  refuseVariables(service, []);
  const lines = comment.split('\n').map((line) => `# ${line}`);
  return `${lines.join('\n')}\n${stringify(service, { lineWidth: 110, aliasDuplicateObjects: false, version: '1.1' })}`;
}

/**
 * `${env:NAME}` would put the environment of the deploying machine into a function, unseen by the hash of its configuration. It is
 * refused, not escaped: after a "$", and inside of other braces, Serverless does not know a backslash as an escape. Elsewhere it does,
 * and removes it.
 *
 * @see https://github.com/oss-serverless/osls/blob/main/lib/configuration/variables/parse.js
 */
function refuseVariables(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (value === deploymentBucket || !/\$\{[a-z]|\\\$\{/.test(value)) return;
    throw new UsageError(
      `${path.join('.')}: Serverless would replace a variable in ${JSON.stringify(value)}. Write the value itself: a text that begins with "\${" and a small letter, or with a backslash before it, cannot be deployed here.`,
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) refuseVariables(part, [...path, key]);
}

/** A short hash of a service. Services that are configured alike have the same hash, in any order of keys. */
export function configurationOf(service: Service): string {
  return createHash('sha256').update(JSON.stringify(service, withSortedKeys)).digest('hex').slice(0, 16);
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
