import { VariableName } from '@nanoservices/model';
import { entriesOf, type Json, type Remark } from '../json.ts';
import { type Texts, takenText } from './taken-text.ts';

/** The environment variables of a function. */
export interface TakenEnvironment {
  /** Those that the configuration spells out. */
  readonly taken: Readonly<Record<string, string>>;
  /** Names of the others. */
  readonly missing: readonly string[];
}

/** The environment variables of the provider, or of a function. */
export interface Variables {
  /** Values by name. One that is not taken over is undefined. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** A remark for each variable that is not taken over. */
  readonly remarks: readonly Remark[];
}

const secret = /SECRET|PASSW|PASSPHRASE|TOKEN|CREDENTIAL|(?:API|PRIVATE|ACCESS|SIGNING|ENCRYPTION)_?KEY/i;

/**
 * Reads the map `environment` of the provider, or of a function.
 *
 * @param path - keys of its owner
 */
export function variablesOf(path: readonly string[], owner: Json, texts: Texts): Variables {
  const results = entriesOf(owner.environment).map(([name]) => ({ name, ...read(path, name, texts) }));
  return {
    values: new Map(results.map(({ name, text }) => [name, text])),
    remarks: results.flatMap(({ name, reason }) =>
      reason === undefined ? [] : [{ path: [...path, 'environment', name], reason }],
    ),
  };
}

/** @param maps - a later one comes first */
export function environmentOf(maps: readonly Variables[]): TakenEnvironment {
  const values = new Map(maps.flatMap((one) => [...one.values]));
  const taken = [...values].filter((one): one is [string, string] => one[1] !== undefined);
  const missing = [...values.keys()].filter((name) => values.get(name) === undefined);
  return { taken: Object.fromEntries(taken), missing };
}

function read(
  path: readonly string[],
  name: string,
  texts: Texts,
): { readonly text?: string; readonly reason?: string } {
  const valid = VariableName.safeParse(name);
  if (!valid.success) return { reason: `Left out: ${name} ${valid.error.issues[0]?.message}.` };
  const text = takenText(texts, [...path, 'environment', name]);
  if (text === undefined) {
    return {
      reason:
        'Its value is not spelled out here. Write it into "lambda": { "environment": {} } of package.json, or into "environment" of a stage in stages.json. Secrets do not belong there.',
    };
  }
  if (secret.test(name) && !/^(?:[\d.]*|true|false)$/.test(text)) {
    return {
      reason:
        'It looks like a secret, which does not belong into a file of the workspace. Declare it with secret() in "env" of the contract, and read it with environmentReader(): see the README of @nanoservices/endpoint.',
    };
  }
  return { text };
}
