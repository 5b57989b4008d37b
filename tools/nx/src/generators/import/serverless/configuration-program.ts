/**
 * Reads a Serverless configuration and resolves its variables with Serverless' own code. A program of its own: a configuration
 * may be a module, variables may name modules, and `useDotenv` sets variables of the process.
 *
 * Nothing is written, no plugin is loaded, and AWS is not asked: variables of these sources stay as they are.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { ReadConfiguration, RequestedConfiguration } from './read-configuration.ts';

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

async function read(file: string, stage: string | undefined): Promise<ReadConfiguration> {
  const configuration: Json = await require('serverless/lib/configuration/read')(file);
  const written = structuredClone(configuration);
  const options = { ...(stage !== undefined && { stage }) };
  const variablesMeta: Map<string, VariableMeta> = require(`${variables}/resolve-meta`)(configuration);
  const resolve = async (...paths: string[]) => {
    const sources = sourcesFor(configuration);
    await require(`${variables}/resolve`)({
      ...{ serviceDir: dirname(file), configuration, variablesMeta, sources, options },
      fulfilledSources: new Set(Object.keys(sources)),
      ...(paths.length > 0 && { propertyPathsToResolve: new Set(paths) }),
    });
  };
  // In Serverless' order: parameters and .env files depend on the stage.
  await resolve('provider\0stage', 'useDotenv');
  await require('serverless/lib/cli/conditionally-load-dotenv')(options, configuration);
  await resolve('params', 'stages');
  await resolve();
  const unresolved = [...variablesMeta].map(([path, { error }]) => ({
    path: path.split('\0'),
    reason: error?.message.replace(/^Cannot resolve variable at ".*?": /, '') ?? fromElsewhere,
  }));
  return { written, resolved: configuration, unresolved };
}

const fromElsewhere = 'only AWS or a plugin knows its value';

/** The sources that need no account. */
function sourcesFor({ params, stages }: Json): Record<string, unknown> {
  const ofStages = Object.entries((stages ?? {}) as Record<string, Json | undefined>).map(
    ([stage, settings]) => [stage, settings?.params],
  );
  // The service as the source of parameters knows it.
  const service = {
    configurationInput: { params: params ?? Object.fromEntries(ofStages) },
    processedInput: { options: {} },
  };
  return {
    env: require(`${variables}/sources/env`),
    file: require(`${variables}/sources/file`),
    opt: require(`${variables}/sources/opt`),
    self: require(`${variables}/sources/self`),
    strToBool: require(`${variables}/sources/str-to-bool`),
    sls: require(`${variables}/sources/instance-dependent/get-sls`)(service),
    param: require(`${variables}/sources/instance-dependent/param`)(service),
  };
}
