import * as z from 'zod/mini';
import { clone } from 'zod/v4/core';
import { readParameters } from './parameter-store.ts';
import { secretTexts } from './redact.ts';

/** Name of the environment variable with the path of the function's secrets: `/shop/dev/get-order`. */
export const secretsVariable = 'SECRETS_PATH';

type Values = Readonly<Record<string, string | undefined>>;

/** The secrets of a function. */
export interface Secrets {
  /** Names of all secrets, of all endpoints of the function. */
  readonly names: Set<string>;
  /**
   * @returns the values, by name: the same object until they are read again. Without a path, they are environment variables.
   * @throws ServiceUnavailable when they cannot be read
   */
  read(): Promise<Values>;
  /** Lets values that do not fit be read again soon: a person will correct them. */
  distrust(): void;
  /** @returns advice on how to set a secret */
  wayOut(name: string): string;
}

/** Age after which the values are read again, so that a new value reaches running functions. */
const maxAgeMs = 300_000;
/** The same, after a failure: reads of all functions of an account share 40 a second. */
const retryAfterMs = 10_000;
/** Timeout of another read. The first one has more time: without values, there is nothing to go on with. */
const rereadTimeoutMs = 1000;
/** Highest number of parameters in one request. */
const parametersAtOnce = 10;

const names = new Set<string>();
let values: Values | undefined;
/** In ms since 1970: the monotonic clock may stop while the environment is frozen. */
let staleAt = 0;
let reading: Promise<Values> | undefined;

const secrets: Secrets = {
  names,
  async read() {
    const { env } = process;
    const path = env[secretsVariable];
    if (!path) {
      for (const name of names) hide(env[name]);
      return env;
    }
    if (values && Date.now() < staleAt) return values;
    reading ??= readAll(path).finally(() => {
      reading = undefined;
    });
    return reading;
  },
  distrust() {
    staleAt = Math.min(staleAt, Date.now() + retryAfterMs);
  },
  wayOut(name) {
    const [, , stage, functionName] = (process.env[secretsVariable] ?? '').split('/');
    return stage
      ? `${name} is a secret: npx nanos secret set ${name} --stage ${stage} --function ${functionName}`
      : `${name} is a secret: write it into .env.local.`;
  },
};

async function readAll(path: string): Promise<Values> {
  try {
    const all = [...names];
    const parts = Array.from({ length: Math.ceil(all.length / parametersAtOnce) }, (_, part) =>
      all.slice(part * parametersAtOnce, (part + 1) * parametersAtOnce),
    );
    const found = await Promise.all(parts.map((some) => readSome(path, some)));
    values = Object.fromEntries(found.flat());
    Object.values(values).forEach(hide);
    staleAt = Date.now() + maxAgeMs;
  } catch (error) {
    if (!values) throw error;
    console.warn(`${(error as Error & { cause: Error }).cause.message}. The values before stay in use.`);
    staleAt = Date.now() + retryAfterMs;
  }
  return values;
}

/** Hides a secret from the log, and the texts in one that is JSON. */
function hide(secret: string | undefined): void {
  if (!secret || secretTexts.has(secret)) return;
  const add = (text: string) => {
    for (const one of [text, text.trim()]) secretTexts.add(one).add(JSON.stringify(one).slice(1, -1));
  };
  add(secret);
  try {
    JSON.parse(secret, (_, part) => void (typeof part === 'string' && add(part)));
  } catch {
    // No JSON.
  }
}

async function readSome(path: string, some: readonly string[]): Promise<[name: string, value: string][]> {
  const { Parameters } = await readParameters<{
    readonly Parameters: readonly { readonly Name: string; readonly Value: string }[];
  }>('GetParameters', {
    input: { Names: some.map((name) => `${path}/${name}`), WithDecryption: true },
    subject: `The secrets ${path}/{${some}}`,
    ...(values && { totalTimeoutMs: rereadTimeoutMs }),
  });
  return Parameters.map(({ Name, Value }) => [Name.slice(path.length + 1), Value]);
}

/**
 * Marks an environment variable of a contract as a secret: a text that is not empty. On a stage, its value comes from Parameter Store
 * of AWS Systems Manager, read at the first request and again every five minutes; on this machine, from `.env.local`.
 */
export function secret(): z.ZodMiniString<string>;
/**
 * Marks an environment variable of a contract as a secret with a schema.
 *
 * @returns the schema with the mark. Schemas that are made of it have the mark, too
 */
export function secret<Schema extends z.core.$ZodType>(schema: Schema): Schema;
export function secret(schema: z.core.$ZodType = z.string().check(z.minLength(1))): z.core.$ZodType {
  return clone(schema, { ...schema._zod.def, secrets } as typeof schema._zod.def);
}
