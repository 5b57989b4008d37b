/** A mistake of the person at the keyboard: told without a stack, with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
