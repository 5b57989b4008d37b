import { type Json, valueAt } from '../json.ts';
import type { ReadConfiguration } from './read-configuration.ts';
import { anyStage, fromElsewhere } from './stand-ins.ts';
import { templateText } from './template-text.ts';

/** A configuration as far as texts are taken over from it. */
export type Texts = Pick<ReadConfiguration, 'stage' | 'spelledOut' | 'forAnyStage'>;

/**
 * Reads a text that the configuration itself spells out, with placeholders for stage, region and account.
 *
 * @param path - keys from the top
 * @returns undefined for anything else: a value from an environment variable or another file, which may be a secret, and one that
 * only AWS knows
 */
export function takenText(
  { stage, spelledOut, forAnyStage }: Texts,
  path: readonly string[],
): string | undefined {
  const textIn = (service: Json) => templateText(valueAt(service, path), service);
  const text = textIn(spelledOut);
  if (text === undefined || text.includes(fromElsewhere)) return undefined;
  // The stage is a placeholder only where its name alone makes the difference.
  const general = textIn(forAnyStage);
  return general?.replaceAll(anyStage, stage) === text ? general.replaceAll(anyStage, '{stage}') : text;
}
