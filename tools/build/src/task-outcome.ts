/** A task of a batch. All tasks of a batch run in one process. */
export interface BatchedTask {
  readonly id: string;
  /** Folder of the project, relative to the workspace root. */
  readonly root: string;
}

/** The outcome of a task. Without an error, the task succeeded. */
export interface TaskOutcome {
  readonly id: string;
  /** Text to show after a success. */
  readonly output?: string;
  /** Text to show after a failure; empty when it was shown already. */
  readonly error?: string;
}
