import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { knownKeys } from './known-keys.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads a JSON file of a workspace.
 *
 * @param file - relative to the workspace root
 * @throws UsageError with the file and the key
 */
export function readJson<Schema extends z.ZodType>(
  workspaceRoot: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`${file} is missing.`);
    throw new UsageError(`${file} is not JSON: ${message}.`);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(innermost);
  const messages = issues.map((issue) => {
    const key = issue.path.join('.');
    return `${key && `"${key}": `}${messageOfIssue(issue, schema)}`;
  });
  const hasUnknown = issues.some(({ code }) => code === 'unrecognized_keys');
  throw new UsageError(`${file} is invalid: ${messages.join('; ')}.${hasUnknown ? ` ${renamed}` : ''}`);
}

/** An upgrade without its migrations leaves the keys of the version before. */
const renamed =
  'If an upgrade renamed it: npx nx migrate <plugin> --from=<plugin>@<the version before>, with the plugin in nx.json.';

/** A value that no member of a union takes has the issues of the member with an unknown key, where there is one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const member = issue.errors.find((issues) => issues.some(({ code }) => code === 'unrecognized_keys'));
  return member?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function messageOfIssue(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  // zod says that a key is invalid, and has the reason below.
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join(', ');
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const keys = issue.keys.map((key) => `"${key}"`).join(', ');
  return `unknown key${issue.keys.length > 1 ? 's' : ''} ${keys}, known are ${knownKeys(schema, issue.path).join(', ')}`;
}

/**
 * Reads a JSON file that may have comments and trailing commas, as Nx and TypeScript allow in theirs.
 *
 * @throws UsageError that names the file
 */
export function readLenientJson(workspaceRoot: string, file: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(workspaceRoot, file), 'utf8').replace(/^\uFEFF/, '');
  const plain = text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[\]}])/g, '$1');
  try {
    return JSON.parse(plain) ?? {};
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`);
  }
}

/** Reads a JSON file of a workspace, or parses `{}` when the file is absent; see {@link readJson}. */
export function readOptionalJson<Schema extends z.ZodType>(
  workspaceRoot: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  return existsSync(join(workspaceRoot, file)) ? readJson(workspaceRoot, file, schema) : schema.parse({});
}
