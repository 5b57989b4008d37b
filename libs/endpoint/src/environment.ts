import * as z from 'zod/v4/core';
import type { Secrets } from './secret.ts';

/** An environment variable that a contract declares. */
export interface DeclaredVariable {
  readonly name: string;
  readonly schema: z.$ZodType;
  /** Secrets of the function, if it is one of them. */
  readonly secrets: Secrets | undefined;
  readonly isRequired: boolean;
}

/** Reads the variables in the schema of a contract: `env`. */
export function declaredVariables({ _zod: { def } }: z.$ZodObject): DeclaredVariable[] {
  return Object.entries(def.shape).map(([name, schema]) => ({
    name,
    schema,
    secrets: secretsOf(schema),
    isRequired: schema._zod.optin === undefined,
  }));
}

/** @returns the mark of `secret()`, also of a schema within this one: an optional one, a pipe, a union */
function secretsOf({ _zod }: z.$ZodType): Secrets | undefined {
  const { secrets, ...parts } = _zod.def as { readonly secrets?: Secrets };
  if (secrets) return secrets;
  const inner = Object.values(parts as Record<string, unknown>).flat() as ({ _zod?: unknown } | undefined)[];
  return inner.map((part) => (part?._zod ? secretsOf(part as z.$ZodType) : undefined)).find(Boolean);
}

/**
 * Prepares the reader of an endpoint's environment variables. They are parsed at the first request, and again when the secrets
 * have been read again. An empty variable counts as one that is not set.
 *
 * @param endpoint - its name, for errors
 * @param schema - `env` of its contract. The reader gives variables of this schema only
 * @returns a function that gives the variables. It throws an error named Misconfigured, or
 *   ServiceUnavailable when secrets cannot be read
 */
export function environmentReader<Schema extends z.$ZodObject>(
  endpoint: string,
  schema: Schema,
): () => Promise<z.output<Schema>> {
  const variables = declaredVariables(schema);
  const secrets = variables.find((one) => one.secrets)?.secrets;
  for (const one of variables) one.secrets?.names.add(one.name);
  let parsed: z.output<Schema>;
  let parsedFrom: unknown;

  return async () => {
    const { env } = process;
    const values = (await secrets?.read()) ?? env;
    if (parsedFrom === values) return parsed;
    const texts: Record<string, string> = {};
    for (const { name, secrets } of variables) {
      const text = (secrets ? values : env)[name];
      if (text) texts[name] = text;
    }
    const result = z.safeParse(schema, texts);
    if (!result.success) {
      secrets?.distrust();
      throw misconfigured(endpoint, variables, texts, result.error.issues);
    }
    parsedFrom = values;
    parsed = Object.freeze(result.data) as z.output<Schema>;
    return parsed;
  };
}

/** @returns an error that names each variable that does not fit, and where to set it. It has no message that quotes a value */
function misconfigured(
  endpoint: string,
  variables: readonly DeclaredVariable[],
  texts: Readonly<Record<string, string>>,
  issues: readonly z.$ZodIssue[],
): Error {
  const advice = new Set<string>();
  const reasons = issues.map(({ path: [name], message }) => {
    const variable = variables.find((one) => one.name === name);
    if (variable) advice.add(variable.secrets?.wayOut(variable.name) ?? wayOut);
    const isQuoted = Object.values(texts).some((text) => text.length > 2 && message.includes(text));
    const isMissing = variable && !texts[variable.name];
    return `${variable?.name ?? 'env'}: ${isMissing ? 'not set' : isQuoted ? 'does not fit' : message}`;
  });
  const error = new Error([`${endpoint} is misconfigured: ${reasons.join('; ')}.`, ...advice].join(' '));
  // Its frames are all of this package.
  return Object.assign(error, { name: 'Misconfigured', stack: '' });
}

const wayOut =
  'Set it in "environment" of package.json or of the stage in stages.json, on this machine in .env.local.';
