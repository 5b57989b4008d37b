import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** An invocation, as Lambda gives it to the client. */
export interface ClientInvocation {
  readonly requestId: string;
  /** Event as JSON. */
  readonly event: string;
  readonly traceId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** JSON. */
  readonly clientContext?: string | undefined;
}

/** The client's message to the Runtime API, or the end of its process. */
export type ClientAnswer =
  | { readonly type: 'response' | 'error' | 'init error'; readonly body: string }
  | { readonly type: 'exit'; readonly status: number | NodeJS.Signals };

/** A function to run with AWS's client. */
export interface ClientFunction {
  /** Program of the client. */
  readonly client: string;
  /** Folder of the function, absolute. */
  readonly folder: string;
  /** Seconds. */
  readonly timeout: number;
  readonly variables: Readonly<Record<string, string>>;
}

export interface ClientRun {
  /** One for each invocation, up to the end of the process. */
  readonly answers: readonly ClientAnswer[];
  /** The output of the process on stdout and stderr. */
  readonly output: string;
}

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:fn';

/**
 * Runs invocations with AWS's client, one after the other, behind a Runtime API that has what the client needs of it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function runWithClient(
  { client, folder, timeout, variables }: ClientFunction,
  invocations: readonly ClientInvocation[],
): Promise<ClientRun> {
  const waiting = [...invocations];
  const answers: ClientAnswer[] = [];
  let child: ChildProcess | undefined;
  let isRunning = false;
  let isDone = false;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      const next = waiting.shift();
      if (next) {
        isRunning = true;
        return void response.writeHead(200, headersOf(next, timeout)).end(next.event);
      }
      isDone = true;
      // It would wait for the next invocation without end.
      return void child?.kill('SIGKILL');
    }
    const type = path === 'init/error' ? 'init error' : path?.endsWith('/error') ? 'error' : 'response';
    answers.push({ type, body: await text(request) });
    isRunning = false;
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const logs = mkdtempSync(join(tmpdir(), 'client-'));
  // One file: the order of both streams is kept.
  const output = openSync(join(logs, 'output'), 'a');
  try {
    child = spawn(process.execPath, [client], {
      cwd: folder,
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}` },
      stdio: ['ignore', output, output],
    });
    const [code, signal] = await once(child, 'close');
    const hasFailed = answers.some(({ type }) => type === 'init error');
    if (!isDone && !hasFailed && (isRunning || answers.length < invocations.length)) {
      answers.push({ type: 'exit', status: signal ?? code });
    }
    return { answers, output: readFileSync(join(logs, 'output'), 'utf8') };
  } finally {
    closeSync(output);
    rmSync(logs, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
}

function headersOf({ requestId, traceId, tenantId, clientContext }: ClientInvocation, timeout: number) {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(Date.now() + timeout * 1000),
    'lambda-runtime-invoked-function-arn': functionArn,
    ...(traceId && { 'lambda-runtime-trace-id': traceId }),
    ...(tenantId && { 'lambda-runtime-aws-tenant-id': tenantId }),
    ...(clientContext && { 'lambda-runtime-client-context': clientContext }),
  };
}
