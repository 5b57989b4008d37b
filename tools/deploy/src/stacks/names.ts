import type { Stage } from '@nanoservices/model';

/** The alias that all requests go to. */
export const liveAlias = 'live';

/** The name of a function on AWS, and of its PostgreSQL role: `shop-prod-get-order`. */
export function functionName(
  { application, name: stage }: Pick<Stage, 'application' | 'name'>,
  name: string,
): string {
  return `${application}-${stage}-${name}`;
}

/** The name of the CloudFormation stack of a function, of `platform` or of an API; see {@link apiPart}. */
export function stackName(stage: Pick<Stage, 'application' | 'name'>, name: string): string {
  return functionName(stage, name);
}

/**
 * The part of a stage with an HTTP API: `api`, or `api--v1--orders` for what is below `/v1/orders`. No function has such a name.
 */
export function apiPart(basePath: string): string {
  return `api${basePath.replaceAll('/', '--')}`;
}

/** Tells a stack with the HTTP API of a resource by its name. */
export function isResourceApi(stage: Pick<Stage, 'application' | 'name'>, stack: string): boolean {
  return stack.startsWith(stackName(stage, apiPart('/')));
}

/** The Systems Manager parameter with the connection string of the role that owns the tables. */
export function databaseUrlParameter({ application, name, databaseUrlParameter }: Stage): string {
  return databaseUrlParameter ?? `/${application}/${name}/database-url`;
}

/** The parameter with the commit of the last complete deployment. */
export function deployedCommitParameter({ application, name }: Pick<Stage, 'application' | 'name'>): string {
  return `/${application}/${name}/deployed-commit`;
}

/** The parameter with the connection string of a function, which connects as the role of {@link functionName}. */
export function functionUrlParameter(stage: Stage, name: string): string {
  return `${databaseUrlParameter(stage)}/${name}`;
}

/** The path of the parameters with the secrets of a function: `/shop/prod/get-order`. */
export function secretsPath({ application, name: stage }: Stage, functionName: string): string {
  return `/${application}/${stage}/${functionName}`;
}

/** The parameter with a secret of a function. */
export function secretParameter(
  stage: Stage,
  secret: { readonly name: string; readonly function: string },
): string {
  return `${secretsPath(stage, secret.function)}/${secret.name}`;
}
