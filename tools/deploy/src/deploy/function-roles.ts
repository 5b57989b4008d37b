import { randomBytes } from 'node:crypto';
import {
  DeleteParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { PackedFunction, Stage } from '@nanoservices/model';
import {
  applyRoles,
  asRole,
  changePassword,
  dropRoles,
  isLoginRefused,
  passwordOf,
  readConnectionString,
  withRolesLocked,
} from '@nanoservices/postgres/admin';
import { functionName, functionUrlParameter } from '../stacks/names.ts';
import type { StageDatabase } from './stage-database.ts';

/** Maximum number of parameters that Systems Manager reads or deletes with one request. */
const parametersAtOnce = 10;

type RoleOf = Pick<PackedFunction, 'name' | 'grants'>;

/** Connection limits of roles, by the names of functions. */
type Limits = ReadonlyMap<string, number>;

/**
 * Gives each function a PostgreSQL role with the rights that its contracts declare, and writes its connection string to
 * a parameter that only this function may read. A role keeps the rights it has: the previous version may still use them.
 *
 * A function gets a new password when its parameter or role is missing, the database has another address, or refuses the
 * parameter's password: a database that was restored from a backup may have older roles and passwords. When a run stops between
 * setting a password and writing the parameter, the next run finds one of these.
 *
 * @param limits - connection limits of the roles
 * @returns the functions that got a new password
 */
export async function addRoles(
  stage: Stage,
  { url, urlFromHere }: StageDatabase,
  functions: readonly RoleOf[],
  limits: Limits,
): Promise<string[]> {
  const ssm = new SSMClient({ region: stage.region, maxAttempts: 8 });
  const roles = rolesOf(stage, functions, limits);
  const parameters = functions.map(({ name }) => functionUrlParameter(stage, name));
  return withRolesLocked(
    urlFromHere,
    roles.map(({ name }) => name),
    async (found) => {
      const current = await readParameters(ssm, parameters);
      const isGood = async ({ name }: RoleOf) => {
        const role = functionName(stage, name);
        const before = current.get(functionUrlParameter(stage, name));
        if (!found.has(role) || !before || address(before) !== address(asRole(url, role, ''))) return false;
        return !(await isLoginRefused(asRole(urlFromHere, role, passwordOf(before))));
      };
      const renewed: RoleOf[] = [];
      for (const one of functions) if (!(await isGood(one))) renewed.push(one);
      const passwords = new Map(renewed.map(({ name }) => [functionName(stage, name), newPassword()]));
      await applyRoles(urlFromHere, roles, { mode: 'grant', passwordOf: (role) => passwords.get(role) });
      for (const { name } of renewed) {
        const role = functionName(stage, name);
        await writeParameter(ssm, stage, name, asRole(url, role, passwords.get(role) as string));
      }
      return renewed.map(({ name }) => name);
    },
  );
}

/**
 * Gives functions new passwords, one after the other. Running environments keep their connections, and read the parameter again when
 * they need another one.
 *
 * @param report - called with each function that has its new password
 * @returns the functions that have a role, and so got a password
 */
export async function rotatePasswords(
  stage: Stage,
  { url, urlFromHere }: StageDatabase,
  names: readonly string[],
  report: (name: string) => void,
): Promise<string[]> {
  const ssm = new SSMClient({ region: stage.region, maxAttempts: 8 });
  return withRolesLocked(
    urlFromHere,
    names.map((name) => functionName(stage, name)),
    async (found) => {
      const done: string[] = [];
      for (const name of names) {
        const role = functionName(stage, name);
        // The next deployment makes a role that is not there, with a password.
        if (!found.has(role)) continue;
        const password = newPassword();
        await changePassword(urlFromHere, role, password, () =>
          writeParameter(ssm, stage, name, asRole(url, role, password)),
        );
        done.push(name);
        report(name);
      }
      return done;
    },
  );
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function writeParameter(ssm: SSMClient, stage: Stage, name: string, value: string): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: functionUrlParameter(stage, name),
      Description: `Connection string of ${functionName(stage, name)}, written by deploy`,
      Type: 'SecureString',
      Value: value,
      Overwrite: true,
      ...(stage.databaseUrlKeyArn && { KeyId: stage.databaseUrlKeyArn }),
    }),
  );
}

/** Revokes the rights that no contract declares any more. Previous versions must no longer run. */
export async function tightenRoles(
  stage: Stage,
  { urlFromHere }: StageDatabase,
  functions: readonly RoleOf[],
): Promise<void> {
  await applyRoles(urlFromHere, rolesOf(stage, functions), { mode: 'exact' });
}

/** Grants a function further rights, and revokes none. */
export async function loosenRole(stage: Stage, { urlFromHere }: StageDatabase, one: RoleOf): Promise<void> {
  await applyRoles(urlFromHere, rolesOf(stage, [one]), { mode: 'grant' });
}

/** Removes the parameters and roles of deleted functions. */
export async function removeRoles(
  stage: Stage,
  { urlFromHere }: StageDatabase,
  names: readonly string[],
): Promise<void> {
  const roles = names.map((name) => functionName(stage, name));
  await withRolesLocked(urlFromHere, roles, async () => {
    const ssm = new SSMClient({ region: stage.region, maxAttempts: 8 });
    // Parameters first: a role without a parameter gets a new password, but a parameter without a role fails to log in.
    for (const some of inParts(names.map((name) => functionUrlParameter(stage, name)))) {
      await ssm.send(new DeleteParametersCommand({ Names: some }));
    }
    await dropRoles(urlFromHere, roles);
  });
}

function rolesOf(stage: Stage, functions: readonly RoleOf[], limits: Limits = new Map()) {
  return functions.map(({ name, grants }) => ({
    name: functionName(stage, name),
    functionName: name,
    grants,
    ...(limits.has(name) && { connectionLimit: limits.get(name) as number }),
  }));
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

/** A connection string without its password; undefined when it cannot be read. */
function address(connectionString: string): string | undefined {
  try {
    const url = new URL(readConnectionString(connectionString, 'The parameter', {}));
    url.password = '';
    return url.href;
  } catch {
    return undefined;
  }
}
