/** A failure outside of our code. Its message is complete without a stack. */
export class Failed extends Error {
  readonly exitCode = 1;
}

/** Another deployment of the same part takes longer than the longest wait. */
export class LeaseTaken extends Error {
  readonly exitCode = 3;
}

/** A new version that fails its smoke test. The previous one is still live. */
export class SmokeTestFailed extends Failed {}
