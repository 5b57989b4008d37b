import { DevelopmentServer } from './development-server.ts';
import type { StartApiOptions, StartedApi } from './started-api.ts';

/**
 * Starts the whole API of a workspace: database, bundles, HTTP API, Lambda API and execution environments.
 *
 * @throws UsageError when a file of the workspace is wrong
 * @throws Error when it cannot serve: a port is taken, the database does not start
 * @throws the signal's reason when the start was aborted
 */
export async function startApi(options: StartApiOptions): Promise<StartedApi> {
  const { signal } = options;
  signal?.throwIfAborted();
  const server = new DevelopmentServer(options);
  const kill = () => server.kill();
  signal?.addEventListener('abort', kill);
  try {
    return await server.start();
  } catch (error) {
    server.kill();
    await server.stop();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}
