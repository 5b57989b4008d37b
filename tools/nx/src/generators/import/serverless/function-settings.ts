import type { Manifest } from '@nanoservices/model';
import { inWords, type Json, type Remark } from '../json.ts';

/** Serverless' defaults, where they are not this workspace's. */
const defaults = { memorySize: 1024, timeout: 6, architecture: 'x86_64' };

/** A function, and what its settings follow from. */
interface ConfiguredFunction {
  readonly at: readonly string[];
  readonly definition: Json;
  readonly provider: Json;
}

/** The settings of a function, with those of the provider as defaults. */
export function settingsOf({ at, definition, provider }: ConfiguredFunction): {
  readonly lambda: Manifest['lambda'];
  readonly remarks: readonly Remark[];
} {
  const remarks: Remark[] = [];
  const number = (key: string, min: number, max: number): number | undefined => {
    const own = definition[key] !== undefined && definition[key] !== null;
    const value = own ? definition[key] : (provider[key] ?? defaults[key as 'timeout']);
    if (value === undefined) return undefined;
    const parsed = Number(value);
    const used = Number.isInteger(parsed) ? Math.min(Math.max(parsed, min), max) : undefined;
    if (used === parsed) return used;
    const instead = used === undefined ? 'the default is used' : `${used} is used`;
    remarks.push({
      path: own ? [...at, key] : ['provider', key],
      reason: `${inWords(value)} is not between ${min} and ${max}: ${instead}.`,
    });
    return used;
  };
  const reservedConcurrency = number('reservedConcurrency', 1, 1000);
  const architecture = definition.architecture ?? provider.architecture ?? defaults.architecture;
  const lambda = {
    memorySize: number('memorySize', 128, 10_240),
    timeout: number('timeout', 1, 30),
    // The default here: endpoints that name two architectures could not be in one function.
    ...(architecture === 'arm64' ? {} : { architecture: 'x86_64' as const }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
  return { lambda, remarks };
}
