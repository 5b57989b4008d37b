import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
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
  const issues = parsed.error.issues.map((issue) => {
    const key = issue.path.join('.');
    return `${key && `"${key}": `}${messageOfIssue(issue)}`;
  });
  throw new UsageError(`${file} is invalid: ${issues.join('; ')}.`);
}

/** zod says that a key is invalid, and has the reason below. */
function messageOfIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_key') return issue.message;
  return issue.issues.map(({ message }) => message).join(', ');
}

/** Reads a JSON file of a workspace, or parses `{}` when the file is absent; see {@link readJson}. */
export function readOptionalJson<Schema extends z.ZodType>(
  workspaceRoot: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  return existsSync(join(workspaceRoot, file)) ? readJson(workspaceRoot, file, schema) : schema.parse({});
}
