import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { fillEnvironment, type PackedFunction, UsageError } from '@nanoservices/model';
import { localAccount, localRegion } from './local-account.ts';

type Configured = Pick<PackedFunction, 'environment' | 'variables'>;
type LocalFile = Readonly<Record<string, string | undefined>>;

/** The file in the root of a workspace with variables for this machine. Git ignores it. */
export const localFile = '.env.local';

/**
 * Makes the environment variables of a function on this machine, whose stage is `local`: those of package.json files, and those in
 * `.env.local` that its contracts declare. Nothing comes from the environment of this process.
 */
export function localVariables(workspaceRoot: string, packed: Configured): Record<string, string> {
  return valuesOf(packed, packed.variables.length > 0 ? readLocalFile(workspaceRoot) : {});
}

function valuesOf({ environment, variables }: Configured, own: LocalFile): Record<string, string> {
  const values = { stage: 'local', region: localRegion(), account: localAccount };
  const declared = variables.flatMap(({ name }) => (own[name] ? [[name, own[name]]] : []));
  return { ...fillEnvironment(environment, values), ...Object.fromEntries(declared) };
}

/** @returns the names of a function's variables that nobody may see */
export function secretNames({ variables }: Pick<PackedFunction, 'variables'>): string[] {
  return variables.filter(({ isSecret }) => isSecret).map(({ name }) => name);
}

/** Names the variables that functions need, and that have no value on this machine: a sentence for each function. */
export function missingVariables(
  workspaceRoot: string,
  functions: readonly Pick<PackedFunction, 'name' | 'endpoints' | 'environment' | 'variables'>[],
): string[] {
  const isAny = functions.some(({ variables }) => variables.length > 0);
  const own = isAny ? readLocalFile(workspaceRoot) : {};
  return functions.flatMap((packed) => {
    const values = valuesOf(packed, own);
    const missing = packed.variables.filter(({ name, isRequired }) => isRequired && !values[name]);
    if (missing.length === 0) return [];
    const declared = missing.map(({ name, endpoints: [endpoint] }) => {
      const root = packed.endpoints.find((one) => one.name === endpoint)?.root;
      return `${name} (${root}/src/contract.ts)`;
    });
    return [
      `${packed.name} needs ${declared.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not set. Write NAME=value into ${localFile}; npx nanos env makes an example of it.`,
    ];
  });
}

/** @throws UsageError when the file cannot be read */
function readLocalFile(workspaceRoot: string): LocalFile {
  try {
    // Node's parser keeps the byte order mark in the first name, and the carriage return in values.
    const text = readFileSync(join(workspaceRoot, localFile), 'utf8');
    return parseEnv(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new UsageError(`${localFile} cannot be read: ${message}`, { cause: error });
  }
}
