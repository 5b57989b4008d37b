import { styleText } from 'node:util';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { DevelopmentServer } from './development-server.ts';
import { parseStartOptions, usage } from './start-options.ts';

/**
 * `npm start`: the whole API on this machine. Exit codes: 0 stopped by Ctrl-C or a signal, 1 could not start, 2 wrong
 * usage, 130 stopped by a second Ctrl-C before requests had ended.
 */
export async function startCommand(workspaceRoot: string, args: string[]): Promise<void> {
  try {
    const options = parseStartOptions(args);
    if (options.help) console.log(usage);
    else await serve(new DevelopmentServer(workspaceRoot, options));
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function serve(server: DevelopmentServer): Promise<void> {
  let stopping = false;
  let signalledAt = Number.NEGATIVE_INFINITY;
  const stop = (signal: NodeJS.Signals) => {
    // npm passes on a Ctrl-C that the terminal has sent us already.
    if (performance.now() - signalledAt < 300) return;
    signalledAt = performance.now();
    if (stopping) {
      server.kill();
      process.exit(130);
    }
    stopping = true;
    if (signal === 'SIGINT')
      console.log(`\n${styleText('dim', 'Stopping. Ctrl-C again does not wait for requests.')}`);
    void server.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    await server.start();
  } catch (error) {
    if (stopping) return;
    server.kill();
    await server.stop();
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}
