/** A mistake on the command line or in a file of the workspace: printed without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** The text of an error for a person: a usage error without its stack, a bug with it. */
export function messageOf(error: unknown): string {
  return error instanceof UsageError ? error.message : `${(error as Error).stack}`;
}
