import type { Permission } from '@nanoservices/endpoint';
import { mistakeInPermissions } from '@nanoservices/model';
import { isJson, type Json, type Remark, valueAt } from '../json.ts';
import { type Texts, takenText } from './taken-text.ts';

/** The statements of an IAM role. */
interface Statements {
  /** Keys of the list, from the top. */
  readonly path: readonly string[];
  readonly list: readonly unknown[];
}

/** Permissions of a function, and remarks on the statements that are none. */
export interface TakenPermissions {
  readonly permissions: readonly Permission[];
  readonly remarks: readonly Remark[];
}

/** The rule for everything that gives a function rights. */
export const ownRole =
  'The role of a function has the rights that its contract declares ("permissions", "calls", "database"), and no others.';

/** Reads the statements of the role that all functions have, or of a function's own. */
export function permissionsOf(path: readonly string[], owner: Json, texts: Texts): TakenPermissions {
  const results = statementsOf(path, owner).flatMap(({ path: at, list }) =>
    list.map((statement, index) => readStatement([...at, `${index}`], statement, texts)),
  );
  return {
    permissions: results.flatMap(({ permission }) => permission ?? []),
    remarks: results.flatMap(({ remark }) => remark ?? []),
  };
}

/** @returns true when a function has a role of its own, without the statements of all functions */
export function hasOwnRole(definition: Json): boolean {
  const { role, iamRoleStatements, iamRoleStatementsInherit, iam } = definition;
  const own = valueAt(iam, ['role']);
  if (role !== undefined || typeof own === 'string') return true;
  if (isJson(own) && Array.isArray(own.statements)) return own.inherit !== true;
  return Array.isArray(iamRoleStatements) && iamRoleStatementsInherit !== true;
}

/** The places of statements: Serverless' key, the one before version 2.24, and that of serverless-iam-roles-per-function. */
function statementsOf(path: readonly string[], owner: Json): Statements[] {
  return [['iamRoleStatements'], ['iam', 'role', 'statements']].flatMap((keys) => {
    const list = valueAt(owner, keys);
    return Array.isArray(list) ? [{ path: [...path, ...keys], list }] : [];
  });
}

function readStatement(
  path: readonly string[],
  statement: unknown,
  texts: Texts,
): { readonly permission?: Permission; readonly remark?: Remark } {
  const refuse = (reason: string) => ({ remark: { path, reason: `Not taken over: ${reason}. ${ownRole}` } });
  if (!isJson(statement)) return refuse('it is no statement');
  const other = Object.keys(statement).find((key) => !['Effect', 'Action', 'Resource', 'Sid'].includes(key));
  if (other !== undefined) return refuse(`it has the key "${other}", which permissions have not`);
  if (statement.Effect !== 'Allow') return refuse('it allows nothing');
  const texted = (key: 'Action' | 'Resource') =>
    [statement[key]]
      .flat()
      .map((_, index) =>
        takenText(texts, [...path, key, ...(Array.isArray(statement[key]) ? [`${index}`] : [])]),
      );
  const [actions, resources] = [texted('Action'), texted('Resource')];
  if (!isWhole(actions)) return refuse('"Action" is not spelled out');
  if (!isWhole(resources))
    return refuse('"Resource" is not spelled out, or is a resource whose name CloudFormation makes');
  const permission = { actions: actions.map(lowerService), resources };
  const mistake = mistakeInPermissions([permission]);
  return mistake ? refuse(mistake.replace(/\.$/, '')) : { permission };
}

function isWhole(texts: readonly (string | undefined)[]): texts is string[] {
  return !texts.includes(undefined);
}

/** IAM does not distinguish upper and lower case in the name of a service. */
function lowerService(action: string): string {
  return action.replace(/^[^:]+(?=:)/, (service) => service.toLowerCase());
}
