import type { FunctionConfiguration } from './function-configuration.ts';
import type { EnvironmentMessage, FunctionError, InvokeMessage } from './messages.ts';

/** What runs a function's code apart from everything else: a process or a thread. */
export interface Sandbox {
  send(message: InvokeMessage): void;
  /** How much memory it has now, in megabytes; 0 where that cannot be known. */
  memoryMb(): number | Promise<number>;
  /** Ends it, whatever it is doing. `exited` follows. */
  kill(): void;
}

export interface SandboxListener {
  message(message: EnvironmentMessage): void;
  /** What the function writes past the console. */
  output(text: string): void;
  /** The sandbox is gone, and everything it said has been heard. */
  exited(error: FunctionError): void;
}

export type Isolation = 'process' | 'thread';

/** Starts a sandbox that loads the function and says `ready`. */
export type StartSandbox = (configuration: FunctionConfiguration, listener: SandboxListener) => Sandbox;

/** The error of an invocation whose environment ended, in the words of AWS's runtime (written in Go). */
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
