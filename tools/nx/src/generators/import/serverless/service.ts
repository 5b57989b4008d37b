import type { Permission } from '@nanoservices/endpoint';
import { type Manifest, UsageError } from '@nanoservices/model';
import { entriesOf, inWords, isJson, type Json, type Remark } from '../json.ts';
import { environmentOf, type TakenEnvironment, type Variables, variablesOf } from './environment.ts';
import { settingsOf } from './function-settings.ts';
import { hasOwnRole, permissionsOf, type TakenPermissions } from './permissions.ts';
import type { ReadConfiguration } from './read-configuration.ts';
import { functionRemarks, runtimeRemarks, serviceRemarks } from './remarks.ts';
import { routesOf, type ServiceRoute } from './routes.ts';
import type { Texts } from './taken-text.ts';

/** A function that has a route. */
export interface ServiceFunction {
  readonly name: string;
  /** `src/orders.list`: module without its extension, and export. */
  readonly handler: string;
  readonly description?: string | undefined;
  readonly routes: readonly ServiceRoute[];
  readonly lambda: Manifest['lambda'];
  readonly environment: TakenEnvironment;
  readonly permissions: readonly Permission[];
  /** Its keys in the configuration. */
  readonly at: readonly string[];
}

/** A service, read from its configuration. */
export interface Service {
  readonly name: string;
  /** Names of all its functions. */
  readonly found: readonly string[];
  readonly functions: readonly ServiceFunction[];
  readonly remarks: readonly Remark[];
}

/**
 * Reads functions with their routes and settings from a configuration.
 *
 * @throws UsageError when it is for another cloud, or has no functions
 */
export function serviceOf(file: string, { resolved, unresolved, ...texts }: ReadConfiguration): Service {
  const provider: Json = isJson(resolved.provider) ? resolved.provider : { name: resolved.provider };
  if (provider.name !== 'aws') {
    throw new UsageError(
      `${file}: "provider.name" is ${inWords(provider.name)}. Only services on AWS can be imported.`,
    );
  }
  const definitions = definitionsIn(resolved.functions);
  if (definitions.length === 0) throw new UsageError(`${file}: "functions" has none that can be read.`);
  const common: Common = {
    provider,
    variables: variablesOf(['provider'], provider, texts),
    rights: permissionsOf(['provider'], provider, texts),
  };
  const read = definitions.map(({ name, at, definition }) =>
    readFunction({ name, at, definition }, common, texts),
  );
  const functions = read.flatMap(({ found }) => found ?? []);
  const remarks = [
    ...serviceRemarks(resolved),
    ...runtimeRemarks(['provider'], provider),
    ...common.variables.remarks,
    ...common.rights.remarks,
    ...authorizerRemarks(provider),
    ...read.flatMap((one) => one.remarks),
  ];
  const service = isJson(resolved.service) ? resolved.service.name : resolved.service;
  return {
    name: typeof service === 'string' && !service.includes('${') ? service : 'service',
    found: definitions.map(({ name }) => name),
    functions,
    remarks: [...unresolvedRemarks(unresolved, definitions, remarks), ...remarks],
  };
}

interface Definition {
  readonly name: string;
  readonly at: readonly string[];
  readonly definition: Json;
}

/** Serverless takes a map of functions, or a list of such maps. */
function definitionsIn(functions: unknown, at: readonly string[] = ['functions']): Definition[] {
  if (Array.isArray(functions))
    return functions.flatMap((one, index) => definitionsIn(one, [...at, `${index}`]));
  return entriesOf(functions).flatMap(([name, definition]) =>
    isJson(definition) ? [{ name, at: [...at, name], definition }] : [],
  );
}

/** The parts of a configuration that all functions have. */
interface Common {
  readonly provider: Json;
  readonly variables: Variables;
  readonly rights: TakenPermissions;
}

function readFunction(
  { name, at, definition }: Definition,
  { provider, variables, rights }: Common,
  texts: Texts,
): {
  found?: ServiceFunction;
  remarks: Remark[];
} {
  const { handler, image, events, runtime = provider.runtime, description } = definition;
  const { routes, remarks } = routesOf([...at, 'events'], events, provider);
  const refuse = (reason: string) => ({ remarks: [{ path: at, reason }, ...remarks] });
  if (typeof runtime === 'string' && !runtime.startsWith('nodejs'))
    return refuse(`Not taken over: it runs on ${runtime}.`);
  if (image !== undefined) return refuse('Not taken over: it is a container image.');
  if (typeof handler !== 'string' || handler.includes('${')) {
    return refuse('Not taken over: "handler" names no file.');
  }
  if (routes.length === 0) return refuse('Not taken over: no route leads to it.');
  const settings = settingsOf({ at, definition, provider });
  const own = { variables: variablesOf(at, definition, texts), rights: permissionsOf(at, definition, texts) };
  const inherited = hasOwnRole(definition) ? [] : rights.permissions;
  return {
    found: {
      ...{ name, at, handler, routes, lambda: settings.lambda },
      environment: environmentOf([variables, own.variables]),
      permissions: [...inherited, ...own.rights.permissions],
      ...(typeof description === 'string' && { description }),
    },
    remarks: [
      ...settings.remarks,
      ...runtimeRemarks(at, definition),
      ...own.variables.remarks,
      ...own.rights.remarks,
      ...remarks,
      ...functionRemarks(at, definition),
    ],
  };
}

function authorizerRemarks({ httpApi }: Json): Remark[] {
  return entriesOf(isJson(httpApi) ? httpApi.authorizers : undefined).map(([name, authorizer]) => ({
    path: ['provider', 'httpApi', 'authorizers', name],
    reason:
      isJson(authorizer) && 'issuerUrl' in authorizer
        ? `Write it into "jwt" of a stage in stages.json: ${inWords({ issuer: authorizer.issuerUrl, audience: [authorizer.audience].flat() })}.`
        : 'API Gateway checks tokens (JWT) here: it calls no function for that.',
  }));
}

/** Variables without a value in what is taken over. What is not has a remark anyway. */
function unresolvedRemarks(
  unresolved: ReadConfiguration['unresolved'],
  definitions: readonly Definition[],
  remarks: readonly Remark[],
): Remark[] {
  const startsWith = (path: readonly string[], start: readonly string[]) =>
    start.every((key, index) => path[index] === key);
  const taken = [['provider'], ['service'], ...definitions.map(({ at }) => at)];
  return unresolved
    .filter(({ path }) => taken.some((start) => startsWith(path, start)))
    .filter(({ path }) => !remarks.some((remark) => startsWith(path, remark.path)))
    .map(({ path, reason }) => ({ path, reason: `The variable has no value here: ${reason}.` }));
}
