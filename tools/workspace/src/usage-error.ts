/** A mistake of the person at the keyboard, or in a file they wrote: told without a stack, with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
