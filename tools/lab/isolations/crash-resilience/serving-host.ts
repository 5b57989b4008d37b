import { HostProcess } from '@nanoservices/runtime/host';
import type { LambdaFunction } from '@nanoservices/runtime/lambda';

/** An answer of a function, or that there was none because the host is gone. */
export type Answer =
  | { readonly kind: 'answer'; readonly payload: unknown }
  /** As `errorType: errorMessage`. */
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'no answer' };

export interface ServingHost extends AsyncDisposable {
  put(one: LambdaFunction): void;
  invoke(functionName: string, event: unknown): Promise<Answer>;
  /** How often it was started again. */
  readonly restarts: number;
}

/** The process that `npm start` serves with, which is started again when it dies; asked over HTTP. */
export async function startServingHost(initTimeoutMs: number): Promise<ServingHost> {
  let restarts = 0;
  const host = new HostProcess(
    {
      port: 0,
      lambdaPort: 0,
      host: '127.0.0.1',
      concurrency: 100,
      idleTimeoutMs: 300_000,
      initTimeoutMs,
      logs: 'text',
      cors: undefined,
      jwt: { issuer: 'https://localhost', audience: [] },
      document: undefined,
      functions: [],
      routes: [],
    },
    (_reason, restarted) => {
      restarts += 1;
      // A host that cannot come back gives no answers: that is what is measured.
      restarted.catch(() => {});
    },
  );
  const { lambdaPort } = await host.start();
  const url = (name: string) => `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/${name}/invocations`;
  return {
    put: (one) => host.send({ type: 'put', function: one }),
    invoke: async (functionName, event) => {
      try {
        const response = await fetch(url(functionName), { method: 'POST', body: JSON.stringify(event) });
        const body = (await response.json()) as { errorType?: string; errorMessage?: string };
        if (response.headers.get('x-amz-function-error') === null) {
          return response.ok ? { kind: 'answer', payload: body } : { kind: 'no answer' };
        }
        return { kind: 'error', error: `${body.errorType}: ${body.errorMessage}` };
      } catch {
        return { kind: 'no answer' };
      }
    },
    get restarts() {
      return restarts;
    },
    [Symbol.asyncDispose]: () => host.stop(),
  };
}
