import type { FunctionConfiguration } from './function-configuration.ts';
import type { FunctionError, InvokeMessage, SandboxMessage } from './messages.ts';

/** The isolated place where a function's code runs: a process or a thread. */
export interface Sandbox {
  send(message: InvokeMessage): void;
  /** @returns its present memory in megabytes; 0 when unknown */
  memoryMb(): number | Promise<number>;
  /** Ends it at once. `exited` follows. */
  kill(): void;
}

/** Receiver of everything that a sandbox says. */
export interface SandboxListener {
  message(message: SandboxMessage): void;
  /** Called with a part of a streamed response. The function writes on after `taken`. */
  part(bytes: Uint8Array, taken: () => void): void;
  /** Called with output of the function that bypasses the console. */
  output(text: string): void;
  /** Called once, when the sandbox has ended and all its messages have been delivered. */
  exited(error: FunctionError): void;
}

/** Starts a sandbox, which loads the function and sends `ready`. */
export type StartSandbox = (configuration: FunctionConfiguration, listener: SandboxListener) => Sandbox;

/** @returns the error of an invocation whose environment ended, in the words of AWS's runtime (written in Go) */
export function exitError(exit: number | NodeJS.Signals): FunctionError {
  const reason = typeof exit === 'number' ? `exit status ${exit}` : `signal: ${signalNames[exit] ?? exit}`;
  const errorMessage =
    exit === 0
      ? 'Error: Runtime exited without providing a reason'
      : `Error: Runtime exited with error: ${reason}`;
  return { errorType: 'Runtime.ExitError', errorMessage };
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

export const outOfMemory: FunctionError = { ...exitError('SIGKILL'), errorType: 'Runtime.OutOfMemory' };
