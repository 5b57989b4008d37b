import type { FunctionSettings, Stage } from '@nanoservices/model';
import { stageText, stageValue } from './stage-text.ts';

/**
 * The keys of a Serverless function that its settings decide, with the stage's values for placeholders. A setting without a value
 * is no key, so that a new setting of this package changes the configuration of no function.
 */
export function lambdaSettings(stage: Stage, settings: FunctionSettings): Readonly<Record<string, unknown>> {
  const { memorySize, timeout, reservedConcurrency, ephemeralStorage, layers, tracing } = settings;
  return {
    memorySize,
    timeout,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(ephemeralStorage !== undefined && { ephemeralStorageSize: ephemeralStorage }),
    ...(layers && { layers: layers.map((layer) => stageText(stage, layer)) }),
    ...(tracing && { tracing }),
    ...extension(stage, settings),
  };
}

/** The network of a function: its own, or the stage's; undefined when it is in none. */
export function networkOf(
  stage: Stage,
  { vpc }: Pick<FunctionSettings, 'vpc'>,
): Readonly<Record<string, unknown>> | undefined {
  if (vpc === undefined) return stage.vpc;
  return vpc ? (stageValue(stage, vpc) as Record<string, unknown>) : undefined;
}

/** The format of log lines is the one that the handlers write for, unless `logs` names another. */
function extension(
  stage: Stage,
  { extend = [], logLevel }: FunctionSettings,
): Readonly<Record<string, unknown>> {
  const keys = Object.assign({}, ...extend.map((one) => stageValue(stage, one.keys)));
  if (typeof keys.logs !== 'object' || keys.logs === null) return keys;
  return { ...keys, logs: { ...functionLogs(logLevel), ...keys.logs } };
}

/** How a function writes its log. */
export function functionLogs(logLevel: FunctionSettings['logLevel']): Readonly<Record<string, unknown>> {
  return { logFormat: 'JSON', ...(logLevel && { applicationLogLevel: logLevel }) };
}
