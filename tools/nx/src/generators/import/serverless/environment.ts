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

/** A map of environment variables: of the provider, or of a function. */
export interface Variables {
  /** Keys of the map's owner. */
  readonly path: readonly string[];
  readonly owner: Json;
}

const secret = /SECRET|PASSW|PASSPHRASE|TOKEN|CREDENTIAL|(?:API|PRIVATE|ACCESS|SIGNING|ENCRYPTION)_?KEY/i;

/** @param maps - a later one comes first */
export function environmentOf(maps: readonly Variables[], texts: Texts): TakenEnvironment {
  const values = new Map<string, string | undefined>();
  for (const { path, owner } of maps) {
    for (const [name] of entriesOf(owner.environment)) values.set(name, read(path, name, texts).text);
  }
  const taken = [...values].filter((one): one is [string, string] => one[1] !== undefined);
  const missing = [...values.keys()].filter((name) => values.get(name) === undefined);
  return { taken: Object.fromEntries(taken), missing };
}

/** A remark for each variable that is not taken over. */
export function environmentRemarks({ path, owner }: Variables, texts: Texts): Remark[] {
  return entriesOf(owner.environment).flatMap(([name]) => {
    const { reason } = read(path, name, texts);
    return reason === undefined ? [] : [{ path: [...path, 'environment', name], reason }];
  });
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
    return { reason: 'It looks like a secret, which does not belong into a file of the workspace.' };
  }
  return { text };
}
