import autocannon from 'autocannon';

/** The outcome of a load. */
export interface LoadResult {
  /** Latencies of good responses. */
  readonly latenciesMs: readonly number[];
  readonly requestsPerSecond: number;
  /** Responses with a status of 400 and above, and broken connections. */
  readonly failed: number;
}

/** Sends GET requests, one after the other on each connection. */
export async function load(
  url: string,
  paths: readonly string[],
  {
    connections,
    seconds,
    headers,
  }: { connections: number; seconds: number; headers: Readonly<Record<string, string>> },
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let failed = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      connections,
      duration: seconds,
      requests: paths.map((path) => ({ method: 'GET', path, headers: { ...headers } })),
    };
    const run = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    // Its histogram is in whole milliseconds, which is too coarse. Its events have fractions.
    run.on('response', (_client, statusCode, _bytes, milliseconds) => {
      if (statusCode >= 400) failed++;
      else latenciesMs.push(milliseconds);
    });
  });
  return {
    latenciesMs,
    requestsPerSecond: latenciesMs.length / result.duration,
    failed: failed + result.errors,
  };
}
