import { StartedWorkspace } from '@nanoservices/runtime/testing';

/** What Lambda reports of an invocation, in milliseconds. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly initDurationMs?: number;
}

/** `npm start` of a workspace in one topology. */
export class RunningTopology {
  readonly #started: StartedWorkspace;
  /** Of the demo user; none where tokens come from elsewhere. */
  readonly headers: Readonly<Record<string, string>>;

  private constructor(started: StartedWorkspace) {
    this.#started = started;
    const [, authorization] = /Authorization: (Bearer [^']+)/.exec(started.output) ?? [];
    this.headers = authorization ? { authorization } : {};
  }

  static async start(workspaceRoot: string, topology: string): Promise<RunningTopology> {
    const args = ['--topology', topology, '--no-watch', '--logs', 'json'];
    return new RunningTopology(await new StartedWorkspace(workspaceRoot, args).ready());
  }

  get url(): string {
    return this.#started.url;
  }

  get pid(): number {
    return this.#started.child.pid as number;
  }

  /** Invokes a function with the event of a smoke test, which touches nothing. The first time, that is a cold start. */
  async smoke(functionName: string): Promise<InvocationReport | undefined> {
    const response = await fetch(
      `${this.#started.lambdaUrl}/2015-03-31/functions/${functionName}/invocations`,
      {
        method: 'POST',
        headers: { 'x-amz-log-type': 'Tail' },
        body: JSON.stringify({ smoke: true }),
      },
    );
    await response.arrayBuffer();
    const log = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString();
    return reportsIn(log).at(-1);
  }

  /** Asks for a path; its status, or 0 when the connection broke. */
  async ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    try {
      const response = await fetch(this.url + path, { headers: { ...this.headers, ...headers } });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** The reports of all invocations so far. */
  reports(): InvocationReport[] {
    return reportsIn(this.#started.output);
  }

  async stop(): Promise<void> {
    await this.#started.interrupt();
  }
}

function reportsIn(log: string): InvocationReport[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"platform.report"'))
    .map((line) => JSON.parse(line).record.metrics);
}
