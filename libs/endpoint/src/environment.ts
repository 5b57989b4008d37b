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

/** Environment variables that do not fit the contract of an endpoint. */
export class Misconfigured extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Misconfigured';
    // Its frames are all of this package.
    this.stack = '';
  }
}

/**
 * Prepares the reader of an endpoint's environment variables. They are parsed at the first request, and again when the secrets
 * have been read again. An empty variable counts as one that is not set.
 *
 * @param endpoint - its name, for errors
 * @param schema - `env` of its contract. The reader gives variables of this schema only
 * @returns a function that gives the variables. It throws Misconfigured, or ServiceUnavailable when secrets cannot be read
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
      throw new Misconfigured(describe(endpoint, variables, texts, result.error.issues));
    }
    parsedFrom = values;
    parsed = Object.freeze(result.data) as z.output<Schema>;
    return parsed;
  };
}

/** Names each variable that does not fit, and where to set it. A message of a schema that quotes a value is left out. */
function describe(
  endpoint: string,
  variables: readonly DeclaredVariable[],
  texts: Readonly<Record<string, string>>,
  issues: readonly z.$ZodIssue[],
): string {
  const unfit = variables.filter(({ name }) => issues.some(({ path }) => path[0] === name));
  const reasons = issues.map(({ path: [name = 'env'], message }) => {
    const isQuoted = Object.values(texts).some((text) => text.length > 2 && message.includes(text));
    const isMissing = unfit.some((one) => one.name === name) && !(name in texts);
    return `${String(name)}: ${isMissing ? 'not set' : isQuoted ? 'does not fit' : message}`;
  });
  const advice = unfit.map(({ name, secrets }) => secrets?.wayOut(name) ?? wayOut);
  return [`${endpoint} is misconfigured: ${reasons.join('; ')}.`, ...new Set(advice)].join(' ');
}

const wayOut =
  'Set it in "lambda": { "environment" } of package.json, or in "environment" of the stage in stages.json; on this machine, in .env.local.';
