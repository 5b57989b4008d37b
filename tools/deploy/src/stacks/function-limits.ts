import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { limits } from './budgets.ts';
import { functionService } from './function-service.ts';
import { functionName } from './names.ts';
import type { Service } from './service.ts';

/** The settings of a function that AWS limits. */
export interface LimitedSettings {
  readonly environment: Readonly<Record<string, unknown>>;
  /** Inline policies of its IAM role. */
  readonly policies: unknown;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string;
}

/** The sizes of a function's code. */
export interface CodeSize {
  readonly unzippedBytes: number;
  readonly zippedBytes: number;
}

/** Refuses settings of functions that AWS would refuse; see {@link checkSettings}. */
export function checkFunctions(stage: Stage, functions: readonly PackedFunction[]): void {
  for (const packed of functions) {
    const { name } = packed;
    checkSettings(stage, name, settingsIn(functionService(stage, packed).service, name));
  }
}

function settingsIn({ functions, provider, resources }: Service, name: string): LimitedSettings {
  const {
    environment = {},
    description = '',
    tags,
  } = (functions as Record<string, Partial<LimitedSettings>>)[name] ?? {};
  const { FunctionRole } = (
    resources as { Resources: { FunctionRole: { Properties: { Policies: unknown } } } }
  ).Resources;
  return {
    environment,
    description,
    policies: FunctionRole.Properties.Policies,
    tags: { ...(provider.tags as Record<string, string>), ...tags },
  };
}

/**
 * Refuses settings of a function that AWS would refuse.
 *
 * @throws UsageError that names the limit and the way out
 */
export function checkSettings(
  stage: Stage,
  name: string,
  { environment, description, policies, tags }: LimitedSettings,
): void {
  const fullName = functionName(stage, name);
  if (fullName.length > limits.functionNameCharacters) {
    throw new UsageError(
      `${fullName} has ${fullName.length} characters; Lambda and PostgreSQL take ${limits.functionNameCharacters}. Shorten "application" in ${stage.file}, or the name of ${name}.`,
    );
  }
  const environmentBytes = Buffer.byteLength(JSON.stringify(resolved(environment, stage)));
  if (environmentBytes > limits.environmentBytes) {
    throw new UsageError(
      `${name}: its environment variables take ${environmentBytes} bytes; Lambda takes ${limits.environmentBytes}. They are what it calls, "environment" in ${stage.file}, and "lambda": { "environment" } of package.json files.`,
    );
  }
  const roleCharacters = policyCharacters(stage, policies);
  if (roleCharacters > limits.roleCharacters) {
    throw new UsageError(
      `${name}: the policies of its IAM role have about ${roleCharacters} characters; IAM takes ${limits.roleCharacters}. Shorten "permissions" of its contracts (wildcards, fewer resources), or pack fewer endpoints into it.`,
    );
  }
  const tagCount = Object.keys(tags).length;
  if (tagCount > limits.tags) {
    throw new UsageError(
      `${name}: it has ${tagCount} tags; AWS takes ${limits.tags}. They are "tags" in ${stage.file}, and "lambda": { "extend": { "tags" } } of package.json files.`,
    );
  }
  const excess = description.length - limits.descriptionCharacters;
  if (excess > 0) {
    throw new UsageError(
      `${name}: its description, which is the "summary" of its contract and a hash, has ${description.length} characters; Lambda takes ${limits.descriptionCharacters}. Shorten the summary by ${excess}.`,
    );
  }
}

/** Refuses code that Lambda would refuse. @throws UsageError that names the limit and the way out */
export function checkCode(name: string, size: CodeSize): void {
  if (size.unzippedBytes <= limits.unzippedBytes && size.zippedBytes <= limits.zippedBytes) return;
  throw new UsageError(
    `${name}: its code has ${megabytes(size.unzippedBytes)}, zipped ${megabytes(size.zippedBytes)}; Lambda takes ${megabytes(limits.unzippedBytes)} and ${megabytes(limits.zippedBytes)}. Split it, or see what is in it: npx nx run ${name}:size`,
  );
}

/** The size of the policies of a role, as IAM counts it. @param policies - as in a template */
export function policyCharacters(stage: Pick<Stage, 'region'>, policies: unknown): number {
  return JSON.stringify(resolved(policies, stage)).length;
}

/** A part of a template, with variables of CloudFormation as long as their values. */
function resolved(value: unknown, { region }: Pick<Stage, 'region'>): unknown {
  const values = { Partition: 'aws', Region: region, AccountId: '0'.repeat(12) };
  const text = JSON.stringify(value, (_, part) => (isSubstitution(part) ? part['Fn::Sub'] : part));
  return JSON.parse(
    Object.entries(values).reduce((all, [name, one]) => all.replaceAll(`\${AWS::${name}}`, one), text),
  );
}

function isSubstitution(value: unknown): value is { readonly 'Fn::Sub': string } {
  return typeof value === 'object' && value !== null && 'Fn::Sub' in value;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
