import { entriesOf, isJson, type Json, type Remark } from '../json.ts';
import { ownRole } from './permissions.ts';

const ofStage = (key: string) => `"${key}" of a stage in stages.json is for all functions.`;
const noCounterpart = 'Without a counterpart here.';
const inLambda = (key: string) => `Write it into "lambda": { "${key}": ... } of package.json.`;
const cors = 'CORS is one setting of the API: "cors" in api.json.';

/** The way out for keys that nothing is made of, by key. */
const sharedReasons: Readonly<Record<string, string>> = {
  role: ownRole,
  vpc: `${ofStage('vpc')} ${'"lambda": { "vpc": ... } of a package.json is for one.'}`,
  tags: ofStage('tags'),
  logRetentionInDays: ofStage('logRetentionDays'),
  package: 'Name files to ship in "lambda": { "include": [] } of package.json.',
  name: 'A function is named after its stage and its folder.',
  layers:
    'Bundles need no layers of packages: declare these in package.json, native ones in "lambda": { "external": [] }. Others go into "lambda": { "layers": [] }.',
  url: 'The function has no address of its own: the API has its routes.',
  tracing: inLambda('tracing'),
};

const extend = 'Write it into "lambda": { "extend": {} } of package.json.';
const functionReasons: Readonly<Record<string, string>> = {
  ...sharedReasons,
  ephemeralStorageSize: inLambda('ephemeralStorage'),
  ...{ kmsKeyArn: extend, onError: extend, fileSystemConfig: extend, logs: extend, disableLogs: extend },
  ...{ runtimeManagement: extend, recursiveLoop: extend, logDataProtectionPolicy: extend },
};

const eventReasons: Readonly<Record<string, string>> = {
  cors,
  request: 'Validate in the contract: "params", "query", "body".',
  response: 'A handler makes its own responses.',
};

const providerReasons: Readonly<Record<string, string>> = {
  ...sharedReasons,
  region: '"region" of a stage in stages.json.',
  stackTags: ofStage('tags'),
  apiName: '"application" in stages.json names what is deployed.',
  stackName: '"application" in stages.json names what is deployed.',
  apiKeys: 'HTTP APIs have no API keys: use tokens, with "access" in the contract.',
  usagePlan: 'HTTP APIs have no usage plans: "throttling" of a stage limits the rate of the API.',
};

const serviceReasons: Readonly<Record<string, string>> = {
  package:
    'Bundles contain what they import. Name other files in "lambda": { "include": [] } of package.json.',
  layers: sharedReasons.layers as string,
  build: 'Bundles are made by the target "build".',
};

const settings = ['memorySize', 'timeout', 'architecture', 'runtime', 'environment'];
const takenOver = {
  service: [
    ...[
      'service',
      'provider',
      'functions',
      'frameworkVersion',
      'configValidationMode',
      'useDotenv',
      'params',
    ],
    ...['variablesResolutionMode', 'unresolvedVariablesNotificationMode', 'disabledDeprecations'],
    ...['deprecationNotificationMode', 'plugins', 'custom', 'resources'],
  ],
  provider: [...settings, 'name', 'stage', 'httpApi', 'apiGateway', 'iam', 'iamRoleStatements'],
  function: [
    ...[...settings, 'handler', 'events', 'reservedConcurrency', 'description'],
    ...['iam', 'iamRoleStatements', 'iamRoleStatementsInherit'],
  ],
  event: ['path', 'method', 'authorizer', 'private', 'integration', 'async'],
};

/** The keys of a map that nothing is made of. */
function otherKeys(
  path: readonly string[],
  map: unknown,
  known: readonly string[],
  reasons: Readonly<Record<string, string>>,
): Remark[] {
  return entriesOf(map)
    .filter(([key, value]) => !known.includes(key) && value !== null && value !== false)
    .map(([key]) => ({ path: [...path, key], reason: reasons[key] ?? noCounterpart }));
}

/** Remarks on a service, apart from its functions: the parts that are not taken over. */
export function serviceRemarks(service: Json): Remark[] {
  const { provider, plugins, custom, resources } = service as Record<string, Json | undefined>;
  const modules = isJson(plugins) ? plugins.modules : plugins;
  return [
    ...otherKeys([], service, takenOver.service, serviceReasons),
    ...otherKeys(['provider'], provider, takenOver.provider, providerReasons),
    ...otherKeys(['provider', 'apiGateway'], provider?.apiGateway, [], {}),
    ...otherKeys(['provider', 'httpApi'], provider?.httpApi, ['payload', 'authorizers'], { cors }),
    ...roleRemarks(provider),
    ...entriesOf({ ...(Array.isArray(modules) ? modules : []) }).map(([index]) => ({
      path: ['plugins', ...(isJson(plugins) ? ['modules'] : []), index],
      reason:
        'Plugins are not run. Many have no purpose here: bundles, TypeScript and a local API are there.',
    })),
    ...entriesOf(custom).map(([key]) => ({
      path: ['custom', key],
      reason: 'Variables that name it have its value. Settings of plugins have no counterpart.',
    })),
    ...resourceRemarks(resources),
  ];
}

export function functionRemarks(path: readonly string[], definition: Json): Remark[] {
  return otherKeys(path, definition, takenOver.function, functionReasons);
}

export function eventRemarks(path: readonly string[], event: unknown): Remark[] {
  return otherKeys(path, event, takenOver.event, eventReasons);
}

/** A remark on a runtime that functions here do not have. */
export function runtimeRemarks(path: readonly string[], { runtime }: Json): Remark[] {
  if (typeof runtime !== 'string' || !/^nodejs(?!24\.)/.test(runtime)) return [];
  return [{ path: [...path, 'runtime'], reason: `${runtime}: functions run on nodejs24.x.` }];
}

/** Keys of the role that all functions have, apart from its statements. */
function roleRemarks(provider: Json | undefined): Remark[] {
  if (!isJson(provider?.iam)) return [];
  const path = ['provider', 'iam', 'role'];
  const { role } = provider.iam;
  if (!isJson(role)) return role ? [{ path, reason: ownRole }] : [];
  return Object.keys(role)
    .filter((key) => key !== 'statements')
    .map((key) => ({ path: [...path, key], reason: ownRole }));
}

const keptApart =
  'Functions are deployed without further resources: keep these in a stack of their own, such as the old service without its functions.';

function resourceRemarks(resources: unknown): Remark[] {
  const all: [string[], unknown][] = Array.isArray(resources)
    ? resources.map((one, index) => [['resources', `${index}`], one])
    : [[['resources'], resources]];
  return all.flatMap(([path, part]) =>
    entriesOf(part).flatMap(([section, content]) =>
      section === 'Resources'
        ? entriesOf(content).map(([name]) => ({
            path: [...path, section, name],
            reason: keptApart,
          }))
        : [{ path: [...path, section], reason: keptApart }],
    ),
  );
}
