/**
 * Reads a Serverless configuration and resolves its variables with Serverless' own code. A program of its own: a configuration
 * may be a module, variables may name modules, and `useDotenv` sets variables of the process.
 *
 * Nothing is written, no plugin is loaded, and AWS is not asked: variables of these sources stay as they are.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { ReadConfiguration, RequestedConfiguration } from './read-configuration.ts';
import { anyStage, fromElsewhere } from './stand-ins.ts';

type Json = Record<string, unknown>;
interface VariableMeta {
  readonly error?: Error;
}

const require = createRequire(import.meta.url);
const variables = 'serverless/lib/configuration/variables';

process.once('message', async ({ file, stage }: RequestedConfiguration) => {
  const result = await read(file, stage).catch((error: Error) => ({
    error: `${error.message}`.split('\n')[0],
  }));
  // A configuration may have started something that keeps a process alive.
  process.send?.(result, () => process.exit());
});

async function read(file: string, wanted: string | undefined): Promise<ReadConfiguration> {
  const written: Json = await require('serverless/lib/configuration/read')(file);
  const { resolved, unresolved } = await resolve(file, structuredClone(written), { stage: wanted });
  const { stage: own } = (resolved.provider ?? {}) as Json;
  const stage = wanted ?? (typeof own === 'string' && !own.includes('${') ? own : 'dev');
  const spelledOut = (one: string) =>
    resolve(file, structuredClone(written), { stage: one, hidesOthers: true }).then(
      (result) => result.resolved,
    );
  return {
    ...{ resolved, unresolved, stage },
    spelledOut: await spelledOut(stage),
    forAnyStage: await spelledOut(anyStage).catch(() => ({})),
  };
}

interface Resolution {
  readonly stage?: string | undefined;
  /** Puts a stand-in in place of values from environment variables and other files. */
  readonly hidesOthers?: boolean;
}

async function resolve(file: string, configuration: Json, { stage, hidesOthers = false }: Resolution) {
  const options = { ...(stage !== undefined && { stage }) };
  const provider = configuration.provider as Json | undefined;
  if (stage === anyStage && provider && typeof provider === 'object') provider.stage = stage;
  // Older versions filled it in.
  const hasRegion = typeof provider !== 'object' || provider?.region !== undefined;
  if (!hasRegion && provider) provider.region = '{region}';
  const variablesMeta: Map<string, VariableMeta> = require(`${variables}/resolve-meta`)(configuration);
  const resolveParts = async (...paths: string[]) => {
    const sources = sourcesFor(configuration, hidesOthers);
    await require(`${variables}/resolve`)({
      ...{ serviceDir: dirname(file), configuration, variablesMeta, sources, options },
      fulfilledSources: new Set(Object.keys(sources)),
      ...(paths.length > 0 && { propertyPathsToResolve: new Set(paths) }),
    });
  };
  // In Serverless' order: parameters and .env files depend on the stage.
  await resolveParts('provider\0stage', 'useDotenv');
  await require('serverless/lib/cli/conditionally-load-dotenv')(options, configuration);
  await resolveParts('params', 'stages');
  await resolveParts();
  if (!hasRegion && provider) delete provider.region;
  const unresolved = [...variablesMeta].map(([path, { error }]) => ({
    path: path.split('\0'),
    reason: error?.message.replace(/^Cannot resolve variable at ".*?": /, '') ?? onlyElsewhere,
  }));
  return { resolved: configuration, unresolved };
}

const onlyElsewhere = 'only AWS or a plugin knows its value';

/** The sources that need no account. */
function sourcesFor({ params, stages }: Json, hidesOthers: boolean): Record<string, unknown> {
  const env = require(`${variables}/sources/env`);
  const file = require(`${variables}/sources/file`);
  const ofStages = Object.entries((stages ?? {}) as Record<string, Json | undefined>).map(
    ([stage, settings]) => [stage, settings?.params],
  );
  // The service as the source of parameters knows it.
  const service = {
    configurationInput: { params: params ?? Object.fromEntries(ofStages) },
    processedInput: { options: {} },
  };
  return {
    // Placeholders for what only the account knows.
    aws: { resolve: ({ address }: { address?: string }) => ({ value: ofAccount[address ?? ''] ?? null }) },
    env: hidesOthers ? hiding(env) : env,
    file: hidesOthers ? hiding(file) : file,
    opt: require(`${variables}/sources/opt`),
    self: require(`${variables}/sources/self`),
    strToBool: require(`${variables}/sources/str-to-bool`),
    sls: require(`${variables}/sources/instance-dependent/get-sls`)(service),
    param: require(`${variables}/sources/instance-dependent/param`)(service),
  };
}

const ofAccount: Readonly<Record<string, string | undefined>> = {
  region: '{region}',
  accountId: '{account}',
};

interface Source {
  resolve(request: unknown): unknown;
}

/** A source whose values are hidden. Parts of the service, such as functions in a file of their own, are not. */
function hiding(source: Source): Source {
  return {
    ...source,
    resolve: async (request) => {
      const result = (await source.resolve(request)) as { readonly value: unknown };
      return { ...result, value: isPartOfService(result.value) ? result.value : hidden(result.value) };
    },
  };
}

function hidden(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value !== 'object') return fromElsewhere;
  if (Array.isArray(value)) return value.map(hidden);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hidden(one)]));
}

/** Functions, events, resources and permissions have keys that settings hardly have. */
function isPartOfService(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, one]) => ['handler', 'events', 'Type', 'Effect'].includes(key) || isPartOfService(one),
  );
}
