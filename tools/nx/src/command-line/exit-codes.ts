/** The exit codes of all commands. */
export const exitCodes = {
  done: 0,
  /** Something could not be done. */
  failed: 1,
  /** Wrong arguments or settings; nothing was touched. */
  usage: 2,
  /** Another deployment of the same is running. */
  taken: 3,
} as const;

/** Tells a person of an error: a mistake of theirs without a stack, a bug with it. @returns the exit code */
export function reportError(error: unknown): number {
  if (isForPerson(error)) {
    console.error(error.message);
    return error.exitCode;
  }
  console.error(isAwsError(error) ? `AWS: ${error.name}: ${error.message}` : error);
  return exitCodes.failed;
}

/** An error whose message says all there is to say, such as a UsageError. */
function isForPerson(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
}

/** A refusal of AWS is no bug of ours: its stack tells nobody anything. */
function isAwsError(error: unknown): error is Error & { $metadata: object } {
  return error instanceof Error && '$metadata' in error;
}
