import { randomBytes } from 'node:crypto';
import { messageOf, type PackedFunction, type Stage } from '@nanoservices/model';
import {
  applyRoles,
  asRole,
  changePassword,
  dropRoles,
  isPasswordWrong,
  passwordOf,
  readConnectionString,
  withRolesLocked,
} from '@nanoservices/postgres/admin';
import { Failed } from '../errors.ts';
import { inParts } from '../live/in-parts.ts';
import { Parameters } from '../live/parameters.ts';
import { functionName, functionUrlParameter } from '../stacks/names.ts';
import type { StageDatabase } from './stage-database.ts';

/** Passwords that are tried at once. */
const loginsAtOnce = 8;

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
  const parameters = new Parameters(stage.region);
  const roles = rolesOf(stage, functions, limits);
  const names = functions.map(({ name }) => functionUrlParameter(stage, name));
  return withRolesLocked(
    urlFromHere,
    roles.map(({ name }) => name),
    async (found) => {
      const current = await parameters.read(names, true);
      const isGood = async ({ name }: RoleOf) => {
        const role = functionName(stage, name);
        const before = current.get(functionUrlParameter(stage, name))?.Value;
        if (!found.has(role) || !before || address(before) !== address(asRole(url, role, ''))) return false;
        return !(await isPasswordWrong(asRole(urlFromHere, role, passwordOf(before))));
      };
      const renewed: RoleOf[] = [];
      for (const some of inParts(functions, loginsAtOnce)) {
        const areGood = await Promise.all(some.map(isGood));
        renewed.push(...some.filter((_, index) => !areGood[index]));
      }
      const passwords = new Map(renewed.map(({ name }) => [functionName(stage, name), newPassword()]));
      await applyRoles(urlFromHere, roles, { mode: 'grant', passwordOf: (role) => passwords.get(role) });
      for (const { name } of renewed) {
        const role = functionName(stage, name);
        await writeUrl(parameters, stage, name, asRole(url, role, passwords.get(role) as string));
      }
      return renewed.map(({ name }) => name);
    },
  );
}

export interface RotateHooks {
  /** Called with the functions that have no role, before anything is changed: the next deployment makes one. */
  readonly refuseWithoutRole: (names: readonly string[]) => void;
  /** Called with each function that has its new password. */
  readonly report: (name: string) => void;
}

/**
 * Gives functions new passwords, one after the other. Running environments keep their connections, and read the parameter again when
 * they need another one.
 *
 * @throws Error at the first that fails; those before have new passwords, and the others theirs
 */
export async function rotatePasswords(
  stage: Stage,
  database: StageDatabase,
  names: readonly string[],
  { report, refuseWithoutRole }: RotateHooks,
): Promise<void> {
  const parameters = new Parameters(stage.region);
  await withRolesLocked(
    database.urlFromHere,
    names.map((name) => functionName(stage, name)),
    async (found) => {
      const done = names.filter((name) => found.has(functionName(stage, name)));
      refuseWithoutRole(names.filter((name) => !done.includes(name)));
      for (const name of done) {
        await rotatePassword(parameters, stage, database, name);
        report(name);
      }
    },
  );
}

/** @throws what went wrong; the parameter has the password that the database takes then, or the error says that it may have not */
async function rotatePassword(
  parameters: Parameters,
  stage: Stage,
  { url, urlFromHere }: StageDatabase,
  name: string,
): Promise<void> {
  const role = functionName(stage, name);
  const parameter = functionUrlParameter(stage, name);
  const before = (await parameters.read([parameter], true)).get(parameter)?.Value;
  const password = newPassword();
  const store = () => writeUrl(parameters, stage, name, asRole(url, role, password));
  try {
    await changePassword(urlFromHere, role, password, store);
  } catch (cause) {
    // The parameter may be written although nobody answered, and the password changed although the connection broke.
    const mend = async () => {
      const isChanged = !(await isPasswordWrong(asRole(urlFromHere, role, password)));
      if (isChanged) await store();
      else if (before) await writeUrl(parameters, stage, name, before);
    };
    await mend().catch(() => {
      throw new Failed(
        `${name} may have a password that the database does not take: ${messageOf(cause)} Run nanos rotate ${name} --stage ${stage.name} again.`,
        { cause },
      );
    });
    throw cause;
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

function writeUrl(parameters: Parameters, stage: Stage, name: string, value: string): Promise<void> {
  return parameters.write({
    name: functionUrlParameter(stage, name),
    description: `Connection string of ${functionName(stage, name)}, written by deploy`,
    value,
    keyArn: stage.databaseUrlKeyArn,
  });
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
    // Parameters first: a role without a parameter gets a new password, but a parameter without a role fails to log in.
    await new Parameters(stage.region).delete(names.map((name) => functionUrlParameter(stage, name)));
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
