import { type FunctionConfiguration, functionArn } from '../environment/function-configuration.ts';
import type { Lambda } from './lambda.ts';
import { invalidParameter, notFound, validationError, violation } from './service-error.ts';

/** A function that a request names, with the version or alias. */
export interface FunctionReference {
  readonly found: FunctionConfiguration;
  /** `$LATEST`, `live`, or undefined when the request names none. */
  readonly qualifier: string | undefined;
  /** ARN, with the qualifier if there is one. */
  readonly arn: string;
}

/** The alias that deployments use. The only version of a local function, `$LATEST`, is behind it. */
export const liveAlias = 'live';

// Patterns and words of AWS's validation, which tests against AWS recorded (localstack, test_lambda_api.snapshot.json).
const referencePattern = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const qualifierPattern = String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`;
const reference = new RegExp(`^${referencePattern}$`);
const qualifierOnly = new RegExp(`^(?:${qualifierPattern})$`);
/** Numbers of the groups in the pattern. */
const [nameGroup, qualifierGroup] = [11, 13];
/** Limit of a name with everything around it. */
const referenceLimit = 256;
const qualifierLimit = 128;

/**
 * Finds the function that a request names by its name, `name:qualifier`, a partial or a full ARN. Every region and account is
 * the local one.
 *
 * @param text - the name in the path, percent-encoded
 * @param query - the parameter Qualifier
 * @param implied - the qualifier in the message about a missing function when the request has none
 * @throws ServiceError when the name or the qualifier is malformed, they contradict each other, or there is no such function
 */
export function findFunction(
  lambda: Lambda,
  text: string,
  query: string | null,
  implied?: string,
): FunctionReference {
  const named = decoded(text);
  const violations = [...qualifierViolations(query), ...referenceViolations(named)];
  if (violations.length > 0) throw validationError(...violations);
  const match = reference.exec(named);
  const functionName = match?.[nameGroup] as string;
  const derived = match?.[qualifierGroup];
  if (derived !== undefined && query !== null && derived !== query) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const qualifier = query ?? derived;
  const arn = qualified(functionName, qualifier);
  const found = lambda.find(functionName);
  if (found && isQualifier(qualifier)) return { found, qualifier, arn };
  throw notFound(`Function not found: ${qualified(functionName, qualifier ?? implied)}`);
}

/** Finds a function for an operation on functions as a whole. @throws ServiceError when a version or an alias is named, too */
export function findUnqualified(lambda: Lambda, text: string): FunctionConfiguration {
  const { found, qualifier } = findFunction(lambda, text, null);
  if (qualifier === undefined) return found;
  throw invalidParameter(
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  );
}

/** @returns the text itself when it cannot be decoded: `%` is in no name */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function qualified(functionName: string, qualifier: string | undefined): string {
  return functionArn({ functionName }) + (qualifier === undefined ? '' : `:${qualifier}`);
}

function isQualifier(qualifier: string | undefined): boolean {
  return qualifier === undefined || qualifier === '$LATEST' || qualifier === liveAlias;
}

function referenceViolations(named: string): string[] {
  if (!reference.test(named)) {
    const constraint = `satisfy regular expression pattern: ${referencePattern}`;
    return [violation(named, 'functionName', constraint)];
  }
  if (named.length <= referenceLimit) return [];
  return [violation(named, 'functionName', `have length less than or equal to ${referenceLimit}`)];
}

function qualifierViolations(qualifier: string | null): string[] {
  if (qualifier === null) return [];
  const broken: string[] = [];
  if (qualifier === '') broken.push('have length greater than or equal to 1');
  if (qualifier.length > qualifierLimit) broken.push(`have length less than or equal to ${qualifierLimit}`);
  if (!qualifierOnly.test(qualifier)) broken.push(`satisfy regular expression pattern: ${qualifierPattern}`);
  return broken.map((constraint) => violation(qualifier, 'qualifier', constraint));
}
