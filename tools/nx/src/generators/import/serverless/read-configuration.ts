import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { UsageError } from '@nanoservices/model';

/** Message to the program. */
export interface RequestedConfiguration {
  /** Absolute. */
  readonly file: string;
  /** Value of `${opt:stage}`. Default: that of the configuration, else `dev`. */
  readonly stage?: string | undefined;
}

/** A Serverless configuration. */
export interface ReadConfiguration {
  /** With the values of variables. Those that need an account or a plugin stay as they are. */
  readonly resolved: Record<string, unknown>;
  /** The stage that these values are for. */
  readonly stage: string;
  /** The same, with the stand-in `fromElsewhere` for values of environment variables and other files. */
  readonly spelledOut: Record<string, unknown>;
  /** `spelledOut` for the stage `anyStage`; empty when the configuration has no such stage. */
  readonly forAnyStage: Record<string, unknown>;
  readonly unresolved: readonly {
    /** Keys from the top. */
    readonly path: readonly string[];
    readonly reason: string;
  }[];
}

/**
 * Reads a configuration of the Serverless Framework (`serverless.yml`, `.json`, `.js`, `.ts`, …) in a process of its own, and
 * changes nothing in its folder.
 *
 * @throws UsageError when Serverless cannot read it
 */
export async function readConfiguration(request: RequestedConfiguration): Promise<ReadConfiguration> {
  const program = new URL('configuration-program.ts', import.meta.url);
  const child = fork(program, {
    cwd: dirname(request.file),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(request);
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]);
  const result = message as ReadConfiguration | { readonly error: string } | undefined;
  if (!result) throw new UsageError(`${request.file}: the configuration ends the program that reads it.`);
  if ('error' in result) throw new UsageError(`${request.file}: ${result.error}`);
  return result;
}
