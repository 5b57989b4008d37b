import { randomBytes } from 'node:crypto';
import {
  DeleteParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { applyRoles, dropRoles } from '@nanoservices/data-access/roles';
import { functionName, functionUrlParameter, type Stage } from '@nanoservices/platform';
import type { WorkspaceFunction } from '../settings/read-deployment.ts';

/** Systems Manager reads, and deletes, that many parameters with one request. */
const parametersAtOnce = 10;

type RoleOf = Pick<WorkspaceFunction, 'name' | 'grants'>;

/**
 * Gives each function a PostgreSQL role with what its contracts declare, and its connection string as a parameter that
 * only the function may read. What a role may do already, it keeps: the version before may still run with it.
 *
 * A password is made once, and again when the parameter is gone or the database has another address. When a run ends
 * between the two steps, the next one finds no parameter, or the old address, and makes another password.
 *
 * @param ownerUrl - connection string of the role that owns the tables
 * @returns the functions that got a new password
 */
export async function addRoles(
  stage: Stage,
  ownerUrl: string,
  functions: readonly RoleOf[],
): Promise<string[]> {
  const ssm = new SSMClient({ region: stage.region, maxAttempts: 8 });
  const current = await readParameters(
    ssm,
    functions.map(({ name }) => functionUrlParameter(stage, name)),
  );
  const renewed = functions.filter(({ name }) => {
    const found = current.get(functionUrlParameter(stage, name));
    return (
      found === undefined || address(found) !== address(roleUrl(ownerUrl, functionName(stage, name), ''))
    );
  });
  const passwords = new Map(
    renewed.map(({ name }) => [functionName(stage, name), randomBytes(24).toString('base64url')]),
  );
  await applyRoles(ownerUrl, rolesOf(stage, functions), {
    mode: 'grant',
    passwordOf: (role) => passwords.get(role),
  });
  for (const { name } of renewed) {
    const role = functionName(stage, name);
    await ssm.send(
      new PutParameterCommand({
        Name: functionUrlParameter(stage, name),
        Description: `Connection string of ${role}, written by deploy`,
        Type: 'SecureString',
        Value: roleUrl(ownerUrl, role, passwords.get(role) as string),
        Overwrite: true,
        ...(stage.databaseUrlKeyArn && { KeyId: stage.databaseUrlKeyArn }),
      }),
    );
  }
  return renewed.map(({ name }) => name);
}

/** Takes from the roles what no contract declares any more; for when no function of before runs any more. */
export async function tightenRoles(
  stage: Stage,
  ownerUrl: string,
  functions: readonly RoleOf[],
): Promise<void> {
  await applyRoles(ownerUrl, rolesOf(stage, functions), { mode: 'exact' });
}

/** Removes the roles and parameters of functions that are no more. */
export async function removeRoles(stage: Stage, ownerUrl: string, names: readonly string[]): Promise<void> {
  await dropRoles(
    ownerUrl,
    names.map((name) => functionName(stage, name)),
  );
  const ssm = new SSMClient({ region: stage.region, maxAttempts: 8 });
  for (const some of inParts(names.map((name) => functionUrlParameter(stage, name)))) {
    await ssm.send(new DeleteParametersCommand({ Names: some }));
  }
}

function rolesOf(stage: Stage, functions: readonly RoleOf[]) {
  return functions.map(({ name, grants }) => ({ name: functionName(stage, name), grants }));
}

async function readParameters(ssm: SSMClient, names: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of inParts(names)) {
    const { Parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: some, WithDecryption: true }),
    );
    for (const { Name = '', Value = '' } of Parameters) found.set(Name, Value);
  }
  return found;
}

function inParts(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / parametersAtOnce) }, (_, part) =>
    names.slice(part * parametersAtOnce, (part + 1) * parametersAtOnce),
  );
}

function roleUrl(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** All of a connection string but its password. */
function address(connectionString: string): string {
  const url = new URL(connectionString);
  url.password = '';
  return url.href;
}
