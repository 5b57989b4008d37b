import { UsageError } from '@nanoservices/workspace/usage-error';
import { Failed } from './failed.ts';
import { LeaseTaken } from './live/lease.ts';

/** What the commands of this package end with. */
export const exitCodes = {
  done: 0,
  /** Something could not be done; whatever was live is live. */
  failed: 1,
  /** Wrong arguments or settings; nothing was touched. */
  usage: 2,
  /** Somebody else is deploying the same. */
  taken: 3,
} as const;

/** Says what went wrong, a person's mistake without a stack, and gives the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(error.message);
    return exitCodes.usage;
  }
  if (error instanceof LeaseTaken) {
    console.error(error.message);
    return exitCodes.taken;
  }
  if (error instanceof Failed) console.error(error.message);
  else console.error(isAwsError(error) ? explain(error) : error);
  return exitCodes.failed;
}

/** An answer of AWS is no bug of ours: its stack tells nobody anything. */
function isAwsError(error: unknown): error is Error & { $metadata: object } {
  return error instanceof Error && '$metadata' in error;
}

function explain({ name, message }: Error): string {
  return `AWS: ${name}: ${message}`;
}
