/** A mistake in a setting or a migration: printed without a stack, exit code 2. */
export class DatabaseMistake extends Error {
  override readonly name = 'DatabaseMistake';
  readonly exitCode = 2;
}
