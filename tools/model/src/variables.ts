import { type DeclaredVariable, declaredVariables, secretsVariable } from '@nanoservices/endpoint';
import { type $ZodObject, safeParse } from 'zod/v4/core';
import { VariableName } from './files/variable-name.ts';
import { UsageError } from './usage-error.ts';

/** An environment variable that a contract declares: plain data. */
export interface VariableFacts {
  readonly name: string;
  readonly isSecret: boolean;
  /** False for one that is optional, or has a default. */
  readonly isRequired: boolean;
  /** The default as text, unless it is a secret. */
  readonly default?: string;
}

/** An environment variable of a function. */
export interface FunctionVariable extends VariableFacts {
  /** Names of the endpoints that declare it. */
  readonly endpoints: readonly string[];
}

/** Variables that Lambda or the framework sets, and those of this machine that a local function sees. */
const taken = new RegExp(
  `^(?:_|AWS_|LAMBDA_|FUNCTION_|(?:DATABASE_URL|DATABASE_URL_PARAMETER|DATABASE_GRANTS|${secretsVariable}|JWT_ROLE_CLAIM|VALIDATE_RESPONSES|NODE_EXTRA_CA_CERTS|NODE_PATH|LD_LIBRARY_PATH|PATH|HOME|LANG|TZ)$)`,
);

/** Names of parameters: no function has a capital in its name, so none has a parameter of this name. */
const capitals = /^[A-Z][A-Z\d_]+$/;

/** @returns the mistake in the variables of a contract, as a sentence; undefined where there is none */
export function mistakeInVariables(env: $ZodObject | undefined): string | undefined {
  if (env === undefined) return undefined;
  if (env._zod?.def.type !== 'object')
    return '"env" must be a schema of an object: z.object({ PAGE_SIZE: ... }).';
  for (const { name, secrets } of declaredVariables(env)) {
    const problem = VariableName.safeParse(name).error?.issues[0]?.message;
    if (taken.test(name))
      return `"env.${name}" is a variable that Lambda or the framework sets. Choose another name.`;
    if (problem) return `"env.${name}" ${problem}.`;
    if (secrets && !capitals.test(name)) {
      return `"env.${name}" is a secret, whose name must have capitals, digits and "_" only.`;
    }
  }
  return undefined;
}

/** @returns the variables of a contract, sorted by name */
export function variableFacts(env: $ZodObject): VariableFacts[] {
  return declaredVariables(env)
    .map((variable) => ({
      name: variable.name,
      isSecret: variable.secrets !== undefined,
      isRequired: variable.isRequired,
      ...defaultOf(variable),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function defaultOf({ schema, secrets, isRequired }: DeclaredVariable): Pick<VariableFacts, 'default'> {
  if (secrets || isRequired) return {};
  const result = safeParse(schema, undefined);
  if (!result.success || result.data === undefined || result.data === null) return {};
  const { data } = result;
  return { default: typeof data === 'object' ? JSON.stringify(data) : String(data) };
}

/** The contract of an endpoint, as far as its variables go. */
interface Declaring {
  readonly name: string;
  readonly variables?: readonly VariableFacts[] | undefined;
}

/**
 * Combines the variables of a function's endpoints, sorted by name. One that an endpoint requires is required; it is a secret if one
 * endpoint says so.
 */
export function variablesOf(contracts: readonly Declaring[]): FunctionVariable[] {
  const found = new Map<string, FunctionVariable>();
  for (const { name: endpoint, variables = [] } of contracts) {
    for (const one of variables) {
      const other = found.get(one.name);
      found.set(one.name, {
        ...one,
        ...other,
        isSecret: one.isSecret || other?.isSecret === true,
        isRequired: one.isRequired || other?.isRequired === true,
        endpoints: [...(other?.endpoints ?? []), endpoint],
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Refuses a variable that is a secret by one contract, and a plain one by another: a function may hold both endpoints.
 *
 * @throws UsageError that names the endpoints
 */
export function refuseMixedVariables(contracts: Iterable<Declaring>): void {
  const all = [...contracts];
  const declaring = (name: string, isSecret: boolean) =>
    all.find(({ variables = [] }) => variables.some((one) => one.name === name && one.isSecret === isSecret));
  for (const { name } of variablesOf(all)) {
    const [secret, plain] = [declaring(name, true), declaring(name, false)];
    if (!secret || !plain) continue;
    throw new UsageError(
      `${name} is a secret by the contract of ${secret.name}, and none by the contract of ${plain.name}. Write secret() in both.`,
    );
  }
}
