import autocannon from 'autocannon';

/** What came of a load. */
export interface LoadResult {
  /** Of each answer. */
  readonly latenciesMs: readonly number[];
  readonly requestsPerSecond: number;
  /** Answers of 400 and above, and none at all. */
  readonly failed: number;
}

/** Sends requests, one after the other on each connection. */
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
    // Its histogram has whole milliseconds: too coarse. Its events have fractions.
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
